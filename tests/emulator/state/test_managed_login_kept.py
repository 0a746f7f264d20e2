"""Sign-ins on the pages, browser sessions and codes survive a restart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.token_overrides import ClaimsOverride
from harness.emulator.engine import Engine
from harness.emulator.state import export_state, import_state
from tests.emulator.support.browser import Site, in_process, new_site
from tests.emulator.support.expect import START
from tests.emulator.support.oauth import App, Place, members_of
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import claims_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"


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


def test_tokens_of_the_pages_stay_what_they_are(site: Site) -> None:
    """A refresh after a restart keeps scopes, audience and kind of the sign-in before it."""
    app = App(Place.in_process(site.engine), site.pool_id, {"ClientId": site.client_id})
    first = app.signed_in(scopes=("openid", "email"), resource="https://api.example.com")
    after = replace(app, place=Place.in_process(restarted(site).engine))
    fresh = members_of(after.token("refresh_token", refresh_token=first["refresh_token"]))
    claims = claims_of(fresh["access_token"])
    assert claims["scope"] == "email openid"
    assert (claims["version"], claims["aud"]) == (2, "https://api.example.com")
    header = f"Bearer {first['access_token']}"
    members_of(after.send("/oauth2/userInfo", method="GET", authorization=header))


def test_what_a_trigger_said_before_is_in_the_tokens_after() -> None:
    """The changes of PreTokenGeneration are kept with the code, all kinds of them."""
    identity = {"claimsToAddOrOverride": {"tenant": {"id": 7}}, "claimsToSuppress": ["email"]}
    access = {"scopesToAdd": ["orders/read"], "scopesToSuppress": ["email"]}
    groups = {"groupsToOverride": ["admins"]}
    details = {
        "idTokenGeneration": identity,
        "accessTokenGeneration": access,
        "groupOverrideDetails": groups,
    }
    handler = Recorder({"claimsAndScopeOverrideDetails": details})
    site = new_site(engine := engine_with(pre_token_generation=handler), in_process(engine))
    config = {"LambdaArn": FUNCTION, "LambdaVersion": "V2_0"}
    engine.pools[site.pool_id].settings["LambdaConfig"] = {"PreTokenGenerationConfig": config}
    app = App(Place.in_process(engine), site.pool_id, {"ClientId": site.client_id})
    code = app.code(scopes=("openid", "email"))
    after = replace(app, place=Place.in_process(restarted(site).engine))
    tokens = members_of(after.exchange(code))
    claims = claims_of(tokens["id_token"])
    assert (claims["tenant"], claims["cognito:groups"]) == ({"id": 7}, ["admins"])
    assert "email" not in claims
    assert claims_of(tokens["access_token"])["scope"].split() == ["openid", "orders/read"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"identity": {"added": {}, "suppressed": []}, "access": {"added": {}, "suppressed": [7]}},
        {"identity": {"added": []}, "access": {"added": {}, "suppressed": []}},
        {"groups": "admins"},
    ],
)
def test_changes_of_another_form_are_refused(form: dict[str, Any]) -> None:
    """A state whose changes of tokens cannot be read is refused, not half loaded."""
    with pytest.raises(ValueError, match=r"."):
        ClaimsOverride.imported(form)


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
