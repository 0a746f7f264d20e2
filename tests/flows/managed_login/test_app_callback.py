"""The callback of an app on a loopback port."""

from __future__ import annotations

import pytest
import requests

from harness.errors import DeadlineExceeded, HarnessError
from harness.flows.managed_login.app_callback import AppCallback, deliver
from harness.flows.managed_login.browser import Departure


def test_redirect_that_arrives_is_kept() -> None:
    """A redirect that the browser follows to the app is what the callback gives."""
    with AppCallback() as callback:
        assert deliver(Departure(f"{callback.url}?code=c0de&state=s")) == 200
        arrived = callback.wait(5)
    assert arrived.query == {"code": "c0de", "state": "s"}
    assert arrived.address == callback.url


def test_other_paths_are_no_redirects() -> None:
    """What a browser asks besides, such as an icon, is answered 404 and not kept."""
    with AppCallback() as callback:
        icon = callback.url.replace("/callback", "/favicon.ico")
        assert requests.get(icon, timeout=5).status_code == 404
        with pytest.raises(DeadlineExceeded, match="there was no redirect to"):
            callback.wait(0)


def test_code_is_not_sent_to_another_machine() -> None:
    """A redirect off this machine is not followed, and told without its query."""
    with pytest.raises(HarnessError, match="leads off this machine") as error:
        deliver(Departure("https://app.example.com/callback?code=c0de"))
    assert "c0de" not in str(error.value)


def test_app_that_does_not_listen_is_told_without_the_code() -> None:
    """Where no app listens, the error names the address alone."""
    with pytest.raises(HarnessError, match="nothing answers at") as error:
        deliver(Departure("http://127.0.0.1:1/callback?code=c0de"))
    assert "c0de" not in str(error.value)
