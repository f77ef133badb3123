import json
import subprocess
import sys
from dataclasses import replace

import pytest

from models.language import ENGLISH, LANGUAGES, language
from serving.reports import pdf as printing
from serving.reports.notice import NoticeRefused, notice_of
from serving.reports.outputs import FORMS
from serving.reports.page import page
from serving.reports.pdf import FontMissing, has_font, pdf
from tests.documents import reason

CONTACT = "Complaints office"
READ = """
import sys
from models.language import language
from serving.reports.outputs import FORMS
from tests.documents import report_document
sys.stdout.buffer.write(FORMS[".pdf"](report_document(), language(sys.argv[1])))
"""


def _told(document, code="en"):
    return json.loads(FORMS[".json"](document, language(code)))


def test_json_tells_facts_and_their_words(document):
    told = _told(document, "th")
    assert (told["schema"], told["language"]) == ("mulerisk.report.1", "th")
    first = told["reasons"][0]
    assert first["typology"] == "rapid movement"
    assert first["title"] == "เงินออกเร็วกว่า"
    assert first["details"][0]["value"] == 0.97
    assert "97%" in first["details"][0]["sentence"]
    assert told["suggestion"]["amount_minor"] == 12_050_000
    assert told["suggestion"]["headline"].startswith("ระงับเงิน")
    assert told["suggestion"]["why"] != document.suggestion.why
    assert told["as_of"] == "2025-06-01T00:00:00+00:00"
    assert told["parties"]["payers"]["others"] == 17
    assert told["counterfactual"]["changes"][0]["sentence"]


def test_json_has_null_for_a_missing_value(document):
    missing = reason("F1", "credit_max_7d", float("nan"), 2.0, 0.5, ())
    told = _told(replace(document, reasons=(missing,)))
    assert told["reasons"][0]["details"][0]["value"] is None
    assert "has no value here" in told["reasons"][0]["details"][0]["sentence"]


def test_the_facts_are_the_same_in_every_language(document):
    def facts(told):
        if isinstance(told, dict):
            return {key: facts(inner) for key, inner in told.items() if not _is_words(key)}
        return [facts(inner) for inner in told] if isinstance(told, list) else told

    def _is_words(key):
        return key in {"language", "sentence", "standing", "title", "label", "headline", "why",
                       "release_test", "legal_basis"}  # fmt: skip

    told = [facts(_told(document, code)) for code in LANGUAGES]
    assert told[0] == told[1] == told[2]
    assert len(str(told[0])) > 5000


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pdf_has_its_fonts_and_the_same_bytes_in_another_process(document, code):
    if not has_font(code):
        pytest.skip(f"no font for {code} here; `make system` installs one")
    written = FORMS[".pdf"](document, language(code))
    again = subprocess.run([sys.executable, "-c", READ, code], capture_output=True, check=True)
    assert written == again.stdout
    assert written.startswith(b"%PDF")
    assert b"FontFile" in written or b"ObjStm" in written
    assert len(written) < 1_000_000


def test_a_language_without_a_font_is_refused_and_not_printed_as_boxes(document, monkeypatch):
    monkeypatch.setattr(printing, "has_font", lambda _: False)
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        pdf(page(document, language("ja"), "paper"), language("ja"))


def test_on_paper_the_text_of_a_picture_is_text_of_the_page(document):
    paper = page(document, ENGLISH, "paper")
    assert "<text" not in paper
    assert "17 others together</span>" in paper
    assert "var(--" not in paper[paper.index('<svg class="parties"') :].partition("</svg>")[0]
    assert "17 others together</text>" in page(document, ENGLISH)


@pytest.mark.parametrize("action", ["none", "monitor"])
def test_who_would_notice_nothing_gets_no_notice(document, action):
    watched = replace(document.suggestion, action=action)
    with pytest.raises(NoticeRefused, match="tip off"):
        notice_of(replace(document, suggestion=watched), CONTACT)


def test_a_notice_tells_disclosable_facts_in_an_order_that_tells_no_weight(document):
    weighty = (
        reason("F1", "age_days", 12.0, 900.0, 3.0, ()),
        reason("F2", "share_out_1h_30d", 0.9, 0.0, 2.0, ()),
        reason("F3", "credit_sum_7d", 5e6, 1e5, 1.0, ()),
    )
    notice = notice_of(replace(document, reasons=weighty), CONTACT)
    assert [each.typology for each in notice.considered] == ["velocity", "new account"]
    text = page(notice, ENGLISH)
    assert "The account received 50,000.00 THB in 7 days." in text
    assert "typical" not in text.partition("<body")[2]
    assert "1,000.00" not in text


def test_a_notice_without_a_disclosable_fact_says_nothing_of_facts(document):
    only = (reason("F2", "share_out_1h_30d", 0.9, 0.0, 2.0, ()),)
    text = page(notice_of(replace(document, reasons=only), CONTACT), ENGLISH)
    assert "facts about your account" not in text
    assert CONTACT in text


def test_a_frozen_account_is_told_that_payments_are_stopped(document):
    frozen = replace(document.suggestion, action="freeze_account")
    text = page(notice_of(replace(document, suggestion=frozen), CONTACT), ENGLISH)
    assert "Payments from your account are stopped for now." in text
    assert "You can use the rest" not in text


def test_a_contact_is_text(document):
    text = page(notice_of(document, "<script>x</script>"), ENGLISH)
    assert "&lt;script&gt;" in text
