"""The session in which Spark works."""

import os
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from ledger.errors import MuleriskError


class SparkUnavailable(MuleriskError):
    """Spark does not start here."""


def session(**settings: str) -> SparkSession:
    """Begin a session, or join the one that has begun.

    Parameters
    ----------
    **settings : str
        Spark's, such as `master`, without the `spark.` before them. What is not given comes from
        spark-submit and spark-defaults.conf. Executors use the Python of this process, unless
        `PYSPARK_PYTHON` names another.

    Raises
    ------
    SparkUnavailable
        If it does not start; mostly for want of Java.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.appName("mulerisk")
        for name, value in settings.items():
            builder = builder.config(f"spark.{name}", value)
        started = builder.getOrCreate()
    except PySparkException as failure:
        raise SparkUnavailable(
            f"Spark does not start ({failure.getCondition()}). It needs Java 17 or 21: on Debian"
            " `apt-get install openjdk-17-jre-headless`, or set JAVA_HOME."
        ) from None
    # Else times would be written with nanoseconds, as Hive had them, which others misread.
    started.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    return started
