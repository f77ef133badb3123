import numpy as np
import pytest

from models.scorer import NotAdditive
from tests.property.drawn_models import rows, scorer_of


def test_missing_values_are_scored():
    raw = scorer_of().raw(np.full((1, 4), np.nan))
    assert raw.shape == (1,)
    assert np.isfinite(raw).all()


def test_rows_are_scored_alike_alone_and_together():
    scorer, values = scorer_of(), rows(1, 40, 4)
    raw = scorer.raw(values)
    alone = np.concatenate([scorer.raw(row[None]) for row in values])
    assert np.array_equal(alone, raw)
    alone = np.concatenate(
        [scorer.shap(row[None], score[None]) for row, score in zip(values, raw, strict=True)]
    )
    assert np.array_equal(alone, scorer.shap(values, raw))


def test_columns_read_in_any_memory_layout():
    scorer, values = scorer_of(), rows(1, 40, 4)
    assert np.array_equal(scorer.raw(np.asfortranarray(values)), scorer.raw(values))
    assert np.array_equal(scorer.raw(values[::2]), scorer.raw(values)[::2])


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\): expected \(n, 4\)"):
        scorer_of().raw(np.zeros((2, 3)))


def test_probability_and_bands_follow_the_raw_score():
    scorer = scorer_of()
    raw = np.array([-3.0, -0.5, 0.4, 0.5, 1.5, 9.0])
    assert scorer.bands(raw) == ["low", "elevated", "elevated", "high", "critical", "critical"]
    assert (np.diff(scorer.probability(raw)) > 0).all()


def test_shap_values_that_do_not_add_up_are_refused():
    scorer, values = scorer_of(), rows(1, 5, 4)
    raw = scorer.raw(values)
    raw[3] += 1e-6
    with pytest.raises(NotAdditive, match="1 of 5 rows"):
        scorer.shap(values, raw)


def test_a_score_that_is_no_number_is_not_explained():
    with pytest.raises(NotAdditive, match="5 of 5 rows"):
        scorer_of().shap(rows(1, 5, 4), np.full(5, np.nan))
