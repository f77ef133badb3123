"""`docs/training.md` names every parameter, every stage and every figure."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest

from cli.stage import STAGES
from training.parameters import Parameters

PAGE = (Path(__file__).parents[3] / "docs" / "training.md").read_text()
SECTIONS = {name: kind for name, kind in get_type_hints(Parameters).items() if is_dataclass(kind)}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_parameter_is_explained(section):
    table = PAGE[PAGE.index("## Parameters") :]
    for name in (section, *(item.name for item in fields(SECTIONS[section]))):
        assert f"`{name}`" in table


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_explained(stage):
    assert f"| `{stage}` |" in PAGE
