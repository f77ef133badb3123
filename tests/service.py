"""The service on the small bank of `tests.bank`: its settings, and a client without a server."""

import asyncio
import hashlib
from pathlib import Path

import httpx

from ledger.store import migrate, open_store
from tests.bank import make_bank, make_champion

KEY = "a-key-for-tests"


def make_settings(folder: Path) -> dict[str, str]:
    """Make a store and a champion below `folder`; return the environment of a service on them."""
    lake = make_bank(folder / "ledger")
    bundle, public_key = make_champion(folder, lake)
    url = f"sqlite:///{folder / 'store.db'}"
    migrate(url)
    store = open_store(url)
    store.load(lake)
    store.close()
    return {
        "MULERISK_STORE": url,
        "MULERISK_BUNDLE": str(bundle),
        "MULERISK_PUBLIC_KEY": str(public_key),
        "MULERISK_API_KEYS": hashlib.sha256(KEY.encode()).hexdigest(),
    }


class Client:
    """Calls an ASGI app; gives an answer even where a server would have broken off."""

    def __init__(self, app):
        self.transport = httpx.ASGITransport(app)

    def request(self, method, path, **options) -> httpx.Response:
        async def send():
            async with httpx.AsyncClient(transport=self.transport, base_url="http://x") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def post(self, path, body) -> httpx.Response:
        """Send a body with a key: bytes as they are, anything else as JSON."""
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        return self.request("POST", path, headers=headers, **content)
