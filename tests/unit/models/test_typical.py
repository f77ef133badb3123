import json

import numpy as np
import pytest

from models.peers import AGE_BANDS, EVERY, Peers
from models.typical import MINIMUM, Typical, typical_of

NAN = float("nan")
NAMES = ("count", "share", "age_days")
YOUNG, OLD = AGE_BANDS[0], AGE_BANDS[3]
LAO, THAI = Peers("bank", YOUNG, "LA"), Peers("bank", YOUNG, "TH")
ELDER = Peers("bank", OLD, "TH")


def rows(peers, amount, count, share=NAN, age=1.0):
    return [peers] * amount, np.array([[count, share, age]] * amount)


def measured(*parts):
    peers = [each for part, _ in parts for each in part]
    return typical_of(np.vstack([values for _, values in parts]), peers, NAMES)


TYPICAL = measured(
    rows(THAI, MINIMUM, 2, age=10),
    rows(LAO, MINIMUM - 1, 3, share=0.5, age=20),
    rows(ELDER, MINIMUM, 7, share=0.1, age=2000),
    rows(Peers("e_wallet", YOUNG, "TH"), 5, 11),
)


def test_an_account_is_compared_with_the_narrowest_group_that_is_large_enough():
    thai, lao = TYPICAL.compared(THAI), TYPICAL.compared(LAO)
    assert (thai.peers[0], thai.medians[0], thai.counts[0]) == (THAI, 2, MINIMUM)
    assert lao.peers[0] == Peers("bank", YOUNG)
    assert (lao.counts[0], lao.accounts[0]) == (2 * MINIMUM - 1, 2 * MINIMUM - 1)


def test_a_feature_that_too_few_of_a_group_show_is_compared_more_widely():
    thai = TYPICAL.compared(THAI)
    assert thai.peers[1] == Peers("bank", None, "TH")
    assert (thai.medians[1], thai.counts[1], thai.accounts[1]) == (0.1, MINIMUM, 2 * MINIMUM)


def test_an_age_is_not_compared_among_accounts_of_that_age():
    thai = TYPICAL.compared(THAI)
    assert thai.peers[2] == Peers("bank", None, "TH")
    assert thai.medians[2] == 10


@pytest.mark.parametrize("peers", [Peers("crypto_wallet", YOUNG, "TH"), Peers("e_wallet"), EVERY])
def test_who_has_no_peers_is_compared_with_every_account(peers):
    compared = TYPICAL.compared(peers)
    assert compared.peers == (EVERY,) * 3
    assert compared.medians[0] == 3


def test_a_feature_that_nobody_shows_has_no_typical_value():
    compared = measured(rows(THAI, 3, 1)).compared(THAI)
    assert np.isnan(compared.medians[1])
    assert np.isnan(compared.percentile(1, 0.5))
    assert compared.counts[1] == 0


def test_missing_values_have_no_percentile():
    assert np.isnan(TYPICAL.compared(THAI).percentile(0, NAN))


def test_percentiles_run_from_0_to_100_and_ties_count_half():
    values = np.array([[0.0]] * 50 + [[float(i)] for i in range(1, 51)])
    compared = typical_of(values, [EVERY] * 100, ("count",)).compared(EVERY)
    at = [compared.percentile(0, value) for value in (-1, 0, 25, 50, 51)]
    assert at[0] == 0
    assert at[1] == pytest.approx(25, abs=1)
    assert at[2] == pytest.approx(74.5, abs=1)
    assert at[4] == 100
    assert at == sorted(at)
    assert compared.position(0, 0.0) == (0, pytest.approx(50, abs=1))


def test_what_was_written_is_read_again():
    text = json.dumps(TYPICAL.to_dict(), allow_nan=False)
    again = Typical.from_dict(json.loads(text), NAMES)
    assert set(again.groups) == set(TYPICAL.groups)
    for peers, group in TYPICAL.groups.items():
        assert again.groups[peers].accounts == group.accounts
        assert np.array_equal(again.groups[peers].counts, group.counts)
        assert np.array_equal(again.groups[peers].quantiles, group.quantiles, equal_nan=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda groups: groups.pop(),
        lambda groups: groups[0].pop("counts"),
        lambda groups: groups[0]["peers"].update(city="Chiang Mai"),
        lambda groups: groups[0]["quantiles"].pop("count"),
        lambda groups: groups[0]["quantiles"]["count"].pop(),
        lambda groups: groups[0]["quantiles"]["count"].insert(0, 1e9),
        lambda groups: groups[0]["quantiles"].update(count="many"),
    ],
)
def test_other_formats_are_refused(damage):
    fields = TYPICAL.to_dict()
    damage(fields["groups"])
    with pytest.raises((ValueError, KeyError, TypeError)):
        Typical.from_dict(fields, NAMES)
