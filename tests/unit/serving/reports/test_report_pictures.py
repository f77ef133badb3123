from datetime import UTC, datetime, timedelta

import pytest

from features.typologies import TYPOLOGIES
from serving.reports.document import Day, Step
from serving.reports.pictures import WIDTH, timeline, waterfall

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _days(*amounts):
    return [
        Day(NOON + timedelta(days=n), received, 0, paid)
        for n, (received, paid) in enumerate(amounts)
    ]


def test_arrows_begin_where_the_last_one_ended(document):
    picture = waterfall(document.judgement.base, document.steps)
    ends = [float(arrow.points.split()[2].split(",")[0]) for arrow in picture.arrows]
    starts = [float(arrow.points.split(",")[0]) for arrow in picture.arrows]
    assert starts == pytest.approx([picture.base_x, *ends[:-1]], abs=0.01)
    assert ends[-1] == pytest.approx(picture.score_x, abs=0.01)


def test_lengths_stand_to_each_other_as_contributions_do():
    picture = waterfall(-1.0, [Step("a", -1.0, 3.0), Step("b", 3.0, 1.0)])
    first, second = (arrow.end_x - float(arrow.points.split(",")[0]) for arrow in picture.arrows)
    assert first == pytest.approx(-2 * second, abs=0.05)


@pytest.mark.parametrize("typology", TYPOLOGIES.values(), ids=TYPOLOGIES)
def test_a_label_of_any_behaviour_fits_its_row(typology):
    label = f"F10 {typology.about}"
    (arrow,) = waterfall(0.0, [Step(label, 0.0, 1.0)]).arrows
    assert " ".join(line.label for line in arrow.lines) == label
    assert max(len(line.label) for line in arrow.lines) <= 38
    assert len(arrow.lines) <= 2
    assert sum(line.at for line in arrow.lines) / len(arrow.lines) == arrow.middle


def test_no_step_at_all_has_a_picture():
    assert waterfall(0.0, []).base_x == waterfall(0.0, []).score_x


def test_days_fill_the_width_on_one_scale():
    picture = timeline(_days((400, 0), (0, 200), (0, 0)), "THB")
    received, paid, nothing = picture.columns
    assert received.received == 2 * paid.paid == picture.axis - picture.top
    assert (nothing.received, nothing.paid) == (0, 0)
    assert picture.columns[-1].x < picture.right < WIDTH


def test_axis_labels_are_round_amounts_both_ways():
    picture = timeline(_days((12_000_000, 9_000_000)), "THB")
    assert [mark.label for mark in picture.amounts] == ["100k", "50k", "0", "50k", "100k"]


def test_no_money_has_a_timeline():
    assert [mark.label for mark in timeline(_days((0, 0)), "THB").amounts] == ["0"]
    assert timeline([], "THB").columns == ()
