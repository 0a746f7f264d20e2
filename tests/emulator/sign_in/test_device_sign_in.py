"""Signing in with a device: the two device steps, and what they accept and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
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


class TestWalk:
    """The whole way, in each flow."""

    @pytest.mark.fact("D083", "D089", "D090", "D.1")
    def test_password_flow(self, walker: Walker, device: Device) -> None:
        """DEVICE_KEY beside the password leads straight to DEVICE_SRP_AUTH."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert challenge["ChallengeParameters"]["USERNAME"] == "alice"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D085", "D088")
    def test_srp_flow(self, walker: Walker, device: Device) -> None:
        """DEVICE_KEY in PASSWORD_VERIFIER leads to DEVICE_SRP_AUTH."""
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D083", "D085", "D.6")
    def test_key_of_initiate_auth_is_carried(self, walker: Walker, device: Device) -> None:
        """DEVICE_KEY in InitiateAuth alone is enough (section D, 6)."""
        proof = walker.proof(walker.start_srp(DEVICE_KEY=device.key))
        challenge = walker.respond("PASSWORD_VERIFIER", **proof)
        assert tokens_of(walker.by_device(device, challenge))

    def test_verifier_parameters(self, walker: Walker, device: Device) -> None:
        """DEVICE_PASSWORD_VERIFIER has what the known clients read (section C4)."""
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
    def test_tokens(self, walker: Walker, device: Device) -> None:
        """The tokens name the presented device and bring no new one."""
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        tokens = tokens_of(walker.by_device(device, challenge))
        assert "NewDeviceMetadata" not in tokens
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("D094", "D108", "D.10")
    def test_not_remembered(self, engine: Engine) -> None:
        """A device that is not remembered is not asked, and no new one is made."""
        walker = new_walker(engine, devices=OPT_IN)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        tokens = tokens_of(walker.by_srp(DEVICE_KEY=device.key))
        assert "NewDeviceMetadata" not in tokens
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("D056")
    def test_every_sign_in_without_key_is_a_new_device(
        self, walker: Walker, device: Device
    ) -> None:
        """Without DEVICE_KEY there are no device steps and a new device."""
        tokens = tokens_of(walker.by_srp())
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

    @pytest.mark.fact("D086")
    @pytest.mark.parametrize("key", [None, ""])
    def test_null_is_absent(self, walker: Walker, device: Device, key: str | None) -> None:
        """A null or empty DEVICE_KEY counts as none."""
        assert "NewDeviceMetadata" in tokens_of(walker.by_srp(DEVICE_KEY=key))
        assert "NewDeviceMetadata" in tokens_of(walker.by_password(DEVICE_KEY=key))

    @pytest.mark.fact("D.21")
    def test_key_in_a_pool_without_tracking(self, engine: Engine) -> None:
        """A pool that does not track devices ignores the key (section D, 21)."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_srp(DEVICE_KEY=UNKNOWN_KEY))
        assert "device_key" not in claims_of(tokens["AccessToken"])
        assert tokens_of(walker.by_password(DEVICE_KEY=UNKNOWN_KEY))

    @pytest.mark.fact("D104")
    def test_alias_with_an_existing_key(self, engine: Engine) -> None:
        """Alias sign-ins work with an existing device, answered by either name."""
        walker = new_walker(engine, devices=ALWAYS, AliasAttributes=["email"])
        device = walker.confirm_device(tokens_of(walker.by_password()))
        walker.username = "alice@example.com"
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("A124")
    def test_secret_hash_in_both_steps(self, engine: Engine) -> None:
        """A client with a secret needs SECRET_HASH in the device steps too."""
        settings = {"GenerateSecret": True}
        walker = new_walker(engine, devices=ALWAYS, client_settings=settings)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        with refused(NOT_AUTHORIZED):
            walker.start_device(device, challenge["Session"], SECRET_HASH=None)
        assert tokens_of(walker.by_device(device, challenge))


class TestUnknownDevice:
    """A DEVICE_KEY that is no confirmed device of the user."""

    @pytest.fixture(params=["unknown", "unconfirmed", "forgotten", "another users"])
    def key(self, walker: Walker, request: pytest.FixtureRequest) -> str:
        """A key that is not good."""
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
    def test_password_flow(self, walker: Walker, key: str) -> None:
        """It is refused at InitiateAuth in the password flow."""
        with refused(*NO_DEVICE):
            walker.by_password(DEVICE_KEY=key)

    @pytest.mark.fact("D106", "D.11", "D.12")
    def test_srp_flow(self, walker: Walker, key: str) -> None:
        """It is not refused at InitiateAuth but at PASSWORD_VERIFIER in the SRP flow."""
        challenge = walker.start_srp(DEVICE_KEY=key)
        with refused(*NO_DEVICE):
            walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge), DEVICE_KEY=key)

    def test_wrong_password_first(self, walker: Walker, key: str) -> None:
        """Without the password nothing is learned about devices."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong", DEVICE_KEY=key)
        proof = walker.proof(walker.start_srp(), password="wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof, DEVICE_KEY=key)

    @pytest.mark.fact("D106", "D086", "D.5")
    @pytest.mark.parametrize("again", [{}, {"DEVICE_KEY": None}], ids=["absent", "null"])
    @pytest.mark.parametrize("carried", [False, True], ids=["answered", "carried"])
    def test_recovery(
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
    """Which sessions the device steps accept (section D, 2)."""

    @pytest.fixture
    def challenge(self, walker: Walker, device: Device) -> dict[str, Any]:
        """DEVICE_SRP_AUTH."""
        return walker.by_password(DEVICE_KEY=device.key)

    @pytest.mark.fact("D103", "D.2")
    def test_none_at_all(self, walker: Walker, device: Device, challenge: dict[str, Any]) -> None:
        """Clients that send no Session get through."""
        assert tokens_of(walker.by_device(device, challenge, sessions=False))

    @pytest.mark.fact("D103", "D.2")
    def test_the_first_in_both_steps(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """Clients that send a stale Session get through."""
        session = challenge["Session"]
        verifier = walker.start_device(device, session)
        proof = walker.device_proof(device, verifier)
        assert tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", session, **proof))

    @pytest.mark.fact("D087", "D.2")
    def test_without_first_factor(self, walker: Walker, device: Device) -> None:
        """A device proof that no password came before is refused (D087, section D, 2)."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.start_device(device, None)

    def test_first_factor_of_another_device(self, walker: Walker, device: Device) -> None:
        """A sign-in that waits for one device is not gone on with by another."""
        other = walker.confirm_device(tokens_of(walker.by_password()))
        session = walker.by_password(DEVICE_KEY=other.key)["Session"]
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.start_device(device, None)
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, session)

    @pytest.mark.fact("A142")
    @pytest.mark.parametrize("sent", [True, False])
    def test_once(
        self, walker: Walker, device: Device, challenge: dict[str, Any], sent: bool
    ) -> None:
        """After success neither the Session nor the waiting sign-in works again."""
        tokens_of(walker.by_device(device, challenge))
        used = "Invalid session for the user, session can only be used once."
        with refused(NOT_AUTHORIZED, used if sent else INCORRECT):
            walker.start_device(device, challenge["Session"] if sent else None)

    @pytest.mark.fact("D103", "D.2")
    def test_stale_session_of_an_earlier_sign_in(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A used Session of an earlier sign-in does no harm while a newer one waits."""
        tokens_of(walker.by_device(device, challenge))
        walker.by_password(DEVICE_KEY=device.key)
        assert walker.start_device(device, challenge["Session"])["Session"]

    @pytest.mark.fact("A142")
    def test_last_session_is_used_too(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """After success the Session of the second step is used up as well."""
        verifier = walker.start_device(device, challenge["Session"])
        proof = walker.device_proof(device, verifier)
        tokens_of(walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof))
        used = "Invalid session for the user, session can only be used once."
        with refused(NOT_AUTHORIZED, used):
            walker.start_device(device, verifier["Session"])

    @pytest.mark.fact("D113")
    @pytest.mark.parametrize("sent", [True, False])
    def test_expired(
        self, walker: Walker, device: Device, challenge: dict[str, Any], sent: bool
    ) -> None:
        """A sign-in waits for its device for AuthSessionValidity."""
        walker.engine.clock.advance(180)
        expired = "Invalid session for the user, session is expired."
        with refused(NOT_AUTHORIZED, expired if sent else INCORRECT):
            walker.start_device(device, challenge["Session"] if sent else None)

    @pytest.mark.fact("D113")
    def test_garbage(self, walker: Walker, device: Device, challenge: dict[str, Any]) -> None:
        """A Session that is none is refused, also where none would do."""
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, "s" * 20)

    @pytest.mark.fact("A143", "D113")
    def test_foreign_in_the_second_step(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A Session that is none, or another user's, is refused beside a right proof."""
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
    def test_another_client(
        self, walker: Walker, device: Device, challenge: dict[str, Any]
    ) -> None:
        """A sign-in at one client does not wait at another."""
        walker.client_id = new_client(walker.engine, walker.user_pool_id)["ClientId"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.start_device(device, challenge["Session"])
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.start_device(device, None)

    def test_two_sign_ins_by_their_sessions(self, walker: Walker, device: Device) -> None:
        """Two sign-ins of one device are told apart by their Sessions."""
        one, two = (walker.by_password(DEVICE_KEY=device.key) for _ in range(2))
        assert tokens_of(walker.by_device(device, one))
        assert tokens_of(walker.by_device(device, two))


@pytest.mark.fact("D.21")
@pytest.mark.parametrize("trusted", [True, False])
def test_tracking_switched_off_meanwhile(walker: Walker, device: Device, trusted: bool) -> None:
    """A sign-in that waits for its device ends without one when tracking is switched off."""
    user = walker.engine.pools[walker.user_pool_id].users.by_username(walker.username)
    assert user is not None
    user.devices.confirmed(device.key).mfa_proven = trusted
    challenge = walker.by_password(DEVICE_KEY=device.key)
    walker.engine.pools[walker.user_pool_id].settings.pop("DeviceConfiguration")
    tokens = tokens_of(walker.by_device(device, challenge))
    assert "device_key" not in claims_of(tokens["AccessToken"])


class TestWhatDevicesOutlive:
    """Events that leave devices as they are (section C7)."""

    @pytest.mark.fact("D122", "D.26")
    def test_password_change(self, walker: Walker, device: Device) -> None:
        """A new password leaves the device as it is."""
        walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
        walker.password = OTHER_PASSWORD
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))

    @pytest.mark.fact("D123", "D.26")
    def test_global_sign_out(self, walker: Walker, device: Device) -> None:
        """A global sign-out leaves the device as it is."""
        walker.administer("AdminUserGlobalSignOut")
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))

    @pytest.mark.fact("D.26")
    def test_disable_and_enable(self, walker: Walker, device: Device) -> None:
        """Disabling and enabling the user leaves the device as it is (section D, 26)."""
        walker.administer("AdminDisableUser")
        walker.administer("AdminEnableUser")
        assert tokens_of(walker.by_device(device, walker.by_srp(DEVICE_KEY=device.key)))


def test_hidden_users_have_no_device_steps() -> None:
    """Where existence is hidden, a device step of an unknown user is a wrong password."""
    settings = {"PreventUserExistenceErrors": "ENABLED"}
    walker = new_walker(new_engine(), devices=ALWAYS, client_settings=settings)
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.start_device(Device(UNKNOWN_KEY, "-g"), None, USERNAME="nobody")
