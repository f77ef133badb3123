import pytest

from models.peers import AGE_BANDS, EVERY, Peers, peers_of

YOUNG = AGE_BANDS[0]


@pytest.mark.parametrize(
    ("days", "band"),
    [(0.0, 0), (89.9, 0), (90.0, 1), (364.9, 1), (365.0, 2), (1094.0, 2), (1095.0, 3), (9e9, 3)],
)
def test_a_band_starts_at_its_first_day(days, band):
    assert peers_of("bank", "TH", days) == Peers("bank", AGE_BANDS[band], "TH")


def test_the_groups_lead_from_the_narrowest_to_every_account():
    assert Peers("bank", YOUNG, "TH").groups == (
        Peers("bank", YOUNG, "TH"),
        Peers("bank", YOUNG),
        Peers("bank", None, "TH"),
        Peers("bank"),
        EVERY,
    )


def test_what_is_not_known_narrows_nothing():
    assert peers_of("bank", None, float("nan")).groups == (Peers("bank"), EVERY)
    assert peers_of(None, None, float("nan")).groups == (EVERY,)


@pytest.mark.parametrize(
    ("peers", "words"),
    [
        (EVERY, "accounts"),
        (Peers("bank"), "bank accounts"),
        (Peers("e_wallet", None, "TH"), "e-wallets in TH"),
        (Peers("crypto_wallet", YOUNG), "crypto wallets under 90 days old"),
        (Peers("bank", AGE_BANDS[3], "LA"), "bank accounts 3 years old or more in LA"),
    ],
)
def test_they_are_named_as_a_sentence_names_them(peers, words):
    assert peers.words() == words
