"""Devices as sign-ins issue them and ConfirmDevice confirms them."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.srp.group import N, encode
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import (
    ALWAYS,
    ALWAYS_WITH_MFA,
    OPT_IN,
    OPT_IN_WITH_MFA,
    Device,
    Walker,
    claims_of,
    device_verifier,
    new_pool,
    new_walker,
    tokens_of,
)

INVALID = "InvalidParameterException"
BAD_KEY = (INVALID, "Invalid device key given.")

UNKNOWN = Device("us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211", "-Xk3PqZ7d")


@pytest.fixture(params=[ALWAYS, OPT_IN], ids=["always", "opt-in"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user of a tracking pool."""
    return new_walker(engine, devices=request.param)


@pytest.fixture
def always(engine: Engine) -> Walker:
    """A user of a pool that remembers every device."""
    return new_walker(engine, devices=ALWAYS)


def listed(walker: Walker, tokens: dict[str, Any]) -> list[str]:
    """The keys that ListDevices shows."""
    answer = walker.call("ListDevices", AccessToken=tokens["AccessToken"])
    return [device["DeviceKey"] for device in answer["Devices"]]


def listed_for_administrators(walker: Walker) -> list[str]:
    """The keys that AdminListDevices shows."""
    answer = walker.administer("AdminListDevices")
    return [device["DeviceKey"] for device in answer["Devices"]]


class TestNewDeviceMetadata:
    """The device that a sign-in without DEVICE_KEY issues."""

    @pytest.mark.fact("D060", "D061", "D.22")
    def test_forms(self, walker: Walker) -> None:
        """DeviceKey is region and UUID, DeviceGroupKey is the pool's."""
        one, two = (
            tokens_of(answer)["NewDeviceMetadata"]
            for answer in (walker.by_password(), walker.by_srp())
        )
        uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
        assert re.fullmatch(rf"us-east-1_{uuid}", one["DeviceKey"])
        assert re.fullmatch(r"-[A-Za-z0-9]{8}", one["DeviceGroupKey"])
        assert one["DeviceGroupKey"] == two["DeviceGroupKey"]
        assert one["DeviceKey"] != two["DeviceKey"]

    @pytest.mark.fact("D055")
    def test_absent_without_tracking(self, engine: Engine) -> None:
        """A pool without DeviceConfiguration issues no devices."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_password())
        assert "NewDeviceMetadata" not in tokens
        assert "device_key" not in claims_of(tokens["AccessToken"])

    @pytest.mark.fact("D062", "D063", "D064")
    def test_claim(self, walker: Walker) -> None:
        """The access token names the new device, the ID token does not."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        assert claims_of(tokens["AccessToken"])["device_key"] == key
        assert "device_key" not in claims_of(tokens["IdToken"])

    @pytest.mark.fact("D055")
    @pytest.mark.parametrize("admin", [False, True])
    def test_every_operation_that_gives_tokens(self, engine: Engine, admin: bool) -> None:
        """InitiateAuth, RespondToAuthChallenge and their Admin twins all issue it."""
        walker = new_walker(engine, devices=ALWAYS, admin=admin)
        for answer in (walker.by_password(), walker.by_srp()):
            assert "NewDeviceMetadata" in tokens_of(answer)


class TestConfirmDevice:
    """ConfirmDevice gives a device its verifier."""

    @pytest.mark.fact("D051", "D052", "D066")
    @pytest.mark.parametrize(
        ("tracking", "asked"),
        [
            (ALWAYS, False),
            (ALWAYS_WITH_MFA, False),
            (OPT_IN, True),
            (OPT_IN_WITH_MFA, True),
            ({"ChallengeRequiredOnNewDevice": False}, False),
            ({"DeviceOnlyRememberedOnUserPrompt": True}, True),
        ],
    )
    def test_user_confirmation_necessary(
        self, engine: Engine, tracking: dict[str, bool], asked: bool
    ) -> None:
        """The answer and what is remembered follow DeviceConfiguration (section B1, D052)."""
        walker = new_walker(engine, devices=tracking)
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        answer = walker.call(
            "ConfirmDevice",
            AccessToken=tokens["AccessToken"],
            DeviceKey=key,
            DeviceSecretVerifierConfig=device_verifier("-g", key),
        )
        assert answer == {"UserConfirmationNecessary": asked}
        assert listed(walker, tokens) == ([] if asked else [key])

    @pytest.mark.fact("D065")
    def test_token_of_another_sign_in(self, walker: Walker) -> None:
        """The access token may be of an earlier sign-in of the same user."""
        earlier, later = tokens_of(walker.by_password()), tokens_of(walker.by_password())
        device = walker.confirm_device(earlier, later["NewDeviceMetadata"])
        assert listed_for_administrators(walker) == [device.key]

    @pytest.mark.fact("D.13")
    def test_twice(self, walker: Walker) -> None:
        """A device is confirmed once (section D, 13)."""
        tokens = tokens_of(walker.by_password())
        walker.confirm_device(tokens)
        with refused("DeviceKeyExistsException"):
            walker.confirm_device(tokens)

    def test_unknown_key(self, walker: Walker) -> None:
        """A key that was never issued is refused (section B7)."""
        tokens = tokens_of(walker.by_password())
        metadata = {"DeviceKey": UNKNOWN.key, "DeviceGroupKey": UNKNOWN.group_key}
        with refused(*BAD_KEY):
            walker.confirm_device(tokens, metadata)

    @pytest.mark.fact("D.15")
    def test_another_users_key(self, walker: Walker) -> None:
        """A key that was issued to somebody else is refused (section D, 15)."""
        client = {"ClientId": walker.client_id}
        bob = new_walker(walker.engine, username="bob", pool_id=walker.user_pool_id, client=client)
        metadata = tokens_of(walker.by_password())["NewDeviceMetadata"]
        with refused(*BAD_KEY):
            bob.confirm_device(tokens_of(bob.by_password()), metadata)

    @pytest.mark.fact("D.21")
    def test_tracking_switched_off(self, walker: Walker) -> None:
        """Without tracking no key is right (section D, 21)."""
        tokens = tokens_of(walker.by_password())
        walker.engine.pools[walker.user_pool_id].settings.pop("DeviceConfiguration")
        with refused(*BAD_KEY):
            walker.confirm_device(tokens)

    @pytest.mark.fact("D028", "D.14")
    @pytest.mark.parametrize(
        "config",
        [
            {},
            {"Salt": "Ag=="},
            {"PasswordVerifier": "Ag=="},
            {"Salt": "", "PasswordVerifier": "Ag=="},
            {"Salt": "Ag==", "PasswordVerifier": ""},
            {"Salt": "not base64", "PasswordVerifier": "Ag=="},
            {"Salt": "AA==", "PasswordVerifier": "Ag=="},
            {"Salt": "Ag==", "PasswordVerifier": "AA=="},
            {"Salt": "j3o=", "PasswordVerifier": "Ag=="},
            {"Salt": "Ag==", "PasswordVerifier": "j3o="},
            {"Salt": "Ag==", "PasswordVerifier": base64.b64encode(encode(N)).decode()},
        ],
        ids=[
            "empty",
            "no-verifier",
            "no-salt",
            "blank-salt",
            "blank-verifier",
            "no-base64",
            "zero-salt",
            "zero-verifier",
            "negative-salt",
            "negative-verifier",
            "verifier-is-N",
        ],
    )
    def test_verifier_that_could_never_sign_in(
        self, walker: Walker, config: dict[str, str]
    ) -> None:
        """A missing, negative or zero value is refused, and the key stays good (D028, D.14)."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        with refused(INVALID):
            walker.call(
                "ConfirmDevice",
                AccessToken=tokens["AccessToken"],
                DeviceKey=key,
                DeviceSecretVerifierConfig=config,
            )
        assert walker.confirm_device(tokens).key

    @pytest.mark.fact("D.14")
    def test_without_verifier(self, walker: Walker) -> None:
        """DeviceSecretVerifierConfig is optional in the model only (section D, 14)."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        with refused(INVALID):
            walker.call("ConfirmDevice", AccessToken=tokens["AccessToken"], DeviceKey=key)

    def test_wrong_verifier_is_accepted(self, always: Walker) -> None:
        """A verifier of another password is taken; only the next sign-in fails (section B7)."""
        tokens = tokens_of(always.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        config = device_verifier("-other", key, "another password")
        token = tokens["AccessToken"]
        names = {"AccessToken": token, "DeviceKey": key}
        always.call("ConfirmDevice", **names, DeviceSecretVerifierConfig=config)
        device = Device(key, tokens["NewDeviceMetadata"]["DeviceGroupKey"])
        challenge = always.by_password(DEVICE_KEY=key)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            always.by_device(device, challenge)

    @pytest.mark.fact("D081", "D.16")
    @pytest.mark.parametrize("attribute", ["alias", "user-name"])
    def test_device_of_an_alias(self, engine: Engine, attribute: str) -> None:
        """A device issued to an alias in the last answer cannot be confirmed."""
        if attribute == "alias":
            walker = new_walker(engine, devices=ALWAYS, AliasAttributes=["email"])
        else:
            walker = new_walker(
                engine,
                username="alice@example.com",
                devices=ALWAYS,
                UsernameAttributes=["email"],
            )
        proof = walker.proof(walker.start_srp())
        alias = {"USERNAME": "alice@example.com"}
        tokens = tokens_of(walker.respond("PASSWORD_VERIFIER", **alias, **proof))
        with refused(*BAD_KEY):
            walker.confirm_device(tokens)
        challenge = walker.start_srp()
        name = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]
        proof = walker.proof(challenge)
        tokens = tokens_of(walker.respond("PASSWORD_VERIFIER", USERNAME=name, **proof))
        assert walker.confirm_device(tokens).key

    @pytest.mark.fact("D081")
    def test_alias_without_a_challenge(self, engine: Engine) -> None:
        """An alias in a sign-in of a single step does no harm: nothing was answered."""
        walker = new_walker(engine, devices=ALWAYS, AliasAttributes=["email"])
        tokens = tokens_of(walker.by_password(USERNAME="alice@example.com"))
        assert walker.confirm_device(tokens).key

    @pytest.mark.fact("A023")
    def test_case_of_the_user_name(self, engine: Engine) -> None:
        """Another case of the user name is no alias where case does not matter."""
        insensitive = {"CaseSensitive": False}
        walker = new_walker(engine, devices=ALWAYS, UsernameConfiguration=insensitive)
        proof = walker.proof(walker.start_srp())
        tokens = tokens_of(walker.respond("PASSWORD_VERIFIER", USERNAME="ALICE", **proof))
        assert walker.confirm_device(tokens).key


def test_devices_of_two_pools_are_apart(engine: Engine) -> None:
    """Each pool has its own group key, and its devices are nothing to another."""
    one = new_walker(engine, devices=ALWAYS)
    two = new_walker(engine, pool_id=new_pool(engine, devices=ALWAYS))
    metadata = [tokens_of(w.by_password())["NewDeviceMetadata"] for w in (one, two)]
    assert metadata[0]["DeviceGroupKey"] != metadata[1]["DeviceGroupKey"]
    with refused(*BAD_KEY):
        two.confirm_device(tokens_of(two.by_password()), metadata[0])
