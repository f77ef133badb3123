"""What changes the machine: `MULERISK_*` variables, read once, checked, frozen.

A setting is one field of `Settings`; its documentation stands in the field's metadata, and
`docs/settings.md` is written from it.
"""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from ledger.errors import MuleriskError

PREFIX = "MULERISK_"
_NO_KEY = (
    f"{PREFIX}API_KEYS is not set, so nobody could call the service. Set it, or set"
    f" {PREFIX}LOCAL_DEMO=1 to serve without keys on a loopback address."
)
_OPEN_DEMO = (
    f"{PREFIX}LOCAL_DEMO=1 serves without an API key, so {PREFIX}HOST must be a loopback address"
    " such as 127.0.0.1; it is {host}."
)
_OF_NOTHING = hashlib.sha256(b"").hexdigest()
"""What the documented command prints where the variable with the key is not set."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class SettingsRefused(MuleriskError):
    """The environment does not say how to serve."""


def _flag(text: str) -> bool:
    words = {"1": True, "true": True, "0": False, "false": False}
    if text.lower() not in words:
        raise ValueError("1 or 0")
    return words[text.lower()]


def _digests(text: str) -> tuple[str, ...]:
    digests = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(_SHA256.fullmatch(digest) for digest in digests):
        raise ValueError("SHA-256 digests, 64 digits of 0-9 a-f each, separated by commas")
    if _OF_NOTHING in digests:
        raise ValueError("digests of keys; one of them is that of an empty text, not of a key")
    return digests


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("an IP address such as 127.0.0.1") from None


def _url(text: str) -> str:
    if "://" not in text:
        raise ValueError("a URL such as sqlite:////var/lib/mulerisk/store.db")
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:20]) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _documented(read: Callable[[str], object], about: str) -> dict[str, object]:
    return {"read": read, "about": about}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this machine serves. Keys and the store's password never show in its text."""

    store: str = field(
        repr=False,
        metadata=_documented(
            _url, "URL of the SQL store: `sqlite:///FILE` or `postgresql+psycopg://USER@HOST/NAME`."
        ),
    )
    bundle: Path = field(metadata=_documented(Path, "Folder of the champion's signed bundle."))
    public_key: Path = field(
        metadata=_documented(Path, "File of the Ed25519 public key that bundles are signed for.")
    )
    api_keys: tuple[str, ...] = field(
        default=(),
        repr=False,
        metadata=_documented(
            _digests,
            "SHA-256 digests of the accepted API keys, separated by commas; the keys themselves"
            " are never configured. `sha256sum <(printf %s KEY)` prints one.",
        ),
    )
    local_demo: bool = field(
        default=False,
        metadata=_documented(_flag, "1 serves without an API key, on a loopback address only."),
    )
    host: str = field(default="127.0.0.1", metadata=_documented(_address, "Address to listen on."))
    port: int = field(default=3000, metadata=_documented(_whole(1, 65535), "Port to listen on."))
    workers: int = field(
        default=1, metadata=_documented(_whole(1, 64), "Processes that answer requests.")
    )
    threads: int = field(
        default=1,
        metadata=_documented(_whole(1, 64), "Requests that one worker computes at a time."),
    )
    max_waiting: int = field(
        default=64,
        metadata=_documented(
            _whole(1, 10_000),
            "Requests that one worker has accepted and not yet answered; one more is refused with"
            " status 503 and Retry-After.",
        ),
    )
    max_body_bytes: int = field(
        default=4_194_304,
        metadata=_documented(
            _whole(1_024, 104_857_600), "Largest request body; a longer one gets status 413."
        ),
    )
    body_seconds: int = field(
        default=10,
        metadata=_documented(
            _whole(1, 600), "Time a client has to send its body; then it gets status 408."
        ),
    )


def variable(setting: Field[Any]) -> str:
    """Name the environment variable of a field of `Settings`."""
    return f"{PREFIX}{setting.name.upper()}"


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises
    ------
    SettingsRefused
        Naming every fault at once: unknown, missing and unreadable variables.
    """
    known = {variable(setting): setting for setting in fields(Settings)}
    given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    faults = [_unknown(name, known) for name in sorted(given.keys() - known.keys())]
    values: dict[str, Any] = {}
    for name, setting in known.items():
        if name in given:
            try:
                values[setting.name] = setting.metadata["read"](given[name])
            except ValueError as expected:
                faults.append(f"{name} must be {expected}.")
        elif setting.default is MISSING:
            faults.append(f"{name} is not set: {setting.metadata['about']}")
    faults += _contradictions(values)
    if faults:
        raise SettingsRefused("\n".join(faults))
    return Settings(**values)


def _unknown(name: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
    return f"{name} is not a setting. The nearest is {nearest[0]}."


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    if not values.get("local_demo"):
        open_door = not values.get("api_keys")
        return [_NO_KEY] if open_door else []
    host = values.get("host", "127.0.0.1")
    return [] if ip_address(host).is_loopback else [_OPEN_DEMO.format(host=host)]
