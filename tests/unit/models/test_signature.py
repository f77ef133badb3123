import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.keys import command
from models.signature import KeyRefused, is_signed, make_keys, read_private_key, read_public_key


def test_what_one_half_signs_the_other_verifies(tmp_path):
    files = make_keys(tmp_path / "keys")
    private, public = read_private_key(files.private), read_public_key(files.public)
    signature = private.sign(b"manifest")
    assert is_signed(b"manifest", signature, public)
    assert not is_signed(b"manifesto", signature, public)
    assert not is_signed(b"manifest", signature[:-1], public)


def test_only_the_owner_reads_the_private_half(tmp_path):
    files = make_keys(tmp_path)
    assert stat.S_IMODE(files.private.stat().st_mode) == 0o600


@pytest.mark.parametrize("half", ["private", "public"])
def test_a_key_is_never_overwritten(tmp_path, half):
    files = make_keys(tmp_path)
    before = files.private.read_bytes(), files.public.read_bytes()
    with pytest.raises(KeyRefused, match="exists already"):
        make_keys(tmp_path)
    assert (files.private.read_bytes(), files.public.read_bytes()) == before
    getattr(files, half).unlink()
    with pytest.raises(KeyRefused, match="exists already"):
        make_keys(tmp_path)


@pytest.mark.parametrize("half", ["release.key", "release.pub"])
def test_half_a_key_stands_in_nobodys_way(tmp_path, monkeypatch, half):
    made = os.fdopen

    def on_a_full_disk(descriptor, mode):
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == half:
            os.close(descriptor)
            raise OSError(28, "No space left on device")
        return made(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", on_a_full_disk)
    with pytest.raises(OSError, match="No space left"):
        make_keys(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyRefused, match="holds no Ed25519 private key"):
        read_private_key(path)
    with pytest.raises(KeyRefused, match="holds no Ed25519 public key"):
        read_public_key(path)


def test_the_halves_are_not_taken_for_each_other(tmp_path):
    files = make_keys(tmp_path)
    with pytest.raises(KeyRefused):
        read_private_key(files.public)
    with pytest.raises(KeyRefused):
        read_public_key(files.private)


def test_the_command_makes_both_files_and_says_which_is_secret(tmp_path):
    result = CliRunner().invoke(command, ["--out", str(tmp_path / "keys")])
    assert result.exit_code == 0
    assert "release.key signs models; keep it secret" in result.output
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"release.key", "release.pub"}


def test_the_command_refuses_to_overwrite(tmp_path):
    make_keys(tmp_path)
    result = CliRunner().invoke(command, ["--out", str(tmp_path)])
    assert isinstance(result.exception, KeyRefused)
