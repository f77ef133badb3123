from dataclasses import replace
from datetime import UTC, datetime

from ledger.outcomes import Outcome
from models.loss import Loss
from serving.reports.terminal import text
from tests.documents import with_every_typology


def test_it_answers_the_four_questions(document):
    told = " ".join(text(document).split())
    assert "critical" in told
    assert "about 31 of 100 become known as mules within 30 days" in told
    assert "Hold 120,500.00 THB." in told
    assert "A person decides; nothing has been held or frozen." in told
    assert "which this hint does not tell, about 54 of 100 like it are collectors" in told
    assert (
        "+2.31 Money leaves faster +2.06 Of the money received in 30 days, 97% left within a day;"
        in told
    )
    assert "+0.25 Its other facts together." in told
    assert "Rests on 23 transactions." in told
    assert told.count("The model counts this the other way") == 1
    against = "\N{MINUS SIGN}0.48 Less salary, bills and other ordinary life"
    assert f"{against} \N{MINUS SIGN}0.73 Of the money received in 90 days, 4% was salary" in told


def test_a_stranger_cannot_command_the_terminal_or_forge_a_line(document):
    account = replace(document.account, account_id="x\x1b[2J\nBand       low\u202e")
    told = text(replace(document, account=account))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "Account    x[U+001B][2J[U+000A]Band" in told


def test_no_line_is_too_wide(document):
    assert max(map(len, text(document).split("\n"))) <= 100


def test_without_reasons_it_says_so(document):
    assert text(replace(document, reasons=())).count("No fact of note.") == 2


def test_a_known_mule_is_no_forecast(document):
    at = datetime(2025, 5, 3, tzinfo=UTC)
    outcomes = (Outcome("unwitting_mule", at, at, "police\u202e", "cash_out"),)
    told = " ".join(text(replace(document, known_mule=True, outcomes=outcomes)).split())
    assert "Known unwitting mule, cash out: found by police[U+202E], learnt on 2025-05-03." in told
    assert "The outcome is already known, so the score below forecasts nothing" in told
    assert "Of accounts that behave alike and are not known yet" in told
    assert "already known" not in text(document)


def test_a_probable_victim_is_told_above_the_score(document):
    lost = replace(
        document, loss=Loss(90_000, "THB", document.as_of, ("t1",)), is_probable_victim=True
    )
    told = " ".join(text(lost).split())
    assert "Loss Complaints stand about 900.00 THB that this account paid, last on 1 June" in told
    assert told.index("probably a victim's. Call its holder") < told.index("Band critical")
    assert "Loss" not in text(document)


def test_it_says_what_would_change_the_band_unless_it_is_the_lowest(document):
    told = " ".join(text(document).split())
    assert "What would change it If the speed at which money leaves were typical" in told
    assert "8% left within a day; now it is 97%." in told
    assert "10 % left" not in told
    assert "What would change it" not in text(replace(document, counterfactual=None))


def test_a_reason_without_transactions_says_what_it_rests_on(document):
    told = " ".join(text(with_every_typology(document)).split())
    for words in (
        "Identifiers shared with other accounts",
        "Entries of lists, no transaction.",
        "Accounts that the holder opened, no transaction.",
        "A fact about the account itself.",
        "None of the account's transactions.",
    ):
        assert words in told
