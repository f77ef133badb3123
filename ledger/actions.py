"""What a bank did to accounts: holds and freezes, each until the release that follows it."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ledger.schema import ACTIONS
from ledger.view import is_visible

RELEASE = "release"


@dataclass(frozen=True)
class Action:
    """A hold, a freeze or a release; times in microseconds since 1970, UTC."""

    happened_at: int
    known_at: int
    kind: str

    @property
    def ends(self) -> bool:
        """Tell whether it ends all that was done to the account before."""
        return self.kind == RELEASE


@dataclass(frozen=True)
class Actions:
    """What was done to one account, in the order it happened."""

    in_order: tuple[Action, ...]

    def known(self, as_of: int) -> "Actions":
        """Keep what may be seen at an instant."""
        seen = (
            each for each in self.in_order if is_visible(each.happened_at, each.known_at, as_of)
        )
        return Actions(tuple(seen))

    def held_at(self, as_of: int) -> bool:
        """Tell whether the account was held or frozen before an instant and not released by it."""
        before = [
            each
            for each in self.in_order
            if each.happened_at < as_of or (each.ends and each.happened_at == as_of)
        ]
        return bool(before) and not before[-1].ends

    def last_since(self, as_of: int) -> int | None:
        """Tell when the account was last held or frozen, if that was at an instant or after it."""
        taken = [each.happened_at for each in self.in_order if not each.ends]
        return max((at for at in taken if at >= as_of), default=None)


def actions_by_account(events: pa.Table) -> dict[str, Actions]:
    """Read what was done to each account; one to which nothing was done is missing.

    Parameters
    ----------
    events : pyarrow.Table
        Rows of the table `account_events`. Of one instant, a release counts as the first: it ends
        what was done before.
    """
    rows = events.filter(pc.is_in(events["kind"], value_set=pa.array([*ACTIONS, RELEASE])))
    times = (rows[name].cast("int64") for name in ("happened_at", "known_at"))
    columns = (column.to_pylist() for column in (rows["account_id"], *times, rows["kind"]))
    found: dict[str, list[Action]] = {}
    for account, happened_at, known_at, kind in zip(*columns, strict=True):
        found.setdefault(account, []).append(Action(happened_at, known_at, kind))
    return {account: Actions(tuple(sorted(each, key=_order))) for account, each in found.items()}


def _order(action: Action) -> tuple[int, bool]:
    return action.happened_at, not action.ends
