import pytest

from ledger.foreign_text import spreadsheet_safe, visible


def test_hidden_characters_are_shown():
    assert visible("ok\u202ejpg\x1b[31m\ud800") == "ok[U+202E]jpg[U+001B][31m[U+D800]"
    assert visible("สมชาย Ünal") == "สมชาย Ünal"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", " =", '"='])
def test_no_text_is_a_formula(start):
    assert spreadsheet_safe(f"{start}cmd()").startswith("'")


def test_a_tab_or_line_break_cannot_begin_a_cell():
    assert spreadsheet_safe("\t=cmd()\n") == "[U+0009]=cmd()[U+000A]"


def test_plain_text_stays_as_it_is():
    assert spreadsheet_safe("TH-0042") == "TH-0042"
