"""The page as its readers meet it: in a browser, with a keyboard, in the dark and on paper."""

from dataclasses import replace
from itertools import pairwise

import pytest

from ledger.outcomes import Outcome
from models.language import LANGUAGES, language
from serving.reports.notice import notice_of
from serving.reports.page import page
from tests.documents import report_document


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A report of an alert, one of a known mule, and a notice, in each language."""
    folder, report = tmp_path_factory.mktemp("pages"), report_document()
    outcome = Outcome("complicit_mule", report.as_of, report.as_of, "police")
    known = replace(report, known_mule=True, outcomes=(outcome,))
    for code in LANGUAGES:
        for name, document in (
            ("report", report),
            ("known", known),
            ("notice", notice_of(report, "Complaints office, telephone 02 000 0000")),
        ):
            (folder / f"{name}_{code}.html").write_text(page(document, language(code)))
    return folder


@pytest.fixture
def opened(browser, files):
    """Open a page; any request to elsewhere or any error on it fails the test."""
    contexts = []

    def opened(name, **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        shown = context.new_page()
        asked, errors = [], []
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: errors.append(message.text))
        shown.goto((files / name).as_uri())
        assert asked == [(files / name).as_uri()]
        assert errors == []
        return shown

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("kind", "code", "scheme"),
    [
        *(("report", code, scheme) for code in LANGUAGES for scheme in ("light", "dark")),
        *(("notice", code, "light") for code in LANGUAGES),
        ("known", "th", "dark"),
    ],
)
def test_axe_finds_nothing_serious(opened, rules, kind, code, scheme):
    shown = opened(f"{kind}_{code}.html", color_scheme=scheme)
    shown.evaluate(rules)
    found = shown.evaluate("axe.run({resultTypes: ['violations']})")
    assert len(found["passes"]) > 15
    assert [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]][:3])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_leaves_its_place(opened, code):
    for width in (1200, 390):
        shown = opened(f"report_{code}.html", viewport={"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    pictures = shown.evaluate(
        """[...document.querySelectorAll('figure svg')].map(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 3 || box.bottom > frame.bottom + 3;
            }).map(text => text.textContent);
        })"""
    )
    assert pictures == [[], [], []]


@pytest.mark.parametrize("code", LANGUAGES)
def test_headings_lead_through_the_page_and_pictures_have_words(opened, code):
    shown = opened(f"report_{code}.html")
    levels = shown.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    named = "[...document.querySelectorAll('svg[role=img]')].map(svg => [...svg.querySelectorAll("
    named += "'title,desc')].map(e => e.textContent).join(' ') || svg.getAttribute('aria-label'))"
    assert all(len(words) > 8 for words in shown.evaluate(named))
    assert shown.evaluate("document.documentElement.lang") == code


def test_a_reader_with_a_keyboard_gets_from_a_reason_to_its_transactions_and_back(opened):
    shown = opened("report_en.html")
    shown.focus("#F2 .rests a")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**#t1")
    marked = "getComputedStyle(document.querySelector('#t1 > th')).backgroundColor"
    assert shown.evaluate(marked) == "rgb(255, 243, 196)"
    shown.focus("#t1 .cites a")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**#F2")
    shown.focus("summary")
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shown.keyboard.press("Enter")
    assert shown.locator("details table").is_visible()


def test_the_dark_page_is_dark_and_the_printed_one_is_not(opened):
    paper = "getComputedStyle(document.body).backgroundColor"
    shown = opened("report_en.html", color_scheme="dark")
    assert shown.evaluate(paper) == "rgb(22, 27, 34)"
    shown.emulate_media(media="print", color_scheme="dark")
    assert shown.evaluate(paper) == "rgb(255, 255, 255)"
    printed = shown.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
