"""Times written as a clock on the wall shows them, without an offset.

Where clocks go forward an hour does not exist and cannot be read; where they go back an hour occurs
twice and is read as the later one, so that nothing counts as known too early.
"""

import re

from ledger import sql
from ledger.importers.cells import Cell


def read_time(text: str, layout: str, zone: str) -> Cell:
    """Read a time written in a layout of strptime.

    Parameters
    ----------
    text : str
        SQL expression of the text.
    layout : str
        A time whose layout has an offset (`%z`) is read by that.
    zone : str
        The zone of any other time.
    """
    local = _parsed(text, layout)
    if has_offset(layout):
        return Cell(local, text)
    earlier, later = _candidates(local, zone)
    exists = (f"WHEN {_shown(time, zone)} = {local} THEN {time}" for time in (later, earlier))
    return Cell(f"CASE {' '.join(exists)} END", text)


def occurs_twice(text: str, layout: str, zone: str) -> str:
    """Write the condition that a local time occurs twice, in SQL."""
    if has_offset(layout):
        return "false"
    local = _parsed(text, layout)
    earlier, later = _candidates(local, zone)
    return (
        f"({earlier} < {later} AND {_shown(earlier, zone)} = {local}"
        f" AND {_shown(later, zone)} = {local})"
    )


def has_offset(layout: str) -> bool:
    """Tell whether a layout names the offset from UTC or the zone."""
    return re.search("%[zZ]", layout.replace("%%", "")) is not None


def _parsed(text: str, layout: str) -> str:
    return f"try_strptime({text}, {sql.literal(layout)})"


def _candidates(local: str, zone: str) -> tuple[str, str]:
    """Write the instants that a local time is by the offset of a day before and a day after.

    They differ only around a change of the clocks.
    """
    as_utc = _shown_in_utc(local)
    beside = (f"{as_utc} {sign} INTERVAL 1 DAY" for sign in "-+")
    before, after = (
        f"({as_utc} - ({_shown(time, zone)} - {_shown_in_utc(time)}))" for time in beside
    )
    return before, after


def _shown(time: str, zone: str) -> str:
    """Write what the clocks of a zone show at an instant; of a local time, the instant."""
    return f"timezone({sql.literal(zone)}, {time})"


def _shown_in_utc(time: str) -> str:
    return _shown(time, "UTC")
