"""Every feature in DuckDB: one SQL query."""

from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ledger.lake import Lake

_QUERY = Path(__file__).with_name("features.sql")


def features(lake: Lake, as_of: datetime) -> pa.Table:
    """Compute the feature table from Parquet files."""
    parameters = {
        "transactions": [str(file) for file in lake.files("transactions")],
        "accounts": [str(file) for file in lake.files("accounts")],
        "as_of": as_of,
    }
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.sql(_QUERY.read_text(), params=parameters).to_arrow_table()
