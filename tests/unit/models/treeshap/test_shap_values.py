import numpy as np
import pytest

from models.treeshap.kernel import BLOCK
from models.treeshap.shap_values import TreeShap
from tests.property.drawn_models import model_text, rows


@pytest.fixture(scope="module")
def explainer():
    return TreeShap(model_text())


def test_rows_in_any_memory_layout_are_explained_alike(explainer):
    values = rows(1, 40, 4)
    expected = explainer.values(values)
    frozen = values.copy()
    frozen.flags.writeable = False
    assert np.array_equal(explainer.values(frozen), expected)
    assert np.array_equal(explainer.values(np.asfortranarray(values)), expected)
    assert np.array_equal(explainer.values(values[::2]), expected[::2])


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 3])
@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_rows_is_explained(explainer, count, threads):
    values = rows(2, 100, 4)
    found = explainer.values(values[:count], threads=threads)
    assert np.array_equal(found, explainer.values(values)[:count])


def test_rows_are_not_changed(explainer):
    values = rows(3, 20, 4)
    before = values.tobytes()
    explainer.values(values)
    assert values.tobytes() == before


@pytest.mark.parametrize("shape", [(4,), (2, 3), (1, 4, 1)])
def test_rows_of_another_shape_are_refused(explainer, shape):
    with pytest.raises(ValueError, match=r"expected \(n, 4\)"):
        explainer.values(np.zeros(shape))


def test_what_a_thread_raises_is_raised(explainer, monkeypatch):
    def fail(*args):
        raise MemoryError

    monkeypatch.setattr("models.treeshap.shap_values.explain", fail)
    with pytest.raises(MemoryError):
        explainer.values(rows(1, 40, 4), threads=2)
