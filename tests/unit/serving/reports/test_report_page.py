import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from ledger.outcomes import Outcome
from ledger.schema import ROLES
from models.language import ENGLISH
from models.loss import Loss
from serving.reports.document import RoleIfMule
from serving.reports.page import page as page_in
from serving.reports.parties import Parties, Side


def page(document):
    return page_in(document, ENGLISH)


HOSTILE = '"><script>alert(1)</script>\u202e{{ 7*7 }}&'


class _Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name in ("href", "src", "xlink:href", "action"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)


def test_the_page_asks_for_nothing_from_outside(document):
    text = page(document)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text)
    read = _Page(text)
    assert not {"script", "link", "img", "iframe", "object"} & set(read.tags)
    assert all(link.startswith("#") for link in read.links)
    assert "default-src 'none'" in text
    assert len(text.encode()) < 1_000_000


def test_every_link_has_its_place_and_every_place_one_name(document):
    read = _Page(page(document))
    assert {link[1:] for link in read.links} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_the_same_document_gives_the_same_bytes(document):
    assert page(document).encode() == page(replace(document)).encode()


def test_hostile_text_is_only_text(document):
    account = replace(document.account, account_id=HOSTILE, institution=HOSTILE)
    payment = replace(document.payments[0], transaction_id=HOSTILE, counterparty=HOSTILE)
    party = replace(document.parties.payers.parties[0], name=HOSTILE, institution=HOSTILE)
    shared = replace(document.identifiers.shared[0], value=HOSTILE, accounts=(HOSTILE,))
    basis = replace(document.suggestion, legal_basis=HOSTILE)
    text = page(
        replace(
            document,
            account=account,
            payments=(payment, *document.payments[1:]),
            parties=Parties(Side((party,)), Side((party,))),
            identifiers=replace(document.identifiers, shared=(shared,)),
            suggestion=basis,
        )
    )
    assert "script" not in _Page(text).tags
    assert "\u202e" not in text
    assert "[U+202E]" in text
    assert "{{ 7*7 }}" in text


def test_it_says_who_why_what_now_and_how_sure(document):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(document)))
    for sentence in (
        "A person decides. This software has held nothing and frozen nothing.",
        "about 31 of 100 become known as mules within 30 days; the other 69 do not.",
        "Hold 120,500.00 THB",
        "Release the amount at once when the complaint is withdrawn",
        "Of the money received in 30 days, 97% left within a day; typical is 8%.",
        "Of the money received in 90 days, 4% was salary; typical is 60%.",
        "Money leaves faster",
        "The model counts this the other way",
        "+2.31",
        "+2.06",
        "Its other facts together. +0.25",
        "\N{MINUS SIGN}5.20 (average account) +5.96",
        "12,500.00 THB",
        "cash deposit",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("collector", "about 61 of 100 like it are collectors: look for other victims."),
        ("relay", "about 61 of 100 like it are relays: follow the money on."),
        ("cash_out", "about 61 of 100 like it take the money out as cash: look at its"),
        ("merchant_exit", "about 61 of 100 like it spend the money on goods or crypto: ask"),
    ],
)
def test_it_says_what_kind_of_mule_it_looks_like_if_it_is_one(document, role, words):
    others = {other: 0.13 for other in ROLES if other != role}
    told = page(replace(document, role_if_mule=RoleIfMule({**others, role: 0.61})))
    assert f"If this is a mule account, which this hint does not tell, {words}" in told
    assert "which this hint does not tell" not in page(replace(document, role_if_mule=None))


def test_the_role_that_was_found_out_stands_beside_the_outcome(document):
    at = datetime(2025, 5, 3, tzinfo=UTC)
    found = (Outcome("complicit_mule", at, at, "police", "merchant_exit"),)
    told = page(replace(document, known_mule=True, outcomes=found))
    assert "<strong>complicit mule</strong>, merchant exit: found by" in told


@pytest.mark.parametrize(
    ("is_victim", "title", "words"),
    [
        (
            True,
            "Probably a victim",
            "900.00 THB that this account paid, last on 1 June 2025, and about",
        ),
        (
            False,
            "Paid under complaint",
            "900.00 THB that this account paid, last on 1 June 2025. It is",
        ),
    ],
)
def test_it_says_what_was_paid_under_complaint(document, is_victim, title, words):
    lost = replace(
        document, loss=Loss(90_000, "THB", document.as_of, ("t1",)), is_probable_victim=is_victim
    )
    told = re.sub(r"\s+", " ", page(lost))
    assert f"<h3>{title}</h3>" in told
    assert words in told
    assert title not in page(document)


def test_no_score_is_certain(document):
    text = page(replace(document, judgement=replace(document.judgement, probability=0.9993)))
    assert "more than 99 of 100</strong>" in text
    assert "do not" not in re.sub(r"\s+", " ", text).partition("within 30 days")[2][:40]
    assert text.count('class="critical"/>') == 99


def test_a_fact_has_its_feature_at_hand_and_not_in_the_text(document):
    assert '<li title="age_days">' in page(document)
    assert "age_days" not in _words(document)


def test_an_account_without_transactions_has_a_page(document):
    text = page(
        replace(
            document,
            payments=(),
            reasons=tuple(
                replace(reason, rows=(), evidence_count=0) for reason in document.reasons
            ),
            visible_payments=0,
            first_payment_at=None,
            flow=replace(document.flow, days=()),
        )
    )
    assert "No transaction was visible" in text
    assert "little history" in text


def test_a_freeze_needs_a_second_person(document):
    freeze = replace(document.suggestion, action="freeze_account", second_person_required=True)
    text = page(replace(document, suggestion=freeze))
    assert "Freeze the account" in text
    assert "120,500.00 THB" in text
    assert "A second person must order this." in text
    assert "A second person must order this." not in page(document)


def test_nothing_suggested_has_no_clock(document):
    nothing = replace(
        document.suggestion, action="none", amount_minor=0, currency="", starts_at=None,
        expires_at=None,
    )  # fmt: skip
    text = page(replace(document, suggestion=nothing))
    assert "No action" in text
    assert "Would last" not in text


def _words(document):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page(document)))


def test_a_known_mule_is_no_forecast(document):
    nothing = replace(document.suggestion, action="none", starts_at=None, expires_at=None)
    known = replace(
        document, known_mule=True, outcomes=(_found("complicit_mule"),), suggestion=nothing
    )
    text = _words(known)
    assert "The outcome is already known" in text
    assert "complicit mule: found by police&lt;b&gt;, learnt on 3 May 2025" in text
    assert "here it forecasts nothing" in text
    assert "This one is known already." in text
    assert "How sure is the model?" not in text
    assert "Left to its case" in text
    assert text.index("already known") < text.index("How does it behave?")


def test_another_outcome_is_a_fact_beside_the_score(document):
    text = _words(replace(document, outcomes=(_found("undetermined"), _found("legitimate"))))
    assert "Investigated before" in text
    assert text.index("undetermined: found by") < text.index("legitimate: found by")
    assert "The score does not rest on this." in text
    assert "How sure is the model?" in text
    assert "already known" not in text
    assert "Investigated before" not in _words(document)


def _found(outcome):
    at = datetime(2025, 5, 3, 12, tzinfo=UTC)
    return Outcome(outcome, at, at, "police<b>")


def test_it_says_what_would_change_the_band_unless_it_is_the_lowest(document):
    text = page(document)
    assert "If the speed at which money leaves were typical" in text
    assert "8% left within a day; now it is 97%." in text
    assert "10% left" not in text
    assert "What would change it" not in page(replace(document, counterfactual=None))
