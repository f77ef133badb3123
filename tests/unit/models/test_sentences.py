from dataclasses import replace

import pytest

from features.catalogue import BY_NAME
from models.peers import Peers, Place
from models.sentences import is_unusual, sentence, standing

PEERS = Peers("bank", None, "TH")


@pytest.mark.parametrize(
    ("below", "above", "compared", "told"),
    [
        (97.3, 1.0, 775, "Higher than 97 of 100 bank accounts in TH."),
        (1.0, 88.9, 775, "Lower than 88 of 100 bank accounts in TH."),
        (0.0, 10.0, 775, "Of 100 bank accounts in TH, 0 show less and 10 show more."),
        (60.0, 39.0, 775, "Of 100 bank accounts in TH, 60 show less and 39 show more."),
        (100.0, 0.0, 1775, "Higher than all 1,775 bank accounts in TH."),
        (0.0, 100.0, 775, "Lower than all 775 bank accounts in TH."),
        (75.0, 20.0, 12, "Higher than 9 of 12 bank accounts in TH."),
    ],
)
def test_a_place_among_the_peers_is_told_in_counts(below, above, compared, told):
    place = Place(PEERS, 2000, compared, below, above)
    assert standing(place, missing=False) == told


@pytest.mark.parametrize(
    ("name", "typical", "told"),
    [
        (
            "credit_max_7d",
            2000.0,
            "(there was none): the largest amount received in 7 days was …; typical is 20.00 THB.",
        ),
        (
            "salary_share_90d",
            float("nan"),
            "(nothing came in): of the money received in 90 days, … was salary.",
        ),
    ],
)
def test_a_missing_value_is_told_in_plain_words(name, typical, told):
    words = sentence(BY_NAME[name], float("nan"), typical, "THB")
    assert words == f"This account has no value here {told}"


def test_a_missing_value_of_the_network_may_be_for_want_of_a_snapshot():
    words = sentence(BY_NAME["list_entries"], float("nan"), float("nan"), "THB")
    assert "(no entry is known of anybody, or no snapshot shows the account)" in words


def test_how_usual_it_is_that_a_value_is_missing():
    place = Place(PEERS, 200, 150, float("nan"), float("nan"))
    assert standing(place, missing=True) == "It is missing for 25 of 100 bank accounts in TH too."
    few = replace(place, accounts=4, compared=1)
    assert standing(few, missing=True) == "It is missing for 3 of 4 bank accounts in TH too."


def test_where_no_peer_has_a_value_there_is_no_place():
    place = Place(PEERS, 200, 0, float("nan"), float("nan"))
    assert standing(place, missing=False) == ""


@pytest.mark.parametrize(
    ("name", "value", "contribution", "unusual"),
    [
        ("payer_count_7d", 9.0, 0.5, False),
        ("payer_count_7d", 9.0, -0.5, True),
        ("payer_count_7d", 1.0, 0.5, True),
        ("payer_count_7d", 5.0, -0.5, False),
        ("payer_count_7d", float("nan"), -0.5, False),
        ("age_days", 9.0, -0.5, True),
        ("age_days", 1.0, 0.5, False),
        ("kept_share_90d", 9.0, -0.5, False),
    ],
)
def test_a_model_that_counts_against_the_red_flags_is_noticed(name, value, contribution, unusual):
    typical = 90.0 if name == "age_days" else 5.0
    assert is_unusual(BY_NAME[name], value, typical, contribution) == unusual
