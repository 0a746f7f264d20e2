"""The device's SRP proof: checks of DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.srp.group import N
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_walker, tokens_of

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


class TestProof:
    """What the device challenges check."""

    @pytest.fixture
    def challenge(self, walker: Walker, device: Device) -> dict[str, Any]:
        """The DEVICE_SRP_AUTH challenge."""
        return walker.by_password(DEVICE_KEY=device.key)

    @pytest.fixture
    def verifier(self, walker: Walker, device: Device, challenge: dict[str, Any]) -> dict[str, Any]:
        """The DEVICE_PASSWORD_VERIFIER challenge."""
        return walker.start_device(device, challenge["Session"])

    def prove(self, walker: Walker, proof: dict[str, str | None]) -> dict[str, Any]:
        """Answer DEVICE_PASSWORD_VERIFIER."""
        return walker.respond("DEVICE_PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("D109")
    def test_wrong_password_keeps_the_challenge(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """A wrong device password is refused, then the right one is accepted (D109, D.5)."""
        wrong = Device(device.key, device.group_key, "wrong")
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, walker.device_proof(wrong, verifier))
        assert tokens_of(self.prove(walker, walker.device_proof(device, verifier)))

    def test_wrong_device_passwords_do_not_lock_the_user(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """Wrong device proofs do not lock the user's password."""
        wrong = walker.device_proof(Device(device.key, device.group_key, "wrong"), verifier)
        for _ in range(6):
            with refused(NOT_AUTHORIZED, INCORRECT):
                self.prove(walker, wrong)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("D110")
    @pytest.mark.parametrize("block", ["AgV4", "not base64"])
    def test_tampered_secret_block_is_refused(
        self, walker: Walker, device: Device, verifier: dict[str, Any], block: str
    ) -> None:
        """A SECRET_BLOCK that was not issued is refused."""
        proof = walker.device_proof(device, verifier)
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, {**proof, "PASSWORD_CLAIM_SECRET_BLOCK": block})

    @pytest.mark.fact("D110")
    def test_user_and_device_blocks_do_not_mix(self, walker: Walker, device: Device) -> None:
        """A user's SECRET_BLOCK is refused in the device challenge, and vice versa."""
        user_challenge = walker.start_srp()
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, {**walker.proof(user_challenge), "DEVICE_KEY": device.key})
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"])
        proof = walker.device_proof(device, verifier)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("PASSWORD_VERIFIER", **proof)

    @pytest.mark.fact("D109")
    def test_key_of_another_device_is_refused(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """A right proof beside the key of another device of the user is refused."""
        other = walker.confirm_device(tokens_of(walker.by_password()))
        proof = walker.device_proof(device, verifier)
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, {**proof, "DEVICE_KEY": other.key})
        assert tokens_of(self.prove(walker, proof))

    @pytest.mark.fact("D110")
    def test_proof_works_once(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """A proof is accepted once."""
        proof = walker.device_proof(device, verifier)
        assert tokens_of(self.prove(walker, proof))
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, proof)

    @pytest.mark.fact("D110")
    @pytest.mark.parametrize("seconds", [-301, 301])
    def test_stale_timestamp_is_refused(
        self, walker: Walker, device: Device, verifier: dict[str, Any], seconds: int
    ) -> None:
        """A TIMESTAMP too far from the present is refused."""
        proof = walker.device_proof(device, verifier, walker.timestamp(seconds))
        with refused(NOT_AUTHORIZED, INCORRECT):
            self.prove(walker, proof)

    @pytest.mark.fact("A154")
    def test_unparsable_timestamp_is_refused(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """A TIMESTAMP of the wrong form is refused with its own message."""
        proof = {**walker.device_proof(device, verifier), "TIMESTAMP": "now"}
        with refused(INVALID, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."):
            self.prove(walker, proof)

    @pytest.mark.fact("D020", "D.27")
    @pytest.mark.parametrize("srp_a", ["0", f"{N:x}", "xyz"], ids=["zero", "N", "no-hex"])
    def test_bad_srp_a_keeps_the_challenge(
        self, walker: Walker, device: Device, challenge: dict[str, Any], srp_a: str
    ) -> None:
        """A bad SRP_A is refused, and the challenge stays open."""
        with refused(INVALID):
            walker.start_device(device, challenge["Session"], SRP_A=srp_a)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("D112")
    @pytest.mark.parametrize("name", ["USERNAME", "DEVICE_KEY", "SRP_A"])
    def test_missing_device_srp_response_is_named(
        self, walker: Walker, device: Device, challenge: dict[str, Any], name: str
    ) -> None:
        """A missing response to DEVICE_SRP_AUTH is refused by name."""
        with refused(INVALID, f"Missing required parameter {name}"):
            walker.start_device(device, challenge["Session"], **{name: None})

    @pytest.mark.fact("D112")
    @pytest.mark.parametrize(
        "name",
        [
            "USERNAME",
            "DEVICE_KEY",
            "PASSWORD_CLAIM_SECRET_BLOCK",
            "PASSWORD_CLAIM_SIGNATURE",
            "TIMESTAMP",
        ],
    )
    def test_missing_verifier_response_is_named(
        self, walker: Walker, device: Device, verifier: dict[str, Any], name: str
    ) -> None:
        """A missing response to DEVICE_PASSWORD_VERIFIER is refused by name."""
        with refused(INVALID, f"Missing required parameter {name}"):
            self.prove(walker, {**walker.device_proof(device, verifier), name: None})

    @pytest.mark.fact("D111")
    def test_unknown_device_is_refused(self, walker: Walker, challenge: dict[str, Any]) -> None:
        """An unknown device is refused as such."""
        with refused(*NO_DEVICE):
            walker.start_device(Device(UNKNOWN_KEY, "-g"), challenge["Session"])

    @pytest.mark.fact("D111")
    @pytest.mark.parametrize("step", ["first", "second"])
    @pytest.mark.parametrize("event", ["forgotten", "not remembered"])
    def test_device_lost_between_challenges_is_refused(
        self, walker: Walker, device: Device, step: str, event: str
    ) -> None:
        """A device forgotten or not remembered by the second challenge is refused."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"]) if step == "second" else None
        if event == "forgotten":
            walker.administer("AdminForgetDevice", DeviceKey=device.key)
        else:
            walker.administer(
                "AdminUpdateDeviceStatus",
                DeviceKey=device.key,
                DeviceRememberedStatus="not_remembered",
            )
        with refused(*NO_DEVICE):
            if verifier is None:
                walker.start_device(device, challenge["Session"])
            else:
                self.prove(walker, walker.device_proof(device, verifier))

    @pytest.mark.fact("A128")
    def test_user_disabled_between_challenges_is_refused(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """A user disabled by the second challenge gets no tokens."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            self.prove(walker, walker.device_proof(device, verifier))

    @pytest.mark.fact("D105")
    def test_extra_responses_are_ignored(
        self, walker: Walker, device: Device, verifier: dict[str, Any]
    ) -> None:
        """Responses of the earlier challenge are ignored."""
        proof = {**walker.device_proof(device, verifier), "SRP_A": "0"}
        assert tokens_of(self.prove(walker, proof))
