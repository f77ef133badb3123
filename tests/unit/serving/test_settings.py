"""Settings are read once, checked, and refused with every fault named."""

import hashlib
from dataclasses import fields
from pathlib import Path

import pytest

from serving.settings import Settings, SettingsRefused, read, variable

NEEDED = {
    "MULERISK_STORE": "sqlite:///store.db",
    "MULERISK_BUNDLE": "champion",
    "MULERISK_PUBLIC_KEY": "release.pub",
    "MULERISK_API_KEYS": "a" * 64,
}


def test_what_is_given_is_read_and_the_rest_has_defaults():
    settings = read({**NEEDED, "MULERISK_PORT": "8080", "HOME": "/root"})
    assert settings.bundle == Path("champion")
    assert settings.port == 8080
    assert settings.host == "127.0.0.1"
    assert settings.api_keys == ("a" * 64,)


def test_all_faults_are_named_together():
    environment = {
        "MULERISK_PORT": "70000",
        "MULERISK_WORKERS": "two",
        "MULERISK_HOST": "example.org",
        "MULERISK_STROE": "sqlite:///x",
    }
    with pytest.raises(SettingsRefused) as refusal:
        read(environment)
    for part in (
        "MULERISK_STROE is not a setting. The nearest is MULERISK_STORE.",
        "MULERISK_PORT must be a whole number from 1 to 65535.",
        "MULERISK_WORKERS must be a whole number from 1 to 64.",
        "MULERISK_HOST must be an IP address such as 127.0.0.1.",
        "MULERISK_STORE is not set",
        "MULERISK_BUNDLE is not set",
        "MULERISK_API_KEYS is not set",
    ):
        assert part in str(refusal.value)


def test_nobody_can_be_served_without_keys_unless_it_is_a_local_demo():
    without = {name: text for name, text in NEEDED.items() if name != "MULERISK_API_KEYS"}
    with pytest.raises(SettingsRefused, match="LOCAL_DEMO=1"):
        read(without)
    assert read({**without, "MULERISK_LOCAL_DEMO": "1"}).local_demo


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::"])  # noqa: S104
def test_a_local_demo_listens_on_a_loopback_address_only(host):
    with pytest.raises(SettingsRefused, match="loopback"):
        read({**NEEDED, "MULERISK_LOCAL_DEMO": "1", "MULERISK_HOST": host})


def test_the_digest_of_an_empty_key_is_refused():
    nothing = hashlib.sha256(b"").hexdigest()
    with pytest.raises(SettingsRefused, match="that of an empty text"):
        read({**NEEDED, "MULERISK_API_KEYS": f"{'a' * 64},{nothing}"})


@pytest.mark.parametrize("keys", ["a-plain-key", "A" * 64, "a" * 63, "a" * 64 + ",b"])
def test_a_key_that_is_no_digest_is_refused_and_not_repeated(keys):
    with pytest.raises(SettingsRefused, match="MULERISK_API_KEYS must be SHA-256") as refusal:
        read({**NEEDED, "MULERISK_API_KEYS": keys})
    assert keys not in str(refusal.value)


@pytest.mark.parametrize("number", ["-1", "1.0", "1e3", "٣", "", "9" * 5000])
def test_a_number_is_plain_digits(number):
    with pytest.raises(SettingsRefused, match="MULERISK_PORT"):
        read({**NEEDED, "MULERISK_PORT": number})


def test_the_text_of_settings_holds_no_secret():
    settings = read({**NEEDED, "MULERISK_STORE": "postgresql://u:secret@h/d"})
    assert "secret" not in repr(settings)
    assert "a" * 64 not in repr(settings)


def test_every_setting_is_documented():
    for setting in fields(Settings):
        assert setting.metadata["about"].endswith("."), variable(setting)
        assert "|" not in setting.metadata["about"], "breaks the table in docs/settings.md"
