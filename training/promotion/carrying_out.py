"""Carrying a decision out: it is written down first, then the link turns, then the registry."""

from collections.abc import Sequence
from pathlib import Path

from training import registry
from training.data_sheet import FACTS, PAGE
from training.folders import Folders
from training.promotion import decisions
from training.promotion.decisions import Act, Decision
from training.promotion.standing import turn


def carry_out(folders: Folders, decision: Decision, act: Act, files: Sequence[Path] = ()) -> None:
    """Write a decision down, put its bundle where it belongs if it names one, tell the registry.

    No champion so serves without a record, whatever fails on the way. The registry gets the files,
    the ledger's data sheet, tags with every rule's figures, and its aliases follow.
    """
    written = decisions.write(decision, folders.decisions, act.stamp)
    if decision.outcome == "in service":
        turn(folders.champion, folders.bundles / decision.folder)
    if decision.outcome == "in shadow":
        turn(folders.challenger, folders.challengers / decision.folder)
    # A promotion takes the alias away, and with it the link: the comparison has ended.
    if decision.aliases.get(registry.CHALLENGER, decision.version) is None:
        folders.challenger.unlink(missing_ok=True)
    sheet = [folders.stage("validate") / name for name in (FACTS, PAGE)]
    registry.log_figures(folders.tracking, decision.run_id, {}, [written, *sheet, *files])
    registry.tag(folders.tracking, folders.name, decision.version, decision.tags())
    for alias, version in decision.aliases.items():
        registry.point(folders.tracking, folders.name, alias, version)
