from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from features.typologies import TYPOLOGIES
from models.language import ENGLISH, LANGUAGES, language
from serving.reports.document import Step
from serving.reports.flow import Day
from serving.reports.parties import Parties, Side
from serving.reports.pictures.frame import WIDTH, lines, shortened, width, wrapped
from serving.reports.pictures.parties import parties_picture
from serving.reports.pictures.timeline import timeline
from serving.reports.pictures.waterfall import CELLS, waterfall
from serving.reports.words import Words
from tests.documents import party

WORDS = Words(ENGLISH, "THB")
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _days(*amounts):
    return [
        Day(NOON + timedelta(days=n), received, 0, paid)
        for n, (received, paid) in enumerate(amounts)
    ]


def test_arrows_begin_where_the_last_one_ended(document):
    picture = waterfall(document.judgement.base, document.steps, WORDS.label)
    ends = [float(arrow.points.split()[2].split(",")[0]) for arrow in picture.arrows]
    starts = [float(arrow.points.split(",")[0]) for arrow in picture.arrows]
    assert starts == pytest.approx([picture.base_x, *ends[:-1]], abs=0.01)
    assert ends[-1] == pytest.approx(picture.score_x, abs=0.01)


def test_lengths_stand_to_each_other_as_contributions_do():
    picture = waterfall(-1.0, [Step("", "", 1, -1.0, 3.0), Step("", "", 1, 3.0, 1.0)], WORDS.label)
    first, second = (arrow.end_x - float(arrow.points.split(",")[0]) for arrow in picture.arrows)
    assert first == pytest.approx(-2 * second, abs=0.05)


@pytest.mark.parametrize("typology", TYPOLOGIES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_label_of_any_behaviour_fits_its_row(typology, code):
    step = Step(typology, "F10", 0, 0.0, 1.0)
    (arrow,) = waterfall(0.0, [step], Words(language(code), "THB").label).arrows
    assert all(width(line.label) <= CELLS for line in arrow.lines)
    assert "".join(line.label for line in arrow.lines).replace(" ", "") == (
        arrow.label.replace(" ", "")
    )
    assert len(arrow.lines) <= 2
    assert sum(line.at for line in arrow.lines) / len(arrow.lines) == arrow.middle


def test_lines_are_broken_where_their_script_allows():
    assert wrapped("to accounts never met", 11) == ["to accounts", "never met"]
    assert wrapped("入金額と出金額、その回数", 10) == ["入金額と出", "金額、その", "回数"]
    assert wrapped("送金先の数、", 10) == ["送金先の", "数、"]
    assert width("ที่") == 1
    assert shortened("TH-0042-7719", 6) == "TH-00\N{HORIZONTAL ELLIPSIS}"
    assert shortened("TH-004", 6) == "TH-004"
    assert [line.at for line in lines("a b", 1, 50.0)] == [43.0, 57.0]


def test_no_step_at_all_has_a_picture():
    assert waterfall(0.0, [], WORDS.label).base_x == waterfall(0.0, [], WORDS.label).score_x


def test_days_fill_the_width_on_one_scale():
    picture = timeline(_days((400, 0), (0, 200), (0, 0)), "THB", ENGLISH)
    received, paid, nothing = picture.columns
    assert received.received == 2 * paid.paid == picture.axis - picture.top
    assert (nothing.received, nothing.paid) == (0, 0)
    assert picture.columns[-1].x < picture.right < WIDTH


def test_axis_labels_are_round_amounts_both_ways():
    picture = timeline(_days((12_000_000, 9_000_000)), "THB", ENGLISH)
    assert [mark.label for mark in picture.amounts] == ["100K", "50K", "0", "50K", "100K"]


def test_no_money_has_a_timeline():
    assert [mark.label for mark in timeline(_days((0, 0)), "THB", ENGLISH).amounts] == ["0"]
    assert timeline([], "THB", ENGLISH).columns == ()


def test_lines_are_as_thick_as_the_money_and_touch_at_the_account(document):
    picture = parties_picture(document.parties, WORDS)
    assert len(picture.payers) == 7
    assert len(picture.payees) == 2
    for boxes in (picture.payers, picture.payees):
        at_bar = [_ends(box.path) for box in boxes]
        assert all(above[1] == pytest.approx(below[0], abs=0.11)
                   for above, below in pairwise(at_bar))  # fmt: skip
    thick = {box.name: end - start for box in picture.payers
             for start, end in [_ends(box.path)]}  # fmt: skip
    assert thick["TH-0017-0000"] == pytest.approx(2 * thick["TH-0017-0001"], abs=0.3)


def _ends(path):
    """Read where a line meets the bar: from its outline's right or left end."""
    return float(path.split("V")[0].split()[-1]), float(path.split("V")[1].split("C")[0])


def test_what_is_complained_of_unnamed_or_not_known_is_drawn_as_such(document):
    picture = parties_picture(document.parties, WORDS)
    assert [box.is_complained_of for box in picture.payers][:3] == [False, True, False]
    assert [box.shape for box in picture.payers] == [
        "bank", "unknown", "e_wallet", "unknown", "crypto_wallet", "unknown", "others",
    ]  # fmt: skip
    assert picture.payees[1].shape == "outside"
    assert [line.label for line in picture.payees[1].lines] == [
        "crypto", "none named", "7,000.00 THB, 9 times",
    ]  # fmt: skip
    assert picture.payers[-1].lines[0].label == "17 others together"


def test_nobody_and_one_huge_party_have_a_picture():
    assert parties_picture(Parties(), WORDS).payers == ()
    alone = parties_picture(Parties(Side((party(0, 10**15),))), WORDS)
    start, end = _ends(alone.payers[0].path)
    assert 0 < end - start <= alone.box_height
