"""Signing in with a device: the two device challenges, what they accept and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.stores.sessions import SignUpState
from tests.emulator.support.expect import OTHER_PASSWORD, refused
from tests.emulator.support.walker import (
    ALWAYS,
    OPT_IN,
    Device,
    Walker,
    claims_of,
    new_client,
    new_engine,
    new_walker,
    tokens_of,
)

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"
INCORRECT = "Incorrect username or password."
NOT_BEFORE = "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating"
NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")
UNKNOWN_KEY = "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211"


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user without MFA in a pool that remembers every device."""
    return new_walker(engine, devices=ALWAYS, admin=request.param)


@pytest.fixture
def device(walker: Walker) -> Device:
    """The user's confirmed device."""
    return walker.confirm_device(tokens_of(walker.by_password()))


class TestWholeSignIn:
    """The whole sign-in, in each flow."""

    @pytest.mark.fact("D083", "D089", "D090", "D.1")
    def test_key_beside_the_password_leads_to_device_srp(
        self, walker: Walker, device: Device
    ) -> None:
        """DEVICE_KEY beside the password leads straight to DEVICE_SRP_AUTH."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert challenge["ChallengeParameters"]["USERNAME"] == "alice"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D085", "D088")
    def test_key_in_password_verifier_leads_to_device_srp(
        self, walker: Walker, device: Device
    ) -> None:
        """DEVICE_KEY in PASSWORD_VERIFIER leads to DEVICE_SRP_AUTH."""
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D083", "D085", "D.6")
    def test_key_in_initiate_auth_is_enough(self, walker: Walker, device: Device) -> None:
        """DEVICE_KEY in InitiateAuth alone is enough (section D, 6)."""
        proof = walker.proof(walker.start_srp(DEVICE_KEY=device.key))
        challenge = walker.respond("PASSWORD_VERIFIER", **proof)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D104b", "D104c")
    def test_verifier_has_the_parameters_of_known_clients(
        self, walker: Walker, device: Device
    ) -> None:
        """DEVICE_PASSWORD_VERIFIER has the parameters that known clients read (section C4)."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        answer = walker.start_device(device, challenge["Session"])
        assert answer["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        assert answer["Session"] != challenge["Session"]
        given = answer["ChallengeParameters"]
        names = {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "DEVICE_KEY"}
        assert set(given) == names
        assert (given["USERNAME"], given["DEVICE_KEY"]) == ("alice", device.key)
        assert given["SALT"] == given["SALT"].lstrip("0")

    @pytest.mark.fact("D063", "D095")
    def test_tokens_name_the_device_and_issue_no_new_one(
        self, walker: Walker, device: Device
    ) -> None:
        """The tokens name the device that signed in and come with no new one."""
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        tokens = tokens_of(walker.by_device(device, challenge))
        assert "NewDeviceMetadata" not in tokens
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("D094", "D108", "D.10")
    def test_unremembered_device_is_not_asked(self, engine: Engine) -> None:
        """A device that is not remembered is not asked for, and no new one is issued."""
        walker = new_walker(engine, devices=OPT_IN)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        tokens = tokens_of(walker.by_srp(DEVICE_KEY=device.key))
        assert "NewDeviceMetadata" not in tokens
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("D056")
    def test_sign_in_without_key_issues_a_device(self, walker: Walker, device: Device) -> None:
        """Without DEVICE_KEY there are no device challenges and a new device is issued."""
        tokens = tokens_of(walker.by_srp())
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

    @pytest.mark.fact("D086")
    @pytest.mark.parametrize("key", [None, ""])
    def test_null_or_empty_key_counts_as_missing(
        self, walker: Walker, device: Device, key: str | None
    ) -> None:
        """A null or empty DEVICE_KEY counts as missing."""
        assert "NewDeviceMetadata" in tokens_of(walker.by_srp(DEVICE_KEY=key))
        assert "NewDeviceMetadata" in tokens_of(walker.by_password(DEVICE_KEY=key))

    @pytest.mark.fact("D.21")
    def test_pool_without_tracking_ignores_the_key(self, engine: Engine) -> None:
        """A pool that does not track devices ignores the key (section D, 21)."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_srp(DEVICE_KEY=UNKNOWN_KEY))
        assert "device_key" not in claims_of(tokens["AccessToken"])
        assert tokens_of(walker.by_password(DEVICE_KEY=UNKNOWN_KEY))

    @pytest.mark.fact("D104")
    def test_alias_works_with_an_existing_device(self, engine: Engine) -> None:
        """A sign-in by alias works with an existing device; either name may respond."""
        walker = new_walker(engine, devices=ALWAYS, AliasAttributes=["email"])
        device = walker.confirm_device(tokens_of(walker.by_password()))
        walker.username = "alice@example.com"
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("A124")
    def test_both_challenges_need_the_secret_hash(self, engine: Engine) -> None:
        """A client with a secret needs SECRET_HASH in both device challenges."""
        settings = {"GenerateSecret": True}
        walker = new_walker(engine, devices=ALWAYS, client_settings=settings)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        with refused(NOT_AUTHORIZED):
            walker.start_device(device, challenge["Session"], SECRET_HASH=None)
        assert tokens_of(walker.by_device(device, challenge))


class TestUnknownDevice:
    """A DEVICE_KEY that names no confirmed device of the user."""

    @pytest.fixture(params=["unknown", "unconfirmed", "forgotten", "another users"])
    def key(self, walker: Walker, request: pytest.FixtureRequest) -> str:
        """A key that is not valid."""
        if request.param == "unknown":
            return UNKNOWN_KEY
        if request.param == "unconfirmed":
            return str(tokens_of(walker.by_password())["NewDeviceMetadata"]["DeviceKey"])
        if request.param == "forgotten":
            device = walker.confirm_device(tokens_of(walker.by_password()))
            walker.administer("AdminForgetDevice", DeviceKey=device.key)
            return device.key
        client = {"ClientId": walker.client_id}
        bob = new_walker(walker.engine, username="bob", pool_id=walker.user_pool_id, client=client)
        return bob.confirm_device(tokens_of(bob.by_password())).key

    @pytest.mark.fact("D106", "D.11", "D.12")
    def test_password_flow_refuses_it_in_initiate_auth(self, walker: Walker, key: str) -> None:
        """The password flow refuses the key in InitiateAuth."""
        with refused(*NO_DEVICE):
            walker.by_password(DEVICE_KEY=key)

    @pytest.mark.fact("D106", "D.11", "D.12")
    def test_srp_flow_refuses_it_in_password_verifier(self, walker: Walker, key: str) -> None:
        """The SRP flow refuses the key only in PASSWORD_VERIFIER."""
        challenge = walker.start_srp(DEVICE_KEY=key)
        with refused(*NO_DEVICE):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge), DEVICE_KEY=key)

    def test_wrong_password_is_refused_first(self, walker: Walker, key: str) -> None:
        """A wrong password is refused before the device is looked up."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong", DEVICE_KEY=key)
        proof = walker.proof(walker.start_srp(), password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof, DEVICE_KEY=key)

    @pytest.mark.fact("D106", "D086", "D.5")
    @pytest.mark.parametrize("again", [{}, {"DEVICE_KEY": None}], ids=["absent", "null"])
    @pytest.mark.parametrize("carried", [False, True], ids=["answered", "carried"])
    def test_response_without_the_key_signs_in(
        self, walker: Walker, key: str, again: dict[str, None], carried: bool
    ) -> None:
        """The same challenge answered again without the key signs in."""
        challenge = walker.start_srp(**({"DEVICE_KEY": key} if carried else {}))
        proof = walker.proof(challenge)
        with refused(*NO_DEVICE):
            walker.respond("PASSWORD_VERIFIER", **proof, **({} if carried else {"DEVICE_KEY": key}))
        walker.engine.clock.advance(1)
        proof = walker.proof(challenge)
        tokens = tokens_of(walker.respond("PASSWORD_VERIFIER", **proof, **again))
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != key


class TestSessions:
    """Which sessions the device challenges accept (section D, 2)."""

    @pytest.fixture
    def challenge(self, walker: Walker, device: Device) -> dict[str, Any]:
        """The DEVICE_SRP_AUTH challenge."""
        return walker.by_password(DEVICE_KEY=device.key)

    @pytest.mark.fact("D103", "D.2")
    def test_missing_session_is_accepted(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """Clients that send no Session can sign in."""
        assert tokens_of(walker.by_device(device, challenge, sessions=False))

    @pytest.mark.fact("D103", "D.2")
    def test_first_session_is_accepted_in_both_challenges(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """Clients that send a stale Session can sign in."""
        session = challenge["Session"]
        verifier = walker.start_device(device, session)
        proof = walker.device_proof(device, verifier)
        assert tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", session, **proof))

    @pytest.mark.fact("D087", "D.2")
    def test_proof_without_first_factor_is_refused(self, walker: Walker, device: Device) -> None:
        """A device proof without a password before it is refused (D087, section D, 2)."""
        with refused(NOT_AUTHORIZED, NOT_BEFORE):
            walker.start_device(device, None)

    def test_sign_in_waiting_for_another_device_is_refused(
        self, walker: Walker, device: Device
    ) -> None:
        """A sign-in that waits for one device does not continue with another."""
        other = walker.confirm_device(tokens_of(walker.by_password()))
        session = walker.by_password(DEVICE_KEY=other.key)["Session"]
        with refused(NOT_AUTHORIZED, NOT_BEFORE):
            walker.start_device(device, None)
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, session)

    @pytest.mark.fact("A142")
    @pytest.mark.parametrize("sent", [True, False])
    def test_finished_sign_in_cannot_continue(
        self, walker: Walker, device: Device, challenge: dict[str, Any], sent: bool
    ) -> None:
        """After success neither the Session nor the waiting sign-in works again."""
        tokens_of(walker.by_device(device, challenge))
        used = "Invalid session for the user, session can only be used once."
        with refused(NOT_AUTHORIZED, used if sent else NOT_BEFORE):
            walker.start_device(device, challenge["Session"] if sent else None)

    @pytest.mark.fact("D103", "D.2")
    def test_used_session_of_an_earlier_sign_in_is_accepted(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A used session is accepted while a newer sign-in waits for the device."""
        tokens_of(walker.by_device(device, challenge))
        walker.by_password(DEVICE_KEY=device.key)
        assert walker.start_device(device, challenge["Session"])["Session"]

    @pytest.mark.fact("A142")
    def test_success_uses_up_the_last_session(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """After success the Session of the second challenge is used up too."""
        verifier = walker.start_device(device, challenge["Session"])
        proof = walker.device_proof(device, verifier)
        tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))
        used = "Invalid session for the user, session can only be used once."
        with refused(NOT_AUTHORIZED, used):
            walker.start_device(device, verifier["Session"])

    @pytest.mark.fact("D113")
    @pytest.mark.parametrize("sent", [True, False])
    def test_waiting_sign_in_expires(
        self, walker: Walker, device: Device, challenge: dict[str, Any], sent: bool
    ) -> None:
        """A sign-in waits for its device for AuthSessionValidity."""
        walker.engine.clock.advance(180)
        expired = "Invalid session for the user, session is expired."
        with refused(NOT_AUTHORIZED, expired if sent else NOT_BEFORE):
            walker.start_device(device, challenge["Session"] if sent else None)

    @pytest.mark.fact("D113")
    def test_invalid_session_is_refused(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """An invalid Session is refused, although a missing one would be accepted."""
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, "s" * 20)

    @pytest.mark.fact("D113")
    def test_session_of_a_sign_up_is_refused(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A sign-in that waits for the device does not go on with the session of a sign-up."""
        engine = walker.engine
        pool = engine.pools[walker.user_pool_id]
        user = pool.users.by_username(walker.username)
        assert user is not None
        client, about = pool.clients[walker.client_id], SignUpState(user, user.password)
        now = engine.clock.time()
        opened = engine.sessions.open_for(client, user.username, "ConfirmSignUp", about, now)
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, opened.text)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("A143", "D113")
    def test_foreign_session_in_the_second_challenge_is_refused(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """An invalid or another user's Session is refused even with a right proof."""
        client = {"ClientId": walker.client_id}
        pool_id, engine = walker.user_pool_id, walker.engine
        bob = new_walker(engine, username="bob", pool_id=pool_id, client=client)
        bobs = bob.confirm_device(tokens_of(bob.by_password()))
        foreign = bob.by_password(DEVICE_KEY=bobs.key)["Session"]
        proof = walker.device_proof(device, walker.start_device(device, challenge["Session"]))
        for session in ("s" * 20, foreign):
            with refused(NOT_AUTHORIZED, "Invalid session for the user."):
                walker.respond("DEVICE_PASSWORD_VERIFIER", session, **proof)
        assert tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A143")
    def test_sign_in_does_not_wait_at_another_client(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A sign-in at one client cannot continue at another."""
        walker.client_id = new_client(walker.engine, walker.user_pool_id)["ClientId"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, challenge["Session"])
        with refused(NOT_AUTHORIZED, NOT_BEFORE):
            walker.start_device(device, None)

    def test_sessions_distinguish_two_sign_ins(self, walker: Walker, device: Device) -> None:
        """Two sign-ins with one device are told apart by their Sessions."""
        one, two = (walker.by_password(DEVICE_KEY=device.key) for _ in range(2))
        assert tokens_of(walker.by_device(device, one))
        assert tokens_of(walker.by_device(device, two))


@pytest.mark.fact("D.21")
@pytest.mark.parametrize("trusted", [True, False])
def test_sign_in_ends_without_device_if_tracking_is_switched_off(
    walker: Walker, device: Device, trusted: bool
) -> None:
    """A waiting sign-in ends without a device if tracking is switched off."""
    user = walker.engine.pools[walker.user_pool_id].users.by_username(walker.username)
    assert user is not None
    user.devices.confirmed(device.key).mfa_proven = trusted
    challenge = walker.by_password(DEVICE_KEY=device.key)
    walker.engine.pools[walker.user_pool_id].settings.pop("DeviceConfiguration")
    tokens = tokens_of(walker.by_device(device, challenge))
    assert "device_key" not in claims_of(tokens["AccessToken"])


class TestEventsThatKeepTheDevice:
    """Events that do not affect devices (section C7)."""

    @pytest.mark.fact("D122", "D.26")
    def test_password_change_keeps_the_device(self, walker: Walker, device: Device) -> None:
        """A new password does not affect the device."""
        walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
        walker.password = OTHER_PASSWORD
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))

    @pytest.mark.fact("D123", "D.26")
    def test_global_sign_out_keeps_the_device(self, walker: Walker, device: Device) -> None:
        """A global sign-out does not affect the device."""
        walker.administer("AdminUserGlobalSignOut")
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))

    @pytest.mark.fact("D.26")
    def test_disabling_and_enabling_keeps_the_device(self, walker: Walker, device: Device) -> None:
        """Disabling and enabling the user does not affect the device (section D, 26)."""
        walker.administer("AdminDisableUser")
        walker.administer("AdminEnableUser")
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_hidden_unknown_user_has_an_unknown_device(name: str) -> None:
    """If existence is hidden, a device is unknown whether or not there is a user of the name."""
    settings = {"PreventUserExistenceErrors": "ENABLED"}
    walker = new_walker(new_engine(), devices=ALWAYS, client_settings=settings)
    with refused("ResourceNotFoundException", "Device does not exist."):
        walker.start_device(Device(UNKNOWN_KEY, "-g"), None, USERNAME=name)
