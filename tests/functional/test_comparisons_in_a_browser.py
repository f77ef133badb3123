"""The pages of `mulerisk monitor` and `mulerisk shadow` in a browser that has no network."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from features.catalogue import CATALOGUE_HASH
from features.typologies import TYPOLOGIES
from ledger.schema import LABELS
from models.manifest import Lineage
from models.scorer import Versions
from tests.bank import table
from tests.population import BANDS, LIMITS, Drawn, latest, learnt, scorer
from training.monitoring import monitored
from training.monitoring.page import page as drift_page
from training.shadow.answers import Answers, Changed
from training.shadow.both import Both
from training.shadow.page import page as shadow_page
from training.shadow.shadowed import Question, shadowed

AT = datetime(2025, 6, 1, tzinfo=UTC)


def drift():
    """What `mulerisk monitor` tells of accounts of which some features went missing."""

    def gone(columns):
        for name in list(columns)[::9]:
            columns[name][:] = np.nan

    lineage = Lineage("1", "r", "d", "d", "c", "", "", {"bands": BANDS}, {})
    question = monitored.Question("bank", "THB", None, AT)
    champion = monitored.Champion(scorer(), lineage, learnt())
    seen = Drawn.of(1, 400).changed(gone).seen()
    return drift_page(monitored.monitored(question, champion, seen, LIMITS))


def challenger():
    """What `mulerisk shadow` tells of one that finds every account a little more suspicious."""
    values, before = latest().values, scorer()
    raw = before.raw(values)
    both = Both(before, replace(before, versions=Versions("2", "c" * 64, CATALOGUE_HASH)))
    moved = dict.fromkeys(TYPOLOGIES, 0.1)
    changed = {
        str(n): Changed(str(n), 0, 0.0, 0.1, bands, (moved, {**moved, "velocity": 0.2}))
        for n, bands in enumerate([("low", "high"), ("high", "low"), ("low", "elevated")])
    }
    answers = Answers(latest().account_id, latest().as_of, raw, raw + 0.3, changed)
    question = Question("bank", "THB", AT, AT)
    made = {before.versions.bundle: len(raw) + 3}
    return shadow_page(shadowed(question, both, answers, made, Labelled()))


class Labelled:
    """A ledger in which one account is known as a mule."""

    def labels(self):
        row = {"account_id": "account-1", "outcome": "complicit_mule", "happened_at": AT,
               "known_at": AT, "source": "police"}  # fmt: skip
        return table(LABELS, [row])


PAGES = {"monitor": drift, "shadow": challenger}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, written in PAGES.items():
        (folder / f"{name}.html").write_text(written())
    return folder


@pytest.fixture
def opened(browser, folder):
    contexts = []

    def opened(name, **settings):
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        shown = context.new_page()
        asked, errors = [], []
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: errors.append(message.text))
        file = folder / f"{name}.html"
        shown.goto(file.as_uri())
        assert (asked, errors) == ([file.as_uri()], [])
        return shown

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, rules, name, scheme):
    shown = opened(name, color_scheme=scheme)
    shown.evaluate(rules)
    found = shown.evaluate("axe.run({resultTypes: ['violations']})")
    assert len(found["passes"]) > 15
    assert [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]][:3])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1200, 390])
def test_no_text_leaves_its_place(opened, name, width):
    shown = opened(name, viewport={"width": width, "height": 900})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("name", "least"), [("monitor", 30), ("shadow", 8)])
def test_bars_are_as_long_as_their_shares(opened, name, least):
    shown = opened(name, viewport={"width": 1200, "height": 900})
    rows = shown.evaluate(
        """[...document.querySelectorAll('.bars tbody tr')].map(row => ({
            before: row.querySelector('.before').getBoundingClientRect().width,
            now: row.querySelector('.now').getBoundingClientRect().width,
            told: [...row.querySelectorAll('.n')].map(cell => parseFloat(cell.textContent)),
            whole: row.querySelector('.picture').clientWidth,
        }))"""
    )
    assert len(rows) > least
    for row in rows:
        before, now = row["told"]
        if min(before, now) > 5:
            assert row["now"] / row["before"] == pytest.approx(now / before, rel=0.05)


@pytest.mark.parametrize("name", PAGES)
def test_it_prints(opened, name):
    shown = opened(name, color_scheme="dark")
    shown.emulate_media(media="print", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert shown.evaluate(paper) == "rgb(255, 255, 255)"
    assert shown.pdf(format="A4").startswith(b"%PDF")
