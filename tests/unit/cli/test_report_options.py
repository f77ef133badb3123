"""What a command repeats so that its help stays quick is what the modules say."""

from cli import report
from models.language import LANGUAGES
from serving.reports.outputs import FORMS


def test_languages_and_forms_are_those_that_can_be_written():
    assert report._LANGUAGES == LANGUAGES
    assert tuple(FORMS) == report._FORMS
