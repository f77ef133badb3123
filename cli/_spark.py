"""The door to Spark, for the commands that can work on it."""

from typing import TYPE_CHECKING

from ledger.errors import MuleriskError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def begin() -> "SparkSession":
    """Begin a session that shows its progress.

    Raises
    ------
    MuleriskError
        If Spark is not installed.
    SparkUnavailable
        If it does not start.
    """
    try:
        from features.spark.session import session
    except ModuleNotFoundError as missing:
        raise MuleriskError(
            f"Spark needs {missing.name}. Install requirements/spark.txt, as docs/scale.md says."
        ) from None
    return session(**{"ui.showConsoleProgress": "true"})
