"""What was found of a challenger, as one page of HTML that needs nothing else."""

from models.bands import BANDS
from training.evaluation.markdown import counted
from training.pages.bars import bars
from training.pages.frame import templates
from training.shadow.shadowed import Shadowed


def page(found: Shadowed) -> str:
    """Fill the page; no account is named."""
    before, now = found.compared.scores
    return (
        templates("training.shadow", signed="{:+.2f}".format, accounts=_accounts)
        .get_template("shadow.html")
        .render(
            found=found,
            compared=found.compared,
            question=found.question,
            champion=found.both.champion.versions,
            challenger=found.both.challenger.versions,
            bands=BANDS[::-1],
            scores=list(bars(before, now, "log-odds", found.question.currency)),
        )
    )


def _accounts(count: int) -> str:
    return counted(count, "account")
