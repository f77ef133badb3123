"""Small random ledgers in which patterns occur: planted ones, loose transfers, ties, late facts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
from hypothesis import strategies as st

from features.patterns.settings import Settings
from features.patterns.slices import Slice
from ledger.schema import TRANSACTIONS
from ledger.view import microseconds

FIRST = datetime(2025, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEP = HOUR / 2
ACCOUNTS = "abcdefg"
SETTINGS = Settings(window=6 * HOUR, dwell=HOUR, burst=3)

moments = st.integers(0, 20)
delays = st.sampled_from([0, 0, 0, 0, 1, 4])
pauses = st.sampled_from([1, 1, 1, 1, 0, 2])
sequences = st.sampled_from([None, None, 1, 2])

PLANTED = (
    ["ab", "ba"],
    ["ab", "bc", "ca"],
    ["ab", "bc", "cd", "da"],
    ["ab", "bc", "cd", "de", "ea"],
    ["ab", "bc", "cd", "de", "ef", "fa"],
    ["ab", "bc", "cd", "de", "ef", "fg"],
    ["ab", "ac", "be", "ce"],
    ["ab", "ac", "ad", "be", "ce", "de"],
    ["ad", "bd", "cd", "de", "df", "dg"],
    ["ac", "ad", "bc", "bd", "ce", "cf", "de", "df"],
)


@st.composite
def pieces(draw):
    """Draw transfers that make a pattern, or nearly: in order, with pauses, between anyone."""
    planted = draw(st.sampled_from(PLANTED))
    names = draw(st.permutations(ACCOUNTS))
    start = draw(moments) // 2
    drawn = draw(st.lists(pauses, min_size=len(planted), max_size=len(planted)))
    return [
        transferred(names["abcdefg".index(way[0])], names["abcdefg".index(way[1])], start + passed)
        for way, passed in zip(planted, _sums(drawn), strict=True)
    ]


def _sums(numbers):
    return [sum(numbers[:end]) for end in range(len(numbers))]


def transferred(payer, payee, moment, sequence=None, delay=0):
    return {
        "happened_at": FIRST + moment * STEP,
        "known_at": FIRST + (moment + delay) * STEP,
        "payer": payer,
        "payee": payee,
        "sequence": sequence,
    }


anyone = st.sampled_from([*ACCOUNTS, *ACCOUNTS, None])
loose = st.builds(transferred, anyone, anyone, moments, sequences, delays)


@st.composite
def ledgers(draw):
    """Draw a ledger in time order, as `in_time_order` has it."""
    planted = draw(st.lists(pieces(), max_size=2))
    drawn = [t for piece in planted for t in piece] + draw(st.lists(loose, max_size=12))
    changed = [{**t, "sequence": draw(sequences)} if t["sequence"] is None else t for t in drawn]
    return in_time_order(numbered(changed))


def numbered(transfers, prefix="t"):
    return [{**t, "transaction_id": f"{prefix}{i:03}"} for i, t in enumerate(transfers)]


def in_time_order(transfers):
    def key(t):
        return t["happened_at"], t["sequence"] or 99, t["transaction_id"]

    return sorted(transfers, key=key)


def transaction_table(transfers):
    rows = [
        {
            "transaction_id": t["transaction_id"],
            "tenant": "local",
            "happened_at": t["happened_at"],
            "known_at": t["known_at"],
            "payer_account": t["payer"],
            "payee_account": t["payee"],
            "payer_amount_minor": 100,
            "payee_amount_minor": 100,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "channel": "transfer",
            "source_sequence": t["sequence"],
        }
        for t in transfers
    ]
    return pa.Table.from_pylist(rows, TRANSACTIONS.arrow)


def sliced(ledger, cuts):
    """Cut the time of a ledger at some moments."""
    if not ledger:
        return []
    at = [microseconds(transfer["happened_at"]) for transfer in ledger]
    first, last = min(at), max(at) + 1
    inner = {microseconds(FIRST + cut * STEP) for cut in cuts}
    ends = [first, *sorted(cut for cut in inner if first < cut < last), last]
    limits = SETTINGS.limits()
    return [
        Slice(start, end, start, end, first, last).reaching(limits.dwell, limits.dwell)
        for start, end in pairwise(ends)
    ]
