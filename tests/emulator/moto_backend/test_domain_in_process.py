"""Under moto's mock, ``requests`` is a browser at the domain of a pool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from harness.emulator import Emulator
from tests.emulator.support.browser import CALLBACK, Form, Shown, Site, new_site, over_http
from tests.emulator.support.expect import PASSWORD


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of an emulator under moto's mock."""
    with Emulator(seed=1) as emulator:
        yield new_site(emulator.engine, over_http())


@pytest.mark.fact("H001", "H020", "H021", "H049")
def test_a_session_signs_in_and_stays_signed_in(site: Site) -> None:
    """A session keeps each cookie of a response, follows to the login page, and gets the code."""
    session = requests.Session()
    authorize = f"{site.browser.base}/oauth2/authorize"
    page = session.get(authorize, params=site.query, timeout=5)
    assert page.url.startswith(f"{site.browser.base}/login?")
    assert {"XSRF-TOKEN", "page-data"} <= set(session.cookies.keys())
    form = Form.of(Shown(page.url, page.status_code, {}, [], page.content))
    typed = {**form.fields, "username": "alice", "password": PASSWORD}
    action = str(form.attributes["action"])
    shown = session.post(action, data=typed, timeout=5, allow_redirects=False)
    assert shown.headers["Location"].startswith(f"{CALLBACK}?code=")
    again = session.get(authorize, params=site.query, timeout=5, allow_redirects=False)
    assert again.headers["Location"].startswith(f"{CALLBACK}?code=")


def test_a_domain_that_nobody_has_is_not_there(site: Site) -> None:
    """The mock answers, and sends nothing to the network."""
    url = site.browser.base.replace("people", "nobody")
    assert requests.get(f"{url}/login", timeout=5).status_code == 404


def test_moto_gets_its_responses_back() -> None:
    """After the emulator, moto makes its own responses again."""
    import moto.core.models
    from moto.core.custom_responses_mock import CallbackResponse

    with Emulator(seed=1):
        pass
    assert moto.core.models.__dict__["CallbackResponse"] is CallbackResponse
