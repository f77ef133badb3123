"""The groups of a column's values, with their shares before and now."""

from collections.abc import Iterator

from models.language import ENGLISH
from training.drift.groups import Groups


def bars(before: Groups, now: Groups, unit: str, currency: str) -> Iterator[dict[str, str | float]]:
    """Tell of each group of values its name, and its shares before and now.

    Parameters
    ----------
    before, now : Groups
        The second in the groups of the first.
    unit, currency : str
        Of the values: minor units of a currency, a share, or anything else.

    Yields
    ------
    dict
        `name`; `before` and `now`, and as `width_` the same in percent of the largest share.
    """
    names = [*_names(before, unit, currency), "missing"]
    shares = list(zip(names, _shares(before), _shares(now), strict=True))
    largest = max(max(each) for _, *each in shares)
    for name, share_before, share_now in shares:
        if share_before or share_now:
            yield {
                "name": name,
                "before": share_before,
                "now": share_now,
                "width_before": 100 * share_before / largest,
                "width_now": 100 * share_now / largest,
            }


def _names(groups: Groups, unit: str, currency: str) -> Iterator[str]:
    told = [_worded(edge, unit, currency) for edge in groups.edges]
    yield from (f"up to {edge}" for edge in told)
    yield f"above {told[-1]}" if told else "any value"


def _worded(value: float, unit: str, currency: str) -> str:
    if unit == "minor units":
        return ENGLISH.money(round(value), currency)
    return f"{100 * value:,.3g}%" if unit == "share" else f"{value:,.4g}"


def _shares(groups: Groups) -> list[float]:
    return [count / groups.rows for count in groups.counts]
