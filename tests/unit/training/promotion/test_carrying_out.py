"""A decision turns the link that it is about, and the aliases of the registry follow."""

import pytest

from tests.unit.training.promotion.test_decisions import AT, MADE
from training.folders import Folders
from training.promotion import carrying_out
from training.promotion.carrying_out import carry_out
from training.promotion.decisions import Act, history


@pytest.fixture
def carried(tmp_path, monkeypatch):
    """Carry decisions out, with a registry that only listens; return the folders and aliases."""
    folders, aliases = Folders(tmp_path, "demo"), {}
    for name in ("log_figures", "tag"):
        monkeypatch.setattr(carrying_out.registry, name, lambda *_: None)
    monkeypatch.setattr(
        carrying_out.registry,
        "point",
        lambda _, __, alias, version: aliases.update({alias: version}),
    )

    def carried(*decisions):
        for number, decision in enumerate(decisions):
            place = folders.challengers if decision.action == "challenge" else folders.bundles
            (place / decision.folder).mkdir(parents=True, exist_ok=True)
            carry_out(folders, decision, Act("A", "x", AT.replace(second=number)))
        return folders, aliases

    return carried


def made(**changes):
    return type(MADE)(**{**vars(MADE), **changes})


CHALLENGE = made(action="challenge", outcome="in shadow", folder="4-z", aliases={"challenger": "4"})


def test_a_challenge_turns_its_own_link_and_no_other(carried):
    folders, aliases = carried(MADE, CHALLENGE)
    assert folders.champion.resolve() == folders.bundles / "3-y"
    assert folders.challenger.resolve() == folders.challengers / "4-z"
    assert aliases == {"champion": "3", "challenger": "4"}
    assert [each.action for each in history(folders.decisions)] == ["promote", "challenge"]


def test_a_promotion_ends_the_comparison_and_keeps_the_bundle(carried):
    folders, aliases = carried(CHALLENGE, MADE)
    assert not folders.challenger.is_symlink()
    assert (folders.challengers / "4-z").is_dir()
    assert aliases == {"champion": "3", "challenger": None}


def test_a_refusal_and_a_rollback_leave_the_challenger(carried):
    refused = made(outcome="refused", folder="", aliases={"challenger": "5"})
    back = made(action="rollback", folder="2-x", aliases={"champion": "2"})
    folders, _ = carried(CHALLENGE, refused, back)
    assert folders.challenger.resolve() == folders.challengers / "4-z"
    assert folders.champion.resolve() == folders.bundles / "2-x"
