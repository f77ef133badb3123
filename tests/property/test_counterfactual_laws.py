"""What would leave the band, against trying every set of behaviours one by one."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import BY_NAME, NAMES
from features.typologies import TYPOLOGIES
from models.bands import BANDS, Thresholds
from models.counterfactual import MOST, counterfactual
from models.language import ENGLISH
from models.peers import EVERY
from tests.property.drawn_models import rows, scorer_of

# A few behaviours, so that every set of them can be scored by itself.
SEEN = tuple(
    name
    for name in NAMES
    if BY_NAME[name].typology
    in ("velocity", "pass-through", "rapid movement", "fan-in", "ordinary life", "new account")
)
drawn = st.tuples(st.integers(0, 4), st.integers(0, 10**6), st.floats(0.0, 1.5))


def judged(seed, row, gap):
    """Draw a model, an account in its critical band, and how far the account is above it."""
    scorer = scorer_of(seed, SEEN, trees=30)
    values = rows(row, 1, len(SEEN))[0]
    raw = float(scorer.raw(values[np.newaxis])[0])
    bounds = Thresholds(raw - 1 - gap, raw - gap - 0.1, raw - gap)
    return replace(scorer, thresholds=bounds), values


def brute_force(scorer, values, typical):
    """Name the sets of the fewest behaviours that leave the critical band, each scored alone."""
    can = [name for name in TYPOLOGIES if TYPOLOGIES[name].changeable]
    for size in range(1, MOST + 1):
        leaving = set()
        for behaviours in combinations(can, size):
            row = values.copy()
            for i, name in enumerate(SEEN):
                if BY_NAME[name].typology in behaviours and not np.isnan(row[i] + typical[i]):
                    row[i] = typical[i]
            if scorer.bands(scorer.raw(row[np.newaxis])) != ["critical"]:
                leaving.add(frozenset(behaviours))
        if leaving:
            return leaving
    return set()


@settings(max_examples=25, deadline=None)
@given(drawn)
def test_it_names_the_fewest_behaviours_that_leave_the_band(drawn):
    scorer, values = judged(*drawn)
    compared = scorer.typical.compared(EVERY)
    found = counterfactual(scorer, values, compared, "THB")
    smallest = brute_force(scorer, values, compared.medians)
    if smallest:
        assert frozenset(found.typologies) in smallest
    else:
        assert found.typologies == ()
        assert found.sentence.startswith("No 3 behaviours or fewer")


@settings(max_examples=60, deadline=None)
@given(drawn)
def test_what_it_says_is_what_the_scorer_says_of_the_changed_row(drawn):
    scorer, values = judged(*drawn)
    compared = scorer.typical.compared(EVERY)
    found = counterfactual(scorer, values, compared, "THB")
    row = values.copy()
    for change in found.changes:
        i = SEEN.index(change.feature)
        assert TYPOLOGIES[change.typology].changeable
        assert (change.value, change.typical) == (values[i], compared.medians[i])
        assert change.value != change.typical
        row[i] = change.typical
    raw = scorer.raw(row[np.newaxis])
    assert raw[0] == found.raw_score
    assert scorer.bands(raw) == [found.band]
    if found.changes:
        assert BANDS.index(found.band) < BANDS.index("critical")
        assert f"the band would be {found.band} and not critical" in found.sentence
        assert f"({ENGLISH.number(raw[0], 2)} log-odds" in found.sentence


def test_of_as_few_behaviours_the_least_moved_ones_are_named():
    several = 0
    for row in range(12):
        scorer, values = judged(0, row, 0.0)
        compared = scorer.typical.compared(EVERY)
        found = counterfactual(scorer, values, compared, "THB")
        choices = brute_force(scorer, values, compared.medians)
        known = ~np.isnan(values + compared.medians) & (values != compared.medians)
        moved = {
            behaviours: sum(
                abs(compared.percentile(i, values[i]) - 50)
                for i in np.flatnonzero(known)
                if BY_NAME[SEEN[i]].typology in behaviours
            )
            for behaviours in choices
        }
        if moved:
            assert moved[frozenset(found.typologies)] == pytest.approx(min(moved.values()))
        several += len(moved) > 1
    assert several > 2


def test_nothing_has_to_leave_the_lowest_band():
    scorer = replace(scorer_of(0, SEEN), thresholds=Thresholds(50.0, 60.0, 70.0))
    values = rows(1, 1, len(SEEN))[0]
    assert counterfactual(scorer, values, scorer.typical.compared(EVERY), "THB") is None
