"""What the analysts' commands assess with: a ledger or a store at an instant, a verified model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli._instant import Instant
from cli._places import BUNDLE, FACTS, PUBLIC_KEY, Place, folders, place, with_options
from ledger.errors import MuleriskError

if TYPE_CHECKING:
    from ledger.assessments import AssessmentRecord
    from ledger.view import LedgerView
    from models.assessment import Assessment, Terms
    from models.scorer import Scorer
    from serving.reports.compose import Origin
    from serving.reports.document import ReportDocument


@dataclass(frozen=True)
class Inputs:
    """Everything that an assessment is made from, and where it is kept."""

    place: Place
    view: "LedgerView"
    scorer: "Scorer"
    terms: "Terms"
    origin: "Origin"

    def assess(self, account_id: str) -> "Assessment":
        """Assess one account.

        Raises
        ------
        MuleriskError
            If no judgement can be made about it.
        """
        from models.assess import assess
        from models.assessment import NotAssessable

        (answer,) = assess(self.view, self.scorer, [account_id], self.terms, counterfactuals=True)
        if isinstance(answer, NotAssessable):
            raise MuleriskError(
                f"account {account_id!r} at {self.view.as_of.isoformat()}: {answer.why}."
                " Check the account and --as-of."
            )
        return answer

    def keep(
        self, assessments: "Iterable[Assessment]", *, counterfactuals: bool
    ) -> "list[AssessmentRecord]":
        """Put assessments on record."""
        from serving.records import Asked, record_of

        where = self.place
        asked = Asked(
            where.source, where.name, where.digest, self.terms, counterfactuals=counterfactuals
        )
        records = [record_of(assessment, asked) for assessment in assessments]
        where.assessments.keep(records, datetime.now(UTC))
        return records

    def document(self, assessment: "Assessment", record: "AssessmentRecord") -> "ReportDocument":
        """Put together what a report says of an assessment on record."""
        from serving.reports.compose import compose

        origin = replace(self.origin, assessment_id=record.assessment_id)
        return compose(assessment, self.view, self.scorer, origin)

    def outputs(
        self, document: "ReportDocument", record: "AssessmentRecord", names: "Iterable[str]"
    ) -> dict[str, bytes]:
        """Write outputs of a document, and put their hashes on record."""
        from serving.records import digest_of
        from serving.reports.outputs import OUTPUTS

        outputs = {name: OUTPUTS[name](document) for name in names}
        self.keep_outputs(record, {name: digest_of(each) for name, each in outputs.items()})
        return outputs

    def keep_outputs(self, record: "AssessmentRecord", digests: dict[str, str]) -> None:
        """Put hashes of what is written on record, and tell those that were other ones before."""
        kept = self.place.assessments.keep_outputs(record.assessment_id, digests)
        for name, first in kept.items():
            click.echo(
                f"mulerisk: {name} of this assessment was written before with other bytes, SHA-256"
                f" {first}, which stays on record; now it has {digests[name]}. Other fonts or"
                " another release can be why.",
                err=True,
            )


_AS_OF = click.option(
    "--as-of", required=True, metavar="T", type=Instant(),
    help="The instant asked about, such as 2024-06-29T00:00:00Z; nothing later is used.",
)  # fmt: skip


def with_inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options and call `command` with `inputs` in their place."""

    @wraps(command)
    def opened(
        *, ledger: Path | None, store: str | None, assessments: Path | None, bundle: Path | None,
        public_key: Path, as_of: datetime, **others: Any,
    ) -> None:  # fmt: skip
        from models.bundle import load_bundle
        from models.signature import read_public_key

        bundle = bundle or folders(ledger).champion
        scorer = load_bundle(bundle, read_public_key(public_key))
        where = place(ledger, store, assessments)
        inputs = _inputs(where, where.view(as_of, None), scorer, bundle)
        for caution in inputs.origin.cautions:
            click.echo(f"mulerisk: {caution.words()}", err=True)
        command(inputs=inputs, **others)

    return with_options(*FACTS, BUNDLE, PUBLIC_KEY, _AS_OF)(opened)


def _inputs(where: Place, view: "LedgerView", scorer: "Scorer", bundle: Path) -> Inputs:
    from models.assessment import Terms
    from models.bundle import lineage_of
    from serving.reports.compose import origin_of

    origin = origin_of(where.name, where.digest, where.currency, view, lineage_of(bundle))
    return Inputs(where, view, scorer, Terms(where.currency), origin)
