"""The devices that sign-ins issue and ConfirmDevice confirms."""

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
    """A user of a pool that tracks devices."""
    return new_walker(engine, devices=request.param)


@pytest.fixture
def always(engine: Engine) -> Walker:
    """A user of a pool that remembers every device."""
    return new_walker(engine, devices=ALWAYS)


def listed(walker: Walker, tokens: dict[str, Any]) -> list[str]:
    """Return the keys that ListDevices shows."""
    answer = walker.call("ListDevices", AccessToken=tokens["AccessToken"])
    return [device["DeviceKey"] for device in answer["Devices"]]


def listed_for_administrators(walker: Walker) -> list[str]:
    """Return the keys that AdminListDevices shows."""
    answer = walker.administer("AdminListDevices")
    return [device["DeviceKey"] for device in answer["Devices"]]


class TestNewDeviceMetadata:
    """The device that a sign-in without DEVICE_KEY issues."""

    @pytest.mark.fact("D060", "D061", "D.22", "D061b")
    def test_key_names_the_region_and_group_key_the_pool(self, walker: Walker) -> None:
        """DeviceKey is the region and a UUID; DeviceGroupKey belongs to the pool."""
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
    def test_pool_without_tracking_issues_no_device(self, engine: Engine) -> None:
        """A pool without DeviceConfiguration issues no devices."""
        walker = new_walker(engine)
        tokens = tokens_of(walker.by_password())
        assert "NewDeviceMetadata" not in tokens
        assert "device_key" not in claims_of(tokens["AccessToken"])

    @pytest.mark.fact("D062", "D063", "D064")
    def test_only_the_access_token_names_the_device(self, walker: Walker) -> None:
        """The access token names the new device, the ID token does not."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        assert claims_of(tokens["AccessToken"])["device_key"] == key
        assert "device_key" not in claims_of(tokens["IdToken"])

    @pytest.mark.fact("D055")
    @pytest.mark.parametrize("admin", [False, True])
    def test_every_operation_that_issues_tokens_issues_a_device(
        self, engine: Engine, admin: bool
    ) -> None:
        """InitiateAuth, RespondToAuthChallenge and their admin variants issue a device."""
        walker = new_walker(engine, devices=ALWAYS, admin=admin)
        for answer in (walker.by_password(), walker.by_srp()):
            assert "NewDeviceMetadata" in tokens_of(answer)


class TestConfirmDevice:
    """ConfirmDevice stores a verifier for the device."""

    @pytest.mark.fact("D051", "D052", "D066", "D052b", "M139")
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
    def test_response_follows_device_configuration(
        self, engine: Engine, tracking: dict[str, bool], asked: bool
    ) -> None:
        """UserConfirmationNecessary and the status follow DeviceConfiguration (B1, D052)."""
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
    def test_access_token_of_an_earlier_sign_in_is_accepted(self, walker: Walker) -> None:
        """The access token may be from an earlier sign-in of the same user."""
        earlier, later = tokens_of(walker.by_password()), tokens_of(walker.by_password())
        device = walker.confirm_device(earlier, later["NewDeviceMetadata"])
        assert listed_for_administrators(walker) == [device.key]

    @pytest.mark.fact("D.13")
    def test_second_confirmation_is_refused(self, walker: Walker) -> None:
        """A device can be confirmed only once (section D, 13)."""
        tokens = tokens_of(walker.by_password())
        walker.confirm_device(tokens)
        with refused("DeviceKeyExistsException"):
            walker.confirm_device(tokens)

    def test_unknown_key_is_refused(self, walker: Walker) -> None:
        """A key that was never issued is refused (section B7)."""
        tokens = tokens_of(walker.by_password())
        metadata = {"DeviceKey": UNKNOWN.key, "DeviceGroupKey": UNKNOWN.group_key}
        with refused(*BAD_KEY):
            walker.confirm_device(tokens, metadata)

    @pytest.mark.fact("D.15")
    def test_key_of_another_user_is_refused(self, walker: Walker) -> None:
        """A key that was issued to another user is refused (section D, 15)."""
        client = {"ClientId": walker.client_id}
        bob = new_walker(walker.engine, username="bob", pool_id=walker.user_pool_id, client=client)
        metadata = tokens_of(walker.by_password())["NewDeviceMetadata"]
        with refused(*BAD_KEY):
            bob.confirm_device(tokens_of(bob.by_password()), metadata)

    @pytest.mark.fact("D.21")
    def test_every_key_is_refused_without_tracking(self, walker: Walker) -> None:
        """Once tracking is off, every key is refused (section D, 21)."""
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
    def test_invalid_verifier_is_refused(self, walker: Walker, config: dict[str, str]) -> None:
        """A missing, negative or zero value is refused; the key stays valid (D028, D.14)."""
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
    def test_missing_verifier_is_refused(self, walker: Walker) -> None:
        """DeviceSecretVerifierConfig is optional only in the model (section D, 14)."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        with refused(INVALID):
            walker.call("ConfirmDevice", AccessToken=tokens["AccessToken"], DeviceKey=key)

    def test_wrong_verifier_is_accepted_and_breaks_the_next_sign_in(self, always: Walker) -> None:
        """A verifier of another password is accepted; only the next sign-in fails (section B7)."""
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
    def test_device_issued_under_an_alias_cannot_be_confirmed(
        self, engine: Engine, attribute: str
    ) -> None:
        """If the last challenge response used an alias, the device cannot be confirmed."""
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
    def test_alias_in_a_one_step_sign_in_is_harmless(self, engine: Engine) -> None:
        """After a sign-in by alias without challenges, the device can be confirmed."""
        walker = new_walker(engine, devices=ALWAYS, AliasAttributes=["email"])
        tokens = tokens_of(walker.by_password(USERNAME="alice@example.com"))
        assert walker.confirm_device(tokens).key

    @pytest.mark.fact("A023")
    def test_username_in_other_case_is_not_an_alias(self, engine: Engine) -> None:
        """In a case-insensitive pool, a username in other case is not an alias."""
        insensitive = {"CaseSensitive": False}
        walker = new_walker(engine, devices=ALWAYS, UsernameConfiguration=insensitive)
        proof = walker.proof(walker.start_srp())
        tokens = tokens_of(walker.respond("PASSWORD_VERIFIER", USERNAME="ALICE", **proof))
        assert walker.confirm_device(tokens).key


def test_pools_have_separate_group_keys_and_devices(engine: Engine) -> None:
    """Each pool has its own group key and does not know another pool's devices."""
    one = new_walker(engine, devices=ALWAYS)
    two = new_walker(engine, pool_id=new_pool(engine, devices=ALWAYS))
    metadata = [tokens_of(w.by_password())["NewDeviceMetadata"] for w in (one, two)]
    assert metadata[0]["DeviceGroupKey"] != metadata[1]["DeviceGroupKey"]
    with refused(*BAD_KEY):
        two.confirm_device(tokens_of(two.by_password()), metadata[0])
