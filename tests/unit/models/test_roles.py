"""A role is told where a mule may be, and of no known mule."""

import numpy as np
import pytest

from ledger.schema import ROLES
from models.bands import BANDS
from models.roles import RoleModel, is_told
from tests.property.drawn_models import SMALL, learnt_roles, rows


@pytest.mark.parametrize("band", BANDS)
def test_a_role_is_told_above_the_lowest_band_and_of_no_known_mule(band):
    assert is_told(band, known_mule=False) == (band != "low")
    assert not is_told(band, known_mule=True)


def test_one_account_is_told_what_its_row_is_told():
    model, values = RoleModel.read(learnt_roles(), SMALL), rows(5, 20, 4)
    of_rows = model.probabilities(values)
    for row, told in zip(values, of_rows, strict=True):
        assert model.if_mule(row) == dict(zip(ROLES, told.tolist(), strict=True))


def test_a_model_of_fewer_roles_tells_those_alone():
    two = ("collector", "cash_out")
    model = RoleModel.read(learnt_roles(roles=two), SMALL)
    told = model.if_mule(np.array([-9.0, 0.0, 0.0, 0.0]))
    assert tuple(told) == two
    assert told["collector"] > 0.5 > told["cash_out"]
    assert sum(told.values()) == pytest.approx(1)
