"""Small random ledgers that crowd around the edges of windows, ties and late facts."""

import random
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
MINUTE = HOUR // 60

edges = st.sampled_from([NOW - length for length in WINDOWS.values()] + [NOW, NOW - 3 * DAY])
# Steps of an hour and of a day make the limits of quick exits, of one microsecond those of windows.
steps = st.sampled_from([0, -1, 1, -HOUR, HOUR, -DAY, DAY, 1 - DAY, DAY + 1])
moments = st.one_of(
    st.builds(int.__add__, edges, steps),
    st.builds(
        lambda hours, more: NOW - hours * HOUR + more,
        st.integers(-48, 200 * 24),
        # The limits of the quickest exits and of split payments.
        st.sampled_from([0, 0, 5 * MINUTE, 5 * MINUTE + 1, 30 * MINUTE, 30 * MINUTE + 1]),
    ),
)


def learnt(happened_at):
    """Draw when a fact became known: at once, around the instant asked about, or days later."""
    around_now = [max(happened_at, NOW + step) for step in (-1, 0, 1)]
    return st.one_of(
        st.just(happened_at),
        st.sampled_from(around_now),
        st.integers(happened_at, happened_at + 3 * DAY),
    )


amounts = st.one_of(
    # Alike, alike within a twentieth, round, just below round, and fifty times another.
    st.sampled_from([100, 105, 106, 500, 2, 5000, 4950, 4500]),
    st.integers(1, 10**4),
    st.integers(1, 10**15),
)
PLACES = (None, "bank_a", "bank_b")
COUNTRIES = (None, "TH", "KH")
DEVICES = (None, "phone", "desk", "tablet")
places, countries = st.sampled_from(PLACES), st.sampled_from(COUNTRIES)
homes = st.sampled_from([None, "TH", "IN", "US", "XX"])
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
        "device_id": draw(st.sampled_from(DEVICES)),
        "source_sequence": draw(st.sampled_from([None, 1, 2])),
        "tenant": "local",
        "reverses": None,
    }


def numbered(drawn, prefix="t"):
    return [{**row, "transaction_id": f"{prefix}{i:03}"} for i, row in enumerate(drawn)]


@st.composite
def reversals(draw, original):
    """Draw what takes a transaction back, wholly or in part."""
    happened_at = max(draw(moments), original["happened_at"])
    return {
        **original,
        "happened_at": happened_at,
        "known_at": draw(learnt(happened_at)),
        "payer_account": original["payee_account"],
        "payee_account": original["payer_account"],
        "reference_minor": original["reference_minor"] // draw(st.sampled_from([1, 1, 1, 2])),
        "reverses": original["transaction_id"],
    }


@st.composite
def _ledgers(draw):
    """Draw transactions, and reversals of some: now and then two of one, or of a reversal."""
    drawn = numbered(draw(st.lists(transactions(), max_size=30)))
    for number in range(draw(st.integers(0, 4)) if drawn else 0):
        back = draw(reversals(draw(st.sampled_from(drawn))))
        drawn.append({**back, "transaction_id": f"r{number}"})
    return drawn


ledgers = _ledgers()
accounts = st.tuples(
    *(
        st.fixed_dictionaries(
            {
                "account_id": st.just(name),
                "institution": st.sampled_from(["bank_a", "bank_b"]),
                "country": homes,
                "opened_at": st.one_of(st.none(), moments),
                "kind": st.just("bank"),
                "holder_kind": st.sampled_from([None, "person", "business"]),
                "declared_income": st.one_of(st.none(), st.integers(0, 10**7)),
            }
        )
        for name in NAMES
    )
)


def crowded(seed, count):
    """Make a ledger of few accounts and many transactions, minutes apart, some taken back."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        payer, payee = chance.sample(["ann", "ann", "bob", None, *"vwxyz"], 2)
        minutes = chance.choice([chance.randrange(1500), chance.randrange(45 * 1440)])
        amount = chance.choice([95, 100, 102, 4900, 5000, 123457])
        rows.append({
            "transaction_id": f"c{number:03}",
            "tenant": "local",
            "happened_at": NOW - minutes * MINUTE,
            "known_at": NOW - minutes * MINUTE + chance.choice([0, 0, 0, HOUR]),
            "payer_account": payer,
            "payee_account": payee if payee != payer else "z",
            "payer_amount_minor": amount,
            "payee_amount_minor": amount,
            "reference_minor": amount,
            "payer_currency": "THB",
            "payee_currency": "THB",
            "channel": chance.choice(["atm", "crypto", "card", "e_wallet", *CHANNELS]),
            **{f"{side}_{what}": chance.choice(values)
               for side in ("payer", "payee")
               for what, values in (("institution", PLACES), ("country", COUNTRIES))},
            "device_id": chance.choice(DEVICES),
            "source_sequence": None,
            "reverses": None,
        })  # fmt: skip
    return rows + [taken_back(row, chance) for row in chance.sample(rows, count // 12)]


def taken_back(row, chance):
    """Make the reversal of a transaction."""
    later = row["happened_at"] + chance.choice([0, HOUR, DAY])
    return {
        **row,
        "transaction_id": f"back {row['transaction_id']}",
        "happened_at": later,
        "known_at": later,
        "payer_account": row["payee_account"],
        "payee_account": row["payer_account"],
        "reverses": row["transaction_id"],
    }


def transaction_table(rows):
    return in_order(pa.Table.from_pylist(rows, TRANSACTIONS.arrow))


def account_table(rows):
    return pa.Table.from_pylist(list(rows), ACCOUNTS.arrow)
