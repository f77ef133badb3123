"""The report says so first, and in red, where mules show without laundering."""

import pytest

from training.evaluation.bootstrap import Interval
from training.evaluation.controls import is_visible, section, warning


def controls(*, visible):
    control = {
        "pr_auc": vars(Interval(0.9, 0.8, 0.95)),
        "prevalence": 0.1,
        "label_is_visible": visible,
    }
    return {"laundering_free": control, "single_feature": {}}


@pytest.mark.parametrize(
    ("low", "visible"), [(0.151, True), (0.149, False), (0.0, False), (float("nan"), False)]
)
def test_the_lower_end_decides(low, visible):
    assert is_visible(Interval(0.9, low, 0.95), prevalence=0.1) is visible


def test_the_warning_is_red_and_names_the_figures():
    page = "\n".join(warning(controls(visible=True)))
    assert "[!CAUTION]" in page
    assert "color:red" in page
    assert "0.9000 [0.8000, 0.9500] at a prevalence of 0.1000" in page
    assert "label is visible" in "\n".join(section(controls(visible=True)))


def test_there_is_no_warning_where_the_control_is_quiet():
    assert list(warning(controls(visible=False))) == []
    assert "label is not visible" in "\n".join(section(controls(visible=False)))
