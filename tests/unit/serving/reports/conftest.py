import pytest

from serving.reports.document import ReportDocument
from tests.documents import report_document


@pytest.fixture
def document() -> ReportDocument:
    return report_document()
