"""Small random ledgers that crowd around the edges of windows, ties and late facts."""

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import strategies as st

from ledger.schema import ACCOUNTS, CHANNELS, TRANSACTIONS
from ledger.view import microseconds
from tests.property.feature_oracle import DAY, WINDOWS

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)
NOW = microseconds(AS_OF)
NAMES = ("ann", "bob", "cho", "dao", "eve")

edges = st.sampled_from([NOW - length for length in WINDOWS.values()] + [NOW])
moments = st.one_of(
    st.builds(lambda edge, off: edge + off, edges, st.integers(-1, 1)),
    st.integers(-48, 200 * 24).map(lambda hours: NOW - hours * DAY // 24),
)
delays = st.one_of(st.just(0), st.integers(0, 3 * DAY))
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
        "known_at": happened_at + draw(delays),
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
    return pa.Table.from_pylist(rows, TRANSACTIONS.arrow)


def account_table(rows):
    return pa.Table.from_pylist(list(rows), ACCOUNTS.arrow)
