"""Telling a format by the files of a folder."""

from pathlib import Path

from ledger.errors import refuse

_MEMBERS = {
    "amlsim": ("alert_accounts", "accounts"),
    "amlgentex": ("alert_models", "accounts", "tx_log"),
    "canonical": ("transactions", "accounts", "labels"),
}
"""The files that only this format has together, without what follows the first dot."""


def format_of(path: Path) -> str:
    """Name the format of the ledger at `path`, a folder or an AMLworld file.

    Raises
    ------
    InputRefused
        If it is none of them.
    """
    names = {file.name for file in path.iterdir()} if path.is_dir() else {path.name}
    if any(name.endswith("_Trans.csv") for name in names):
        return "amlworld"
    stems = {name.partition(".")[0] for name in names}
    for format_, members in _MEMBERS.items():
        if stems.issuperset(members):
            return format_
    wanted = "; ".join(f"{name}: {', '.join(members)}" for name, members in _MEMBERS.items())
    raise refuse(
        str(path), "is no ledger of a known format", f"Give a folder with the files of {wanted}."
    )
