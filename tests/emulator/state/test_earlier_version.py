"""A state that version 0.1.0 wrote still loads, and everything that was under way goes on.

`files/state-0.1.0.json` holds the state and, beside it, what the clients kept: sessions,
challenges, secrets. `files/state-0.1.0-without-secrets.json` is the same service, saved without
secrets.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.state import export_state, import_state
from harness.srp.client import ClientExchange
from tests.emulator.state.test_restart import ask_twice
from tests.emulator.support.custom_sign_in import answer
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Device, Walker, tokens_of

FILES = Path(__file__).parent / "files"
SAVED: dict[str, Any] = json.loads((FILES / "state-0.1.0.json").read_text(encoding="utf-8"))
WITHOUT_SECRETS: dict[str, Any] = json.loads(
    (FILES / "state-0.1.0-without-secrets.json").read_text(encoding="utf-8")
)
UNDER_WAY: dict[str, Any] = SAVED["under_way"]
MACHINE = VirtualClock(UNDER_WAY["start"] - 86_400, frozen=True)


def loaded(document: dict[str, Any]) -> Engine:
    """An engine with a saved state, and the handlers that the earlier one had."""
    clock = VirtualClock(UNDER_WAY["start"] - 86_400, frozen=True)
    settings = EmulatorSettings(seed=1)
    engine = Engine(clock=clock, settings=settings, triggers=ask_twice())
    import_state(engine, document, machine=MACHINE)
    return engine


@pytest.fixture
def earlier() -> Engine:
    """The service that was saved with its secrets."""
    return loaded(SAVED["state"])


def walker(engine: Engine, username: str, *, must: bool = False) -> Walker:
    """A user of the pool with optional MFA, or of the one that must have it."""
    return Walker(
        engine,
        UNDER_WAY["must_pool" if must else "pool"],
        UNDER_WAY["must_client" if must else "client"],
        username,
        UNDER_WAY["password"],
        client_secret=None if must else UNDER_WAY["client_secret"],
        exchange=ClientExchange(int(UNDER_WAY["exchange_secret"])),
    )


def device() -> Device:
    """Alice's tracked device."""
    return Device(*UNDER_WAY["alice"]["device"])


#: Members that this version has and 0.1.0 had not, by the type that they belong to.
ADDED = {
    "Pool": {
        "resource_servers",
        "federated",
        "import_jobs",
        "identity_providers",
        "domain_settings",
        "branded_clients",
    },
    "AppClient": {"added_secrets"},
    "SoftwareToken": {"undecided"},
    "Attempt": {"sent_to", "new_email", "new_phone", "first_factor", "passkey"},
    "UserChallenge": {"session"},
    "User": {"passkeys", "sms_by_settings"},
    "MfaPreferences": {"web_authn"},
    "Grant": {"scopes", "from_pages", "audience"},
}


def without_added(value: Any) -> Any:
    """Return a part of a state without the members of this version."""
    if isinstance(value, list):
        return [without_added(item) for item in value]
    if not isinstance(value, dict):
        return value
    added = ADDED.get(value.get("$type", ""), set())
    return {name: without_added(item) for name, item in value.items() if name not in added}


def test_it_is_saved_again_as_it_was(earlier: Engine) -> None:
    """Saving what was loaded writes the same contents, member for member."""
    document = export_state(earlier, secrets=True, machine=MACHINE)
    contents = without_added(json.loads(json.dumps(document["contents"])))
    assert contents == SAVED["state"]["contents"]
    assert (document["format"], document["version"]) == ("cognito-harness state", 1)


def test_a_user_signs_in_with_password_code_and_device(earlier: Engine) -> None:
    """Passwords, TOTP secrets and devices are the same."""
    alice = walker(earlier, "alice")
    tokens_of(alice.by_totp(alice.by_srp(), UNDER_WAY["alice"]["totp_secret"]))
    tokens_of(alice.by_device(device(), alice.by_srp(DEVICE_KEY=device().key)))


def test_tokens_are_good(earlier: Engine) -> None:
    """Access and refresh tokens from before still work."""
    alice = walker(earlier, "alice")
    assert alice.call("GetUser", AccessToken=UNDER_WAY["alice"]["access_token"])
    refreshed = alice.initiate(
        "REFRESH_TOKEN_AUTH",
        REFRESH_TOKEN=UNDER_WAY["alice"]["refresh_token"],
        DEVICE_KEY=device().key,
        SECRET_HASH=alice.secret_hash("alice"),
    )
    assert refreshed["AuthenticationResult"]["AccessToken"]


def test_challenges_of_the_password_and_the_device_can_be_answered(earlier: Engine) -> None:
    """PASSWORD_VERIFIER and both device challenges that were put before are still open."""
    alice = walker(earlier, "alice")
    proof = alice.proof(UNDER_WAY["password_verifier"])
    assert alice.respond("PASSWORD_VERIFIER", **proof)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    tokens_of(alice.by_device(device(), UNDER_WAY["device_srp_auth"]))
    verifier = UNDER_WAY["device_password_verifier"]
    proof = alice.device_proof(device(), verifier)
    tokens_of(alice.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))


def test_challenges_of_the_second_factor_can_be_answered(earlier: Engine) -> None:
    """SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE and SMS_MFA are still open."""
    alice, bob = walker(earlier, "alice"), walker(earlier, "bob")
    challenge = UNDER_WAY["software_token_mfa"]
    tokens_of(alice.by_totp(challenge, UNDER_WAY["alice"]["totp_secret"]))
    chosen = bob.respond(
        "SELECT_MFA_TYPE", UNDER_WAY["select_mfa_type"]["Session"], ANSWER="SOFTWARE_TOKEN_MFA"
    )
    assert chosen["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    sent = earlier.outbox.messages(username="bob", kind="mfa")[0].code
    sms = UNDER_WAY["sms_mfa"]["Session"]
    with refused("CodeMismatchException"):
        bob.respond("SMS_MFA", sms, SMS_MFA_CODE="000000" if sent != "000000" else "111111")
    tokens_of(bob.respond("SMS_MFA", sms, SMS_MFA_CODE=sent))


@pytest.mark.parametrize(
    ("username", "step"),
    [("carol", "mfa_setup"), ("carol", "mfa_setup_associated"), ("dave", "mfa_setup_verified")],
)
def test_a_set_up_goes_on(earlier: Engine, username: str, step: str) -> None:
    """MFA_SETUP goes on from each of its steps."""
    user, reached = walker(earlier, username, must=True), UNDER_WAY[step]
    session = reached["Session"]
    if step == "mfa_setup":
        tokens_of(user.set_up(reached)[1])
        return
    if step == "mfa_setup_associated":
        code = user.code(reached["SecretCode"])
        session = user.call("VerifySoftwareToken", Session=session, UserCode=code)["Session"]
    tokens_of(user.respond("MFA_SETUP", session))


def test_a_custom_sign_in_goes_on(earlier: Engine) -> None:
    """CUSTOM_CHALLENGE goes on in its first and its second round."""
    erin = walker(earlier, "erin")
    second = answer(erin, UNDER_WAY["custom_challenge"], "one")
    tokens_of(answer(erin, second, "two"))
    tokens_of(answer(erin, UNDER_WAY["custom_after_one"], "two"))
    with refused("NotAuthorizedException"):
        answer(erin, UNDER_WAY["custom_after_one"], "two")


def test_a_temporary_password_is_replaced(earlier: Engine) -> None:
    """NEW_PASSWORD_REQUIRED is still open."""
    frank, session = walker(earlier, "frank"), UNDER_WAY["new_password_required"]["Session"]
    tokens_of(frank.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD="Another-word-2"))


def test_a_first_factor_is_chosen(earlier: Engine) -> None:
    """SELECT_CHALLENGE is still open."""
    erin, session = walker(earlier, "erin"), UNDER_WAY["select_challenge"]["Session"]
    choice = {"ANSWER": "PASSWORD", "PASSWORD": erin.password}
    tokens_of(erin.respond("SELECT_CHALLENGE", session, **choice))


def test_a_sign_up_goes_on_to_tokens(earlier: Engine) -> None:
    """The sessions of SignUp and ConfirmSignUp lead to tokens, where codes are a first factor."""
    gina, hal = walker(earlier, "gina"), walker(earlier, "hal")
    pool = earlier.pools[gina.user_pool_id]
    pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"].append("EMAIL_OTP")
    confirmed = gina.call(
        "ConfirmSignUp",
        ClientId=gina.client_id,
        Username="gina",
        SecretHash=gina.secret_hash("gina"),
        ConfirmationCode=earlier.outbox.messages(username="gina", kind="sign_up")[0].code,
        Session=UNDER_WAY["sign_up"],
    )["Session"]
    for user, session in ((gina, confirmed), (hal, UNDER_WAY["confirmed_sign_up"])):
        parameters = {"USERNAME": user.username, "SECRET_HASH": user.secret_hash(user.username)}
        members = {"ClientId": user.client_id, "AuthFlow": "USER_AUTH", "Session": session}
        tokens_of(user.call("InitiateAuth", **members, AuthParameters=parameters))


def test_a_list_goes_on(earlier: Engine) -> None:
    """A PaginationToken from before leads to the next page."""
    members = {"UserPoolId": UNDER_WAY["pool"], "PaginationToken": UNDER_WAY["list_users"]}
    users = earlier.call("ListUsers", {**members, "Limit": 2})["Users"]
    assert [user["Username"] for user in users] == ["erin", "frank"]


def test_without_secrets_users_reset_their_passwords() -> None:
    """What was saved without secrets loads too: a confirmed user must reset the password."""
    engine = loaded(WITHOUT_SECRETS)
    shown = engine.call("AdminGetUser", {"UserPoolId": UNDER_WAY["pool"], "Username": "alice"})
    assert shown["UserStatus"] == "RESET_REQUIRED"
    assert len(engine.pools) == 2


def test_a_session_of_nobody_is_refused() -> None:
    """A session about what no session is about is refused, with its place in the file."""
    state = json.loads(json.dumps(SAVED["state"]))
    sessions = state["contents"]["sessions"]
    text = UNDER_WAY["sign_up"]
    sessions[text]["facts"] = {"user": None, "password": None}
    with pytest.raises(Exception, match=r"sessions.*facts has a value of the wrong type"):
        loaded(state)
