"""An address that cannot be listened on is refused before anything starts."""

import socket

import pytest

from serving.server import AddressRefused, run
from serving.settings import read

NEEDED = {
    "MULERISK_STORE": "sqlite:///store.db",
    "MULERISK_BUNDLE": "champion",
    "MULERISK_PUBLIC_KEY": "release.pub",
    "MULERISK_API_KEYS": "a" * 64,
}


@pytest.mark.parametrize(("family", "host"), [("AF_INET", "127.0.0.1"), ("AF_INET6", "::1")])
def test_a_port_that_is_taken_is_refused(family, host):
    with socket.socket(getattr(socket, family)) as taken:
        try:
            taken.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(AddressRefused, match=f"MULERISK_PORT {port} cannot be listened on"):
            run(read({**NEEDED, "MULERISK_HOST": host, "MULERISK_PORT": port}))


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(AddressRefused, match=r"192\.0\.2\.1"):
        run(read({**NEEDED, "MULERISK_HOST": "192.0.2.1"}))
