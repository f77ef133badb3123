"""Every message has its words in every language, and a notice tells only what it may."""

from dataclasses import replace

import pytest
from babel.messages.pofile import read_po

from docs.messages import PLACES, messages, updated
from features.catalogue import CATALOGUE
from features.typologies import TYPOLOGIES
from models.language import CATALOGUES, LANGUAGES, language
from models.sentences import fact
from serving.reports.notice import notice_of
from serving.reports.outputs import FORMS
from tests.documents import report_document, with_every_typology

TRANSLATED = LANGUAGES[1:]


@pytest.fixture(scope="module", params=TRANSLATED)
def catalogue(request):
    with (CATALOGUES / f"{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def _keys(found):
    return {(message.context, message.id) for message in found if message.id}


def test_a_catalogue_holds_every_message_and_no_other(catalogue):
    assert _keys(catalogue) == _keys(messages()), "run `make messages`"
    assert len(_keys(catalogue)) > 300


def test_every_message_has_its_words_and_none_is_a_guess(catalogue):
    for message in catalogue:
        if message.id:
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(words), f"{message.id!r} has no words in {catalogue.locale}"
            assert len(words) == (catalogue.num_plurals if message.pluralizable else 1)
            assert not message.fuzzy, message.id


def test_words_have_the_places_of_their_message(catalogue):
    for message in catalogue:
        if message.id:
            asked = PLACES.findall(" ".join(message.id) if message.pluralizable else message.id)
            for words in message.string if message.pluralizable else (message.string,):
                assert set(PLACES.findall(words)) == set(asked), message.id
                assert words.count("{") == words.count("}") == len(PLACES.findall(words))
                assert _tags(words) == _tags(message.id[0] if message.pluralizable else message.id)


def _tags(words):
    return sorted(part.split(">")[0] for part in words.split("<")[1:])


def test_a_catalogue_is_written_as_the_project_writes_it(catalogue, tmp_path):
    from docs.messages import write

    code = str(catalogue.locale)
    write(updated(code), tmp_path / "again.po")
    assert (tmp_path / "again.po").read_text() == (CATALOGUES / f"{code}.po").read_text()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("form", [".html", ".json"])
def test_a_notice_holds_no_words_that_may_not_be_disclosed(code, form):
    spoken, everything = language(code), with_every_typology(report_document())
    everything = replace(everything, identifiers=report_document().identifiers)
    told = FORMS[form](notice_of(everything, "Office 7"), spoken).decode()
    for name, typology in TYPOLOGIES.items():
        words = [spoken.text(typology.about), spoken.text(typology.riskier),
                 spoken.text(typology.safer)]  # fmt: skip
        words += [fact(feature, 0.7, "THB", spoken) for feature in CATALOGUE
                  if feature.typology == name]  # fmt: skip
        if typology.disclosable:
            assert any(each in told for each in words), name
        else:
            assert not [each for each in words if each.lower() in told.lower()], name
            assert name not in told


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_notice_tells_neither_score_nor_others_nor_complaints(code):
    spoken, document = language(code), report_document()
    told = FORMS[".html"](notice_of(document, "Office 7"), spoken).decode()
    body = told.partition("<body")[2]
    band = spoken.term("band", document.judgement.band)
    parties = [party.name for side in (document.parties.payers, document.parties.payees)
               for party in side.parties if party.name]  # fmt: skip
    secret = [
        band, spoken.text("complaint"), "log-odds", "TH-0017", "dev-81", "tx-0000", "F1", "SHA-256",
        spoken.text("Mule account report"), spoken.number(document.judgement.raw, 2),
        *parties, *[spoken.term("outcome", "complicit mule")],
    ]  # fmt: skip
    assert [word for word in secret if word.lower() in body.lower()] == []
    assert "Office 7" in body
    assert spoken.text("How you can object") in body
    assert spoken.money(12_050_000, "THB") in body
