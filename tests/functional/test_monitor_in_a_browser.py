"""The page of `mulerisk monitor` in a browser that has no network."""

from datetime import UTC, datetime

import numpy as np
import pytest

from models.manifest import Lineage
from tests.population import BANDS, LIMITS, Drawn, learnt, scorer
from training.monitoring.monitored import Champion, Question, monitored
from training.monitoring.page import page


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    def gone(columns):
        for name in list(columns)[::9]:
            columns[name][:] = np.nan

    lineage = Lineage("1", "r", "d", "d", "c", "", "", {"bands": BANDS}, {})
    question = Question("bank", "THB", None, datetime(2025, 6, 1, tzinfo=UTC))
    champion = Champion(scorer(), lineage, learnt())
    found = monitored(question, champion, Drawn.of(1, 400).changed(gone).seen(), LIMITS)
    file = tmp_path_factory.mktemp("page") / "monitor.html"
    file.write_text(page(found))
    return file


@pytest.fixture
def opened(browser, file):
    contexts = []

    def opened(**settings):
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        shown = context.new_page()
        asked, errors = [], []
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: errors.append(message.text))
        shown.goto(file.as_uri())
        assert (asked, errors) == ([file.as_uri()], [])
        return shown

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, rules, scheme):
    shown = opened(color_scheme=scheme)
    shown.evaluate(rules)
    found = shown.evaluate("axe.run({resultTypes: ['violations']})")
    assert len(found["passes"]) > 15
    assert [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]][:3])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("width", [1200, 390])
def test_no_text_leaves_its_place(opened, width):
    shown = opened(viewport={"width": width, "height": 900})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_bars_are_as_long_as_their_shares(opened):
    shown = opened(viewport={"width": 1200, "height": 900})
    rows = shown.evaluate(
        """[...document.querySelectorAll('.bars tbody tr')].map(row => ({
            before: row.querySelector('.before').getBoundingClientRect().width,
            now: row.querySelector('.now').getBoundingClientRect().width,
            told: [...row.querySelectorAll('.n')].map(cell => parseFloat(cell.textContent)),
            whole: row.querySelector('.picture').clientWidth,
        }))"""
    )
    assert len(rows) > 30
    for row in rows:
        before, now = row["told"]
        if min(before, now) > 5:
            assert row["now"] / row["before"] == pytest.approx(now / before, rel=0.05)


def test_it_prints(opened):
    shown = opened(color_scheme="dark")
    shown.emulate_media(media="print", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert shown.evaluate(paper) == "rgb(255, 255, 255)"
    assert shown.pdf(format="A4").startswith(b"%PDF")
