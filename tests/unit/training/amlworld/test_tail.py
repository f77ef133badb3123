"""When the last days of a file give the label away."""

from datetime import date

from tests.unit.training.amlworld.known import DAY, known
from training.amlworld.tail import Tail, tail_of

ORDINARY = [day * DAY + n for day in range(4) for n in range(200)]
FIRST_OF_EACH_DAY = [0, 200, 400, 600]


def test_days_of_little_but_laundering_are_the_tail():
    after = [4 * DAY, 5 * DAY, 5 * DAY + 1, 7 * DAY]
    found = tail_of(known(ORDINARY + after, [*FIRST_OF_EACH_DAY, 800, 802, 803]))
    assert found == Tail(800, date(1970, 1, 5), 4, 3)


def test_a_file_that_ends_with_an_ordinary_day_has_none():
    assert tail_of(known(ORDINARY, FIRST_OF_EACH_DAY)) is None
    busy = [4 * DAY + n for n in range(100)]
    assert tail_of(known(ORDINARY + busy, range(800, 900))) is None


def test_a_last_day_that_is_cut_short_but_honest_is_no_tail():
    assert tail_of(known([*ORDINARY, 4 * DAY, 4 * DAY + 1], FIRST_OF_EACH_DAY)) is None


def test_a_quiet_day_between_ordinary_ones_begins_no_tail():
    quiet = [DAY * 4, *(5 * DAY + n for n in range(200))]
    assert tail_of(known(ORDINARY + quiet, [*FIRST_OF_EACH_DAY, 800])) is None


def test_who_launders_does_not_move_where_the_tail_begins():
    after = [4 * DAY, 5 * DAY]
    first, second = (
        tail_of(known(ORDINARY + after, [*FIRST_OF_EACH_DAY, guilty])) for guilty in (800, 801)
    )
    assert first == second == Tail(800, date(1970, 1, 5), 2, 1)
