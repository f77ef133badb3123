"""The real service: `mulerisk serve` as a process, called over a socket."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from features.catalogue import NAMES
from models.signature import make_keys, read_private_key
from tests.bank import AS_OF, MULE, PERSON, SHOP
from tests.running_service import HEADERS, MULERISK, serving
from tests.service import KEY, make_settings

EARLY = {"as_of": AS_OF.isoformat()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def settings_of_service(folder):
    return make_settings(folder)


@pytest.fixture(scope="module")
def service(folder, settings_of_service):
    limits = {
        "MULERISK_BODY_SECONDS": "1",
        "MULERISK_MAX_WAITING": "4",
        "MULERISK_MAX_BODY_BYTES": "1000000",
    }
    with serving(folder, {**settings_of_service, **limits}) as running:
        yield running


def test_it_is_alive_and_ready_and_needs_no_key_for_saying_so(service):
    assert [service.status(path) for path in ("/livez", "/readyz", "/openapi.json")] == [200] * 3
    assert service.status("/metrics") == service.status("/docs.json") == 401


def test_a_mule_is_scored_with_reasons(service):
    answer = service.post("/v1/score", {"accounts": [MULE, SHOP, "nobody"], **EARLY})
    assert answer.status_code == 200
    mule, shop, nobody = answer.json()["accounts"]
    assert mule["score"]["raw"] > shop["score"]["raw"]
    assert mule["reasons_for"][0]["details"][0]["transaction_ids"]
    assert nobody["problem"]


def test_the_next_score_sees_what_was_just_stored(service):
    def score():
        return service.post("/v1/score", {"accounts": [PERSON]}).json()

    before = score()
    row = {
        "transaction_id": "live-1", "happened_at": "2026-01-01T00:00:00Z", "payer_account": PERSON,
        "payee_account": SHOP, "payer_amount_minor": 990, "payer_currency": "THB",
        "payee_amount_minor": 990, "payee_currency": "THB", "channel": "card",
    }  # fmt: skip
    answer = service.post("/v1/transactions", {"transactions": [row]})
    assert answer.json()["new"] == 1
    after = score()
    assert after["versions"]["recorded_seq"] == answer.json()["recorded_seq"]
    assert after["versions"]["recorded_seq"] == before["versions"]["recorded_seq"] + 1
    again = service.post("/v1/transactions", {"transactions": [row]})
    assert (again.json()["new"], again.json()["repeated"]) == (0, 1)
    other = service.post("/v1/transactions", {"transactions": [{**row, "channel": "atm"}]})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"accounts": [NaN]}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"accounts": ["\\ud800"]}', {}, 422),
        (b'{"accounts": ["\xff"]}', {}, 400),
        (b"\x80\x04\x95", {"Content-Type": "application/vnd.bentoml+pickle"}, 415),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"\x1f\x8b\x08\x00", {"Content-Encoding": "gzip"}, 415),
        (b"[" + b"1," * 600_000 + b"1]", {}, 413),
        (b"{}", {"X-API-Key": "wrong"}, 401),
    ],
)
def test_it_is_refused_over_the_wire(service, body, headers, status):
    sent = {**HEADERS, "Content-Type": "application/json", **headers}
    answer = httpx.post(service.url + "/v1/score", content=body, headers=sent)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


HEAD = (
    f"POST /v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Type: application/json\r\n"
)
HEAD = HEAD.encode()


def test_a_body_declared_too_large_is_refused_without_reading_it(service):
    answer = service.raw(HEAD + b"Content-Length: 100000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_of_undeclared_length_is_cut_off(service):
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    answer = service.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 200)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    assert service.status("/livez") == 200


def test_a_body_that_does_not_come_is_given_up(service):
    answer = service.raw(HEAD + b"Content-Length: 10\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("length", [b"-5", b"1e3", b"0x10"])
def test_a_length_that_is_no_number_is_refused(service, length):
    answer = service.raw(HEAD + b"Content-Length: " + length + b"\r\n\r\n{}")
    assert answer.split()[1] in (b"400", b"413")


def test_under_overload_some_are_answered_the_others_told_to_wait_and_probes_go_on(service):
    question = {"accounts": [f"person-{n % 60}" for n in range(1000)], **EARLY}
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(service.post, "/v1/score", question) for _ in range(16)]
        probes = [service.status("/livez") for _ in range(5)]
        answers = [one.result() for one in asked]
    assert probes == [200] * 5
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "1"
            assert answer.json()["type"] == "urn:mulerisk:problem:overloaded"
    assert service.post("/v1/score", {"accounts": [MULE], **EARLY}).status_code == 200


def test_it_talks_to_nobody_but_this_machine(service):
    for process in service.family():
        for connection in process.net_connections("inet"):
            for end in (connection.laddr, connection.raddr):
                assert not end or end.ip.startswith("127."), connection


def test_nobody_outside_this_machine_can_reach_it(service):
    listening = [
        connection.laddr.ip
        for process in service.family()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_the_log_holds_no_account_and_no_key(service):
    httpx.get(f"{service.url}/v1/score?account={MULE}", headers=HEADERS)
    service.post(f"/v1/{MULE}", {"accounts": [MULE]})
    service.post("/v1/score", {"accounts": [{MULE: MULE}]})
    log = service.log.read_text()
    assert "initialized" in log
    for secret in (MULE, PERSON, KEY, "live-1"):
        assert secret not in log


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_what_it_does_and_leaves_nothing_behind(folder, settings_of_service, sent):
    question = {"accounts": [f"person-{n % 60}" for n in range(1000)], **EARLY}
    with serving(folder, settings_of_service) as running, ThreadPoolExecutor(1) as pool:
        family = running.family()
        assert len(family) >= 2
        asked = pool.submit(running.post, "/v1/score", question)
        time.sleep(0.1)
        running.process.send_signal(sent)
        assert asked.result().status_code == 200
        assert running.process.wait(30) == 0
        assert not psutil.wait_procs(family, timeout=10)[1]
        assert list(running.temporary.iterdir()) == []
        assert "Traceback" not in running.log.read_text()


def test_killed_outright_it_leaves_no_worker_in_the_way_of_the_next(folder, settings_of_service):
    with serving(folder, settings_of_service, until="/livez") as running:
        family = running.family()
        running.process.kill()
        assert not psutil.wait_procs(family, timeout=20)[1]


def test_a_changed_bundle_is_never_served(folder, settings_of_service, tmp_path):
    changed = tmp_path / "champion"
    changed.mkdir()
    for file in Path(settings_of_service["MULERISK_BUNDLE"]).iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    calibration = json.loads((changed / "calibration.json").read_text())
    (changed / "calibration.json").write_text(json.dumps(dict.fromkeys(calibration, 2.0)))
    settings = {**settings_of_service, "MULERISK_BUNDLE": str(changed)}
    with serving(folder, settings, until="/livez") as running:
        assert running.status("/readyz") == 503
        assert running.post("/v1/score", {"accounts": [MULE]}).status_code == 503
        assert "calibration.json changed since signed" in running.log.read_text()


@pytest.fixture(scope="module")
def followed(folder, settings_of_service):
    """A service whose champion is a link, and that link."""
    link = folder / "in-service"
    link.symlink_to(settings_of_service["MULERISK_BUNDLE"])
    with serving(folder, {**settings_of_service, "MULERISK_BUNDLE": str(link)}) as running:
        yield running, link


def _truncated(folder):
    text = (folder / "model.txt").read_bytes()
    (folder / "model.txt").write_bytes(text[: len(text) // 2])


def _flipped(folder):
    text = bytearray((folder / "model.txt").read_bytes())
    text[len(text) // 2] ^= 4
    (folder / "model.txt").write_bytes(text)


def _unsigned(folder):
    (folder / "manifest.sig").unlink()


def _signed_by_another(folder):
    key = read_private_key(make_keys(folder.parent / "another").private)
    (folder / "manifest.sig").write_bytes(key.sign((folder / "manifest.json").read_bytes()))


def _pickled(folder):
    (folder / "model.txt").write_bytes(pickle.dumps({"model": "x"}))


def _with_a_pickle(folder):
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")


def _of_one_feature_less(folder):
    key = read_private_key(folder.parents[1] / "keys" / "release.key")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["feature_names"].pop()
    content = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sig").write_bytes(key.sign(content))


HOSTILE = {
    _truncated: "model.txt changed since signed",
    _flipped: "model.txt changed since signed",
    _unsigned: "lacks manifest.sig",
    _signed_by_another: "manifest.sig does not fit",
    _pickled: "model.txt changed since signed",
    _with_a_pickle: "holds model.pkl besides",
    _of_one_feature_less: f"with {len(NAMES) - 1} features",
}


@pytest.mark.parametrize("damage", HOSTILE, ids=lambda damage: damage.__name__.strip("_"))
def test_a_hostile_champion_is_refused_while_the_one_in_service_goes_on(
    folder, settings_of_service, followed, damage
):
    running, link = followed
    hostile = folder / "hostile" / damage.__name__
    shutil.copytree(settings_of_service["MULERISK_BUNDLE"], hostile)
    damage(hostile)
    question, said = {"accounts": [MULE], **EARLY}, len(running.log.read_text())
    before = running.post("/v1/score", question)
    _turn(link, hostile)
    told = _awaited(running, "goes on serving", said)
    assert HOSTILE[damage] in told
    assert running.status("/readyz") == 200
    assert running.post("/v1/score", question).json() == before.json()


def test_a_champion_that_verifies_takes_over(folder, settings_of_service, followed):
    running, link = followed
    signed = Path(settings_of_service["MULERISK_BUNDLE"])
    other = folder / "hostile" / "signed anew"
    shutil.copytree(signed, other)
    manifest = json.loads((signed / "manifest.json").read_bytes())
    manifest["lineage"]["model_version"] = "4"
    content = json.dumps(manifest).encode()
    key = read_private_key(folder / "keys" / "release.key")
    (other / "manifest.json").write_bytes(content)
    (other / "manifest.sig").write_bytes(key.sign(content))
    said = len(running.log.read_text())
    _turn(link, other)
    _awaited(running, "in place of", said)
    answer = running.post("/v1/score", {"accounts": [MULE], **EARLY}).json()
    assert answer["versions"]["model"] == "4"


def _turn(link, folder):
    beside = link.with_name("beside")
    beside.symlink_to(folder)
    os.replace(beside, link)


def _awaited(running, words, said):
    """Return what the log says from a place on, once it says these words."""
    for _ in range(300):
        told = running.log.read_text()[said:]
        if words in told:
            return told
        time.sleep(0.1)
    pytest.fail(f"the log never said {words!r}")


def test_wrong_settings_are_told_and_nothing_starts(tmp_path):
    environment = {
        **os.environ, "MULERISK_STORE": "sqlite:///x", "MULERISK_PORT": "no",
        "MULERISK_API_KEY": "k",
    }  # fmt: skip
    done = subprocess.run(
        [MULERISK, "serve"],
        env=environment,
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "MULERISK_API_KEY is not a setting. The nearest is MULERISK_API_KEYS." in done.stderr
    assert "MULERISK_PORT must be a whole number" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
