"""A service in this process: the real app over a real store and a real champion."""

import shutil
from pathlib import Path

import pytest

from serving.api.app import build
from serving.settings import read
from serving.sources import Loader
from tests.bank import AS_OF
from tests.service import Client, make_settings


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Settings of a service whose store nobody writes to."""
    return make_settings(tmp_path_factory.mktemp("service"))


def _client(settings) -> Client:
    loader = Loader(read(settings))
    loader.load()
    return Client(build(read(settings), loader.sources, lambda: AS_OF))


@pytest.fixture(scope="session")
def client(template):
    """A client of a service that is only asked."""
    return _client(template)


@pytest.fixture
def environment(template, tmp_path):
    """Settings of a service with a store of its own."""
    original = template["MULERISK_STORE"].removeprefix("sqlite:///")
    shutil.copy(original, tmp_path / "store.db")
    return {**template, "MULERISK_STORE": f"sqlite:///{tmp_path / 'store.db'}"}


@pytest.fixture
def writing_client(environment):
    """A client of a service with a store of its own."""
    return _client(environment)


@pytest.fixture
def bundle(template, tmp_path) -> Path:
    """A copy of the champion's folder, to be damaged."""
    return Path(shutil.copytree(template["MULERISK_BUNDLE"], tmp_path / "champion"))
