"""Every feature on the small ledger of its family, as `docs/features/` shows it.

Beside each ledger of `docs/examples/` stands how a person counts the values. Nothing of that is
computed by the engine: a calculation is worked out here, and what is listed is counted.
"""

import re
from itertools import pairwise

import pytest

from docs.examples.answers import answers, example
from docs.examples.drawn import AS_OF
from docs.examples.notation import read
from features.catalogue import BY_NAME, FAMILIES, FAMILY_OF, NAMES
from features.history import WINDOWS

EXAMPLES = {family: example(family) for family in FAMILIES}


@pytest.fixture(scope="module")
def answered():
    return {
        name: answer
        for family, shown in EXAMPLES.items()
        for name, answer in answers(shown.drawn, [f.name for f in FAMILIES[family]]).items()
    }


def worth(on_paper):
    """Work out a calculation, or count what is listed one by one."""
    counted = on_paper.partition(";")[0]
    if re.search(r"[a-zA-Z#]", counted):
        return len(counted.split(", "))
    assert re.fullmatch(r"[\d.,+*/() -]+", counted)
    return eval(counted.replace(",", ""))  # noqa: S307 - digits and signs alone


def test_a_calculation_is_worked_out_and_a_list_is_counted():
    assert worth("(30,000 - 10,000) / 40,000; why") == 0.5
    assert worth("#3, #11; why, and why") == 2
    assert worth("ann, ben, cho") == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_counts_as_a_person_does(name, answered):
    in_baht = 100 if BY_NAME[name].unit == "minor units" else 1
    by_hand = worth(EXAMPLES[FAMILY_OF[name]].on_paper[name]) * in_baht
    # A person rounds what goes on for ever.
    assert answered[name].value == pytest.approx(by_hand, rel=1e-4)
    assert answered[name].value


@pytest.mark.parametrize("family", FAMILIES)
def test_a_person_counts_each_feature_of_a_family_and_can_read_its_ledger_in_a_minute(family):
    shown = EXAMPLES[family]
    assert [*shown.on_paper] == [feature.name for feature in FAMILIES[family]]
    assert len(shown.drawn.facts) <= 15
    times = [fact.happened_at for fact in shown.drawn.facts]
    assert times == sorted(times)
    assert times[-1] < AS_OF


def test_windows_of_one_feature_differ_on_its_ledger(answered):
    stems = {}
    for name in NAMES:
        if window := BY_NAME[name].window:
            stem = FAMILY_OF[name], name.removesuffix(window)
            stems.setdefault(stem, []).append((WINDOWS[window], name))
    several = [[name for _, name in sorted(each)] for each in stems.values() if len(each) > 1]
    assert len(several) > 10
    for names in several:
        for shorter, longer in pairwise(names):
            assert answered[shorter].value != answered[longer].value, (shorter, longer)


def test_what_is_told_of_payments_one_by_one_is_what_the_evidence_marks(answered):
    """A count of an account's own payments and its evidence are the same list."""
    for name in ("credit_count_7d", "debit_count_90d", "credit_count_30d", "recall_count_30d"):
        listed = re.findall(r"#(\d+)", EXAMPLES[FAMILY_OF[name]].on_paper[name])
        assert [*map(int, listed)] == [*answered[name].payments]


@pytest.mark.parametrize(
    "line",
    ["2d ann pays mia 5", "ann -> mia 5", "mia: aged 50", "2d complaint of 1", "2d ann -> mia",
     "2x ann -> mia 5", "2d ann -> mia 5 by mail", "2d ann found guilty"],
)  # fmt: skip
def test_a_line_that_says_nothing_is_refused(line):
    with pytest.raises(ValueError, match=r"expected one of|says nothing"):
        read([line])
