"""Only a verified champion and a store of the right revision make a service ready."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from ledger.store import migrate
from models.manifest import json_bytes
from models.signature import make_keys, read_private_key
from models.signed_folder import MANIFEST, SIGNATURE
from serving import sources
from serving.api.app import build
from serving.settings import read
from serving.sources import Loader
from tests.bank import MULE
from tests.service import Client


def started(settings) -> Loader:
    loader = Loader(read(settings))
    loader.load()
    return loader


def test_a_verified_champion_and_a_store_are_ready(environment):
    assert started(environment).is_ready()


def test_a_changed_model_is_not_served_and_the_service_stays_up_to_say_so(environment, bundle):
    model = bundle / "model.txt"
    model.write_bytes(model.read_bytes() + b" ")
    settings = {**environment, "MULERISK_BUNDLE": str(bundle)}
    loader = started(settings)
    assert not loader.is_ready()
    answer = Client(build(read(settings), loader.sources)).post("/v1/score", {"accounts": [MULE]})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "urn:mulerisk:problem:not-ready"


def test_a_mended_bundle_needs_no_restart(environment, bundle, template):
    (bundle / "model.txt").write_bytes(b"")
    loader = started({**environment, "MULERISK_BUNDLE": str(bundle)})
    assert not loader.is_ready()
    shutil.copytree(template["MULERISK_BUNDLE"], bundle, dirs_exist_ok=True)
    assert loader.is_ready()
    assert loader.sources().scorer.versions.model == "3"


def test_an_odd_neighbour_of_the_champion_is_passed_over(environment, bundle, caplog):
    (bundle.parent / "neighbour" / "manifest.json").mkdir(parents=True)
    assert started({**environment, "MULERISK_BUNDLE": str(bundle)}).is_ready()
    assert "missing" not in caplog.text


def test_what_hides_whether_bundles_are_missing_ends_no_start(environment, monkeypatch, caplog):
    def fails(*_):
        raise PermissionError(MULE)

    monkeypatch.setattr(sources, "bundles_in", fails)
    assert started(environment).is_ready()
    assert "whether bundles are missing is not known: PermissionError" in caplog.text
    assert MULE not in caplog.text


def test_segments_that_a_load_left_behind_are_told(environment, caplog):
    assert started(environment).is_ready()
    assert "segments are behind" not in caplog.text
    store = environment["MULERISK_STORE"].removeprefix("sqlite:///")
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE ledger_state SET segmented_seq = recorded_seq - 3")
    assert started(environment).is_ready()
    assert "segments are behind by 3 facts" in caplog.text
    assert "`mulerisk load` again" in caplog.text


@pytest.fixture
def shadow(template, bundle):
    """The champion of the service, signed to be compared only."""
    manifest = json.loads((bundle / MANIFEST).read_bytes()) | {"purpose": "shadow"}
    content = json_bytes(manifest)
    key = read_private_key(Path(template["MULERISK_PUBLIC_KEY"]).with_name("release.key"))
    (bundle / MANIFEST).write_bytes(content)
    (bundle / SIGNATURE).write_bytes(key.sign(content))
    return bundle


def test_a_bundle_for_the_shadow_never_answers(environment, shadow, caplog):
    loader = started({**environment, "MULERISK_BUNDLE": str(shadow)})
    assert not loader.is_ready()
    assert "not ready: Bundle refused: signed for shadow" in caplog.text


def test_a_service_keeps_its_champion_where_the_link_leads_to_one_for_the_shadow(
    environment, template, shadow, tmp_path, caplog
):
    link = tmp_path / "in-service"
    link.symlink_to(template["MULERISK_BUNDLE"])
    loader = started({**environment, "MULERISK_BUNDLE": str(link)})
    serving = loader.sources().scorer
    link.unlink()
    link.symlink_to(shadow)
    loader.follow()
    assert loader.sources().scorer is serving
    assert "goes on serving: Bundle refused: signed for shadow" in caplog.text


def test_another_public_key_is_not_trusted(environment, tmp_path):
    other = make_keys(tmp_path / "other").public
    assert not started({**environment, "MULERISK_PUBLIC_KEY": str(other)}).is_ready()


@pytest.mark.parametrize("name", ["MULERISK_BUNDLE", "MULERISK_PUBLIC_KEY"])
def test_a_missing_file_is_not_ready(environment, tmp_path, name):
    assert not started({**environment, name: str(tmp_path / "none")}).is_ready()


def test_a_missing_store_is_not_ready_and_not_created(environment, tmp_path):
    missing = tmp_path / "none.db"
    assert not started({**environment, "MULERISK_STORE": f"sqlite:///{missing}"}).is_ready()
    assert not missing.exists()


def test_a_store_without_a_ledger_is_not_ready(environment, tmp_path, caplog):
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate(url)
    assert not started({**environment, "MULERISK_STORE": url}).is_ready()
    assert "mulerisk load" in caplog.text


def test_a_store_of_another_revision_is_not_ready(environment):
    loader = started(environment)
    assert loader.is_ready()
    file = Path(environment["MULERISK_STORE"].removeprefix("sqlite:///"))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'other'")
    connection.close()
    assert not loader.is_ready()


def test_a_store_that_fails_is_told_as_such_and_its_text_is_not(environment, caplog):
    loader = started(environment)
    file = Path(environment["MULERISK_STORE"].removeprefix("sqlite:///"))
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE transactions")
    connection.close()
    client = Client(build(read(environment), loader.sources))
    answer = client.post("/v1/score", {"accounts": [MULE]})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "OperationalError" in caplog.text
    assert "no such table" not in answer.text + caplog.text
    assert MULE not in answer.text + caplog.text


@pytest.fixture
def linked(environment, bundle, template, tmp_path):
    """Settings whose champion is a link, and the loader of a service that serves by it."""
    link = tmp_path / "in-service"
    link.symlink_to(template["MULERISK_BUNDLE"])
    return link, started({**environment, "MULERISK_BUNDLE": str(link)})


def turn(link, folder):
    link.unlink()
    link.symlink_to(folder)


def test_another_champion_serves_without_a_restart(linked, bundle, template):
    link, loader = linked
    before = loader.sources()
    loader.follow()
    assert loader.sources() is before
    turn(link, bundle)
    loader.follow()
    now = loader.sources()
    assert now.scorer is not before.scorer
    assert (now.store, now.scorer.versions) == (before.store, before.scorer.versions)


def test_a_champion_that_does_not_verify_never_serves_and_is_told_once(linked, bundle, caplog):
    link, loader = linked
    before = loader.sources()
    (bundle / "model.txt").write_bytes(b"")
    turn(link, bundle)
    for _ in range(3):
        loader.follow()
    assert loader.sources() is before
    assert loader.is_ready()
    told = [record.message for record in caplog.records if "goes on serving" in record.message]
    assert len(told) == 1
    assert "model.txt changed since signed" in told[0]


def test_a_champion_that_is_mended_in_place_serves(linked, bundle, template):
    link, loader = linked
    before = loader.sources()
    whole = (bundle / "model.txt").read_bytes()
    (bundle / "model.txt").write_bytes(whole[:-1])
    turn(link, bundle)
    loader.follow()
    (bundle / "model.txt").write_bytes(whole)
    loader.follow()
    assert loader.sources() is not before


def test_a_champion_that_vanishes_goes_on_serving(linked, caplog):
    link, loader = linked
    before = loader.sources()
    link.unlink()
    loader.follow()
    assert loader.sources() is before
    assert "lacks" in caplog.text


def test_a_disk_that_fails_ends_no_watch(linked, bundle, monkeypatch, caplog):
    def fails(*_):
        raise OSError(MULE)

    link, loader = linked
    before = loader.sources()
    turn(link, bundle)
    monkeypatch.setattr(sources, "load_bundle", fails)
    loader.follow()
    assert loader.sources() is before
    assert "goes on serving: OSError" in caplog.text
    assert MULE not in caplog.text
