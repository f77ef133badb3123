"""A decision has an author and a reason, is kept as it was made, and is never changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.evidence import EVIDENCE, LIMITS
from training.promotion.decisions import Act, Decision, Unanswered, history, write
from training.promotion.gate import judge

AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
MADE = Decision(
    action="promote", outcome="in service", author="A. Analyst", reason="better",
    decided_at=AT.isoformat(), ledger="demo", version="3", run_id="r", champion_before="2-x",
    champion_after="3-y", aliases={"champion": "3", "challenger": None}, bundle="b" * 64,
    folder="3-y", findings=judge(EVIDENCE, LIMITS).findings, figures={"gate": {"a": 1.5}},
)  # fmt: skip


@pytest.mark.parametrize(("author", "reason"), [("", "x"), (" ", "x"), ("A", ""), ("A", "\n")])
def test_nobody_decides_without_a_name_or_a_reason(author, reason):
    with pytest.raises(Unanswered, match="author and a reason"):
        Act(author, reason, AT)


def test_decisions_come_back_as_they_were_made_in_the_order_of_time(tmp_path):
    later = replace(MADE, action="rollback", findings=(), figures={})
    here = timezone(timedelta(hours=7))
    for decision, at in ((later, AT + timedelta(hours=1)), (MADE, AT.astimezone(here))):
        write(decision, tmp_path, Act("A", "x", at).stamp)
    assert history(tmp_path) == [MADE, later]
    assert history(tmp_path / "none") == []


def test_a_decision_is_never_overwritten(tmp_path):
    write(MADE, tmp_path, "1")
    with pytest.raises(FileExistsError):
        write(replace(MADE, reason="another"), tmp_path, "1")
    assert history(tmp_path) == [MADE]


def test_the_registry_is_told_every_rule_with_what_it_saw():
    findings = (
        MADE.findings[0],
        replace(MADE.findings[1], passed=False, overridden=True),
        replace(MADE.findings[2], passed=False),
    )
    made = replace(MADE, findings=findings)
    tags = made.tags()
    assert (made.overridden, made.refused) == (("value",), ("calibration",))
    assert tags["gate.precision"].startswith("passed: precision at the daily capacity")
    assert tags["gate.value"].startswith("overridden: value detection rate")
    assert tags["gate.calibration"].startswith("refused: an expected calibration error")
    assert (tags["decision.author"], tags["decision.overridden"]) == ("A. Analyst", "value")
    assert tags["decision.aliases"] == '{"champion": "3", "challenger": null}'
