"""Sign-ins on the pages, browser sessions and codes survive a restart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.state import export_state, import_state
from tests.emulator.support.browser import Site, in_process, new_site
from tests.emulator.support.expect import START


def restarted(site: Site, *, secrets: bool = True) -> Site:
    """Return the same site at an emulator that has loaded the state of this one."""
    machine = VirtualClock(START, frozen=True)
    document = json.loads(json.dumps(export_state(site.engine, secrets=secrets, machine=machine)))
    engine = Engine(clock=VirtualClock(START, frozen=True), settings=EmulatorSettings(seed=1))
    import_state(engine, document, machine=machine)
    browser = replace(site.browser, send=in_process(engine))
    return replace(site, engine=engine, browser=browser)


@pytest.fixture
def site(engine: Engine) -> Site:
    """A site in the process."""
    return new_site(engine, in_process(engine))


def test_the_browser_is_still_signed_in(site: Site) -> None:
    """The cookie signs in after a restart, and ends when it would have ended before it."""
    site.sign_in()
    after = restarted(site)
    assert "code" in after.browser.get("/oauth2/authorize", after.query).query
    after.engine.clock.advance(3_600)
    assert after.browser.get("/oauth2/authorize", after.query).location.startswith(
        f"{after.browser.base}/login?"
    )


def test_a_code_can_be_exchanged_once(site: Site) -> None:
    """A code from before the restart gives tokens, and no second time."""
    code = site.sign_in().query["code"]
    after = restarted(site)
    form = {
        "grant_type": "authorization_code",
        "client_id": after.client_id,
        "code": code,
        "redirect_uri": after.query["redirect_uri"],
    }
    assert json.loads(after.browser.post("/oauth2/token", "", form).body)["id_token"]
    assert json.loads(after.browser.post("/oauth2/token", "", form).body) == {
        "error": "invalid_grant"
    }


def test_a_sign_in_goes_on(site: Site) -> None:
    """The page of the second step takes its form after a restart."""
    user = {"UserPoolId": site.pool_id, "Username": "bob", "TemporaryPassword": "Temp-123456"}
    site.engine.call("AdminCreateUser", {**user, "MessageAction": "SUPPRESS"})
    page = site.browser.get("/login", site.query)
    step = site.browser.submit(page, username="bob", password="Temp-123456")
    after = restarted(site)
    page = after.browser.get(step.location)
    shown = after.browser.submit(page, **_new(page.form.fields))
    assert shown.query.get("code"), shown.text


def test_nothing_of_it_is_in_a_state_without_secrets(site: Site) -> None:
    """Without secrets all users are signed out."""
    site.sign_in()
    after = restarted(site, secrets=False)
    assert "/login?" in after.browser.get("/oauth2/authorize", after.query).location


def _new(fields: dict[str, str]) -> dict[str, str]:
    return {name: "New-Pass1word!" for name in fields if "assword" in name}
