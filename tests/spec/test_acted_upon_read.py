"""A held account does not behave as it would have: its rows say nothing about mules.

Bo is asked about every seven days, from day 0 on, and a score looks seven days ahead. Each line
below is what the bank did and found, by the day, and the labels of days 0, 7, 14 and 21: `-` has no
row, 0 is negative, 1 positive.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ledger.view import microseconds
from tests.facts import rows_of
from training.grid import DAY
from training.labels import LEFT_OUT, label

DAYS = (0, 7, 14, 21)
SIGNS = {LEFT_OUT: "-", 0: "0", 1: "1"}


def at(day):
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day)


def read(story):
    """Read a story such as `freeze 9, legitimate 12`; `release 9/15` was learnt on day 15."""
    events, found = [], []
    for number, told in enumerate(filter(None, story.split(", "))):
        what, days = told.split()
        happened, _, known = days.partition("/")
        row = {"happened_at": at(int(happened)), "known_at": at(int(known or happened))}
        if what in ("hold", "freeze", "release"):
            events.append({"event_id": f"e{number}", "account_id": "bo", "kind": what, **row})
        else:
            outcome = f"complicit_{what}" if what == "mule" else what
            found.append({"account_id": "bo", "outcome": outcome, **row})
    labels = label(
        np.array(["bo"] * len(DAYS), object),
        np.array([microseconds(at(day)) for day in DAYS]),
        rows_of("labels", *found),
        rows_of("account_events", *events),
        horizon=7 * DAY,
        end=microseconds(at(28)),
    )
    return "".join(SIGNS[each] for each in labels.tolist())


@pytest.mark.parametrize(
    ("story", "labels"),
    [
        ("", "0000"),
        ("mule 9", "01--"),
        # Frozen on day 9: nobody can tell what day 7 would have led to, nor what follows.
        ("freeze 9", "0---"),
        ("hold 9", "0---"),
        # Released on day 16: days 7 and 14 stay undecided, day 21 counts again.
        ("freeze 9, release 16", "0--0"),
        # A release at the instant itself has taken effect; a freeze at it lies ahead.
        ("freeze 9, release 14", "0-00"),
        ("freeze 7, release 8", "0-00"),
        # The case that the freeze opened was closed in time: day 7 is decided.
        ("freeze 9, mule 12", "01--"),
        ("freeze 9, legitimate 12, release 12", "0000"),
        ("freeze 9, victim 12, release 12", "0000"),
        # It was closed too late, or decided nothing, or had been closed before.
        ("freeze 9, mule 15", "0---"),
        ("freeze 9, legitimate 15, release 15", "0--0"),
        ("freeze 9, undetermined 12, release 12", "0-00"),
        ("legitimate 8, freeze 9, release 12", "0-00"),
        # A mule outcome stands, whatever is done afterwards.
        ("mule 8, freeze 9", "01--"),
        # A release ends the hold and the freeze; what follows it is new.
        ("hold 9, freeze 10, release 12", "0-00"),
        ("freeze 9, release 10, freeze 11", "0---"),
        # Learnt after the horizon of day 7 had ended, a freeze changes that label no more.
        ("freeze 9/15", "00--"),
        # The release of day 10 is known when the horizon of day 21 ends, not when that of 14 does.
        ("freeze 9, release 10/22", "0--0"),
    ],
)  # fmt: skip
def test_what_a_bank_did_leaves_undecided_what_nobody_can_tell(story, labels):
    assert read(story) == labels
