"""Every file that is written of one document, by name."""

from collections.abc import Callable, Mapping

from serving.reports.document import ReportDocument
from serving.reports.page import page

OUTPUTS: Mapping[str, Callable[[ReportDocument], bytes]] = {
    "report.html": lambda document: page(document).encode(),
}
"""What a report, an evidence pack and a replay write; the same document gives the same bytes."""
