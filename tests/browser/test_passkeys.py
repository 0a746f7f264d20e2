"""Passkeys in a real browser, by WebDriver's virtual authenticator and the browser's own JSON.

The page has no library: the browser reads the emulator's options and writes the credentials itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.browser.empty_page import other_port
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import MULTI, SIGN_IN, PasskeyUser, configure
from tests.emulator.support.walker import new_pool, tokens_of

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

_NOT_AUTHORIZED = "NotAuthorizedException"
#: Makes or uses a passkey; returns what toJSON() gives, or the name of the browser's error.
_CEREMONY = """
const [verb, json, done] = arguments;
const parse = {
  create: PublicKeyCredential.parseCreationOptionsFromJSON,
  get: PublicKeyCredential.parseRequestOptionsFromJSON,
}[verb];
navigator.credentials[verb]({ publicKey: parse.call(PublicKeyCredential, json) })
  .then((credential) => done(credential.toJSON()), (error) => done(error.name));
"""


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    """One window for all tests."""
    from tests.browser.chromium import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """The window at a page of localhost, with an authenticator that verifies its user."""
    with other_port() as port:
        window.open(f"http://localhost:{port}/")
        plug_in(window, verifies_user=True)
        yield window
        window.driver.remove_virtual_authenticator()


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        yield running


def plug_in(window: Browser, *, verifies_user: bool) -> None:
    """Add a virtual authenticator: https://www.w3.org/TR/webauthn-3/#sctn-automation."""
    from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

    options = VirtualAuthenticatorOptions(
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL.value,
        has_resident_key=True,
        has_user_verification=verifies_user,
        is_user_verified=verifies_user,
    )
    window.driver.add_virtual_authenticator(options)


def replace_authenticator(window: Browser, *, verifies_user: bool) -> None:
    """Put another authenticator in the place of the present one."""
    window.driver.remove_virtual_authenticator()
    plug_in(window, verifies_user=verifies_user)


def new_user(
    server: EmulatorServer, *, mode: str, kind: str, pool_id: str = "", username: str = "alice"
) -> PasskeyUser:
    """Return a signed-in user of a pool with passkeys for localhost.

    Args:
        server: where the pool is.
        mode: MfaConfiguration of the pool, once the user is signed in.
        kind: FactorConfiguration.
        pool_id: the pool, if there is one.
        username: the name of the user.
    """
    engine = server.emulator.engine
    pool_id = pool_id or new_pool(engine, Policies=SIGN_IN)
    user = PasskeyUser(engine, pool_id, username)
    party = {"RelyingPartyId": "localhost", "FactorConfiguration": kind}
    configure(engine, pool_id, mode=mode, **party)
    return user


def register(browser: Browser, user: PasskeyUser) -> Any:
    """Register a passkey, and return it, or the browser's error."""
    made = browser.driver.execute_async_script(_CEREMONY, "create", user.start())
    if isinstance(made, dict):
        user.complete(made)
    return made


def asked(user: PasskeyUser) -> tuple[dict[str, Any], dict[str, Any]]:
    """Begin a sign-in with a passkey; return the challenge and the options."""
    walker = user.walker
    answer = walker.initiate("USER_AUTH", USERNAME=walker.username, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert answer["ChallengeName"] == "WEB_AUTHN", answer
    options = json.loads(answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return answer, options


def proof(browser: Browser, options: dict[str, Any]) -> Any:
    """Have the browser sign, and return the credential, or the browser's error."""
    return browser.driver.execute_async_script(_CEREMONY, "get", options)


def respond(user: PasskeyUser, challenge: dict[str, Any], credential: Any) -> dict[str, Any]:
    """Respond to WEB_AUTHN."""
    assert isinstance(credential, dict), credential
    text = json.dumps(credential)
    return user.walker.respond("WEB_AUTHN", challenge["Session"], CREDENTIAL=text)


def signed_in(browser: Browser, user: PasskeyUser) -> bool:
    """Sign in with the passkey alone."""
    challenge, options = asked(user)
    return "AccessToken" in tokens_of(respond(user, challenge, proof(browser, options)))


@pytest.mark.fact("N033", "N036", "N041", "N042", "N049", "N050")
def test_a_passkey_is_mfa(browser: Browser, server: EmulatorServer) -> None:
    """Where MFA is required and the pool and the user say so, a passkey signs in with no code."""
    user = new_user(server, mode="ON", kind=MULTI)
    assert isinstance(register(browser, user), dict)
    user.walker.enrol({"AccessToken": user.access_token})
    user.call(
        "SetUserMFAPreference",
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        WebAuthnMfaSettings={"Enabled": True},
    )
    assert signed_in(browser, user)
    assert signed_in(browser, user), "the counter went up"
    assert user.walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


@pytest.mark.fact("N032", "N035")
def test_a_passkey_that_is_no_mfa_is_refused(browser: Browser, server: EmulatorServer) -> None:
    """Where a passkey is a single factor, it signs in until the user has a second factor."""
    user = new_user(server, mode="OPTIONAL", kind="SINGLE_FACTOR")
    register(browser, user)
    assert signed_in(browser, user)
    challenge, options = asked(user)
    user.walker.enrol({"AccessToken": user.access_token})
    with refused(_NOT_AUTHORIZED):
        respond(user, challenge, proof(browser, options))


@pytest.mark.fact("N033")
def test_an_authenticator_that_cannot_verify_its_user_is_no_mfa(
    browser: Browser, server: EmulatorServer
) -> None:
    """The browser does not use it for MFA; if a page makes it, the emulator refuses the passkey."""
    user = new_user(server, mode="ON", kind=MULTI)
    replace_authenticator(browser, verifies_user=False)
    assert register(browser, user) == "NotAllowedError"
    options = user.start()
    options["authenticatorSelection"]["userVerification"] = "discouraged"
    made = browser.driver.execute_async_script(_CEREMONY, "create", options)
    with refused("InvalidParameterException", "Credential data is not valid"):
        user.complete(made)


def test_an_authenticator_that_cannot_verify_its_user_is_one_factor(
    browser: Browser, server: EmulatorServer
) -> None:
    """Where user verification is only preferred, such an authenticator registers and signs in."""
    user = new_user(server, mode="OFF", kind="SINGLE_FACTOR")
    replace_authenticator(browser, verifies_user=False)
    register(browser, user)
    assert signed_in(browser, user)


@pytest.mark.fact("N052")
def test_the_passkey_of_another_user_is_refused(browser: Browser, server: EmulatorServer) -> None:
    """A page that lets another user's passkey answer is refused, and so is an old response."""
    alice = new_user(server, mode="OFF", kind="SINGLE_FACTOR")
    first = register(browser, alice)
    pool_id = alice.walker.user_pool_id
    bob = new_user(server, mode="OFF", kind="SINGLE_FACTOR", pool_id=pool_id, username="bob")
    second = register(browser, bob)
    challenge, options = asked(alice)
    of_bob = proof(
        browser, {**options, "allowCredentials": [{"id": second["id"], "type": "public-key"}]}
    )
    with refused(_NOT_AUTHORIZED):
        respond(alice, challenge, of_bob)
    own = proof(browser, options)
    assert own["id"] == first["id"]
    again, _ = asked(alice)
    with refused(_NOT_AUTHORIZED):
        respond(alice, again, own)
    tokens_of(respond(alice, challenge, own))


def test_a_passkey_is_registered_once(browser: Browser, server: EmulatorServer) -> None:
    """The options name the passkeys that exist, so that an authenticator makes no second one."""
    user = new_user(server, mode="OFF", kind="SINGLE_FACTOR")
    register(browser, user)
    assert register(browser, user) == "InvalidStateError"
    (listed,) = user.listed()
    assert (listed["AuthenticatorAttachment"], listed["AuthenticatorTransports"]) == (
        "platform",
        ["internal"],
    )


def test_a_page_of_another_name_cannot_use_the_passkeys(
    browser: Browser, server: EmulatorServer
) -> None:
    """The browser itself protects a relying party whose name is not the page's."""
    user = new_user(server, mode="OFF", kind="SINGLE_FACTOR")
    register(browser, user)
    _, options = asked(user)
    assert proof(browser, {**options, "rpId": "example.com"}) == "SecurityError"
