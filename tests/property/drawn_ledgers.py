"""Small random ledgers that crowd around the edges of windows, ties and late facts."""

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import strategies as st

from ledger.order import in_order
from ledger.schema import ACCOUNTS, CHANNELS, TRANSACTIONS
from ledger.view import microseconds
from tests.property.feature_oracle import DAY, WINDOWS

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
NOW = microseconds(AS_OF)
NAMES = ("ann", "bob", "cho", "dao", "eve")

HOUR = DAY // 24

edges = st.sampled_from([NOW - length for length in WINDOWS.values()] + [NOW, NOW - 3 * DAY])
# Steps of an hour and of a day make the limits of quick exits, of one microsecond those of windows.
steps = st.sampled_from([0, -1, 1, -HOUR, HOUR, -DAY, DAY, 1 - DAY, DAY + 1])
moments = st.one_of(
    st.builds(int.__add__, edges, steps),
    st.integers(-48, 200 * 24).map(lambda hours: NOW - hours * HOUR),
)


def learnt(happened_at):
    """Draw when a fact became known: at once, around the instant asked about, or days later."""
    around_now = [max(happened_at, NOW + step) for step in (-1, 0, 1)]
    return st.one_of(
        st.just(happened_at),
        st.sampled_from(around_now),
        st.integers(happened_at, happened_at + 3 * DAY),
    )


amounts = st.one_of(st.sampled_from([100, 500]), st.integers(1, 10**4), st.integers(1, 10**15))
places = st.sampled_from([None, "bank_a", "bank_b"])
countries = st.sampled_from([None, "TH", "KH"])
parties = st.tuples(st.sampled_from([None, *NAMES]), st.sampled_from([None, *NAMES])).filter(
    lambda pair: pair[0] != pair[1]
)


@st.composite
def transactions(draw):
    happened_at = draw(moments)
    payer, payee = draw(parties)
    amount = draw(amounts)
    return {
        "happened_at": happened_at,
        "known_at": draw(learnt(happened_at)),
        "payer_account": payer,
        "payee_account": payee,
        "payer_amount_minor": amount,
        "payee_amount_minor": amount,
        "reference_minor": amount,
        "payer_currency": "THB",
        "payee_currency": "THB",
        "channel": draw(st.sampled_from(CHANNELS)),
        "payer_institution": draw(places),
        "payee_institution": draw(places),
        "payer_country": draw(countries),
        "payee_country": draw(countries),
        "source_sequence": draw(st.sampled_from([None, 1, 2])),
        "tenant": "local",
    }


def numbered(drawn, prefix="t"):
    return [{**row, "transaction_id": f"{prefix}{i:03}"} for i, row in enumerate(drawn)]


ledgers = st.lists(transactions(), max_size=30).map(numbered)
accounts = st.tuples(
    *(
        st.fixed_dictionaries(
            {
                "account_id": st.just(name),
                "institution": st.sampled_from(["bank_a", "bank_b"]),
                "country": countries,
                "opened_at": st.one_of(st.none(), moments),
                "kind": st.just("bank"),
            }
        )
        for name in NAMES
    )
)


def transaction_table(rows):
    return in_order(pa.Table.from_pylist(rows, TRANSACTIONS.arrow))


def account_table(rows):
    return pa.Table.from_pylist(list(rows), ACCOUNTS.arrow)
