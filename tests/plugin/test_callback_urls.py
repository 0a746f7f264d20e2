"""Where the callback of an app listens on a given pool."""

from __future__ import annotations

import socket

import pytest

from harness.errors import ConfigurationError, MissingCapability
from harness.flows.managed_login.app_callback import deliver
from harness.flows.managed_login.browser import Departure
from harness.plugin.run.callback_urls import listening_at


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_first_address_of_this_machine_is_taken() -> None:
    """The callback listens at the first http address of this machine, letter for letter."""
    port = free_port()
    urls = ("https://shop.example.com/back", "myapp://back", f"http://localhost:{port}/back")
    with listening_at(urls, "aws") as callback:
        assert callback.url == urls[2]
        assert Departure(f"{callback.url}?code=1").address == urls[2]


@pytest.mark.parametrize("end", ["", "/", "/back?shop=1"])
def test_address_without_a_path_or_with_a_query_gets_its_redirect(end: str) -> None:
    """The address stays as it is registered, and the redirect to it arrives."""
    url = f"http://127.0.0.1:{free_port()}{end}"
    joined = "&" if "?" in url else "?"
    with listening_at((url,), "aws") as callback:
        assert callback.url == url
        assert deliver(Departure(f"{url}{joined}code=c0de")) == 200
        assert callback.wait(5).query["code"] == "c0de"


def test_no_address_of_this_machine_skips() -> None:
    """Without such an address the test that asks for a callback is skipped."""
    with pytest.raises(MissingCapability, match="no callback URL of the app client is on a port"):
        listening_at(("https://shop.example.com/back",), "aws")


def test_port_that_is_taken_is_told() -> None:
    """Where another program listens, one line names the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/back"
        with pytest.raises(ConfigurationError, match="a test cannot listen there"):
            listening_at((url,), "aws")
