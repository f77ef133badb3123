from datetime import UTC, datetime, timedelta

import pytest

from serving.cautions import cautions

END = datetime(2025, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("as_of", "last_learnt", "learnt_until", "told"),
    [
        (END, END, END, []),
        (END + DAY, END, END, []),
        (END + 2 * DAY, END, END, ["2 days before"]),
        (END + 2 * DAY, None, END, []),
        (END - DAY, END, END, ["with hindsight"]),
        (END + 30 * DAY, END, END + 31 * DAY, ["30 days before", "with hindsight"]),
    ],
)
def test_an_instant_beyond_the_ledger_or_before_the_models_end_is_told(
    as_of, last_learnt, learnt_until, told
):
    found = list(cautions(as_of, last_learnt, learnt_until))
    assert len(found) == len(told)
    assert all(words in caution.words() for words, caution in zip(told, found, strict=True))
