"""Which calls see, remember and forget a device, depending on its state."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import ALWAYS, OPT_IN, Device, Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"
NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")
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


@pytest.fixture
def opt_in(engine: Engine) -> Walker:
    """A user of a pool that remembers a device on the user's request."""
    return new_walker(engine, devices=OPT_IN)


def listed(walker: Walker, tokens: dict[str, Any]) -> list[str]:
    """Return the keys that ListDevices shows."""
    answer = walker.call("ListDevices", AccessToken=tokens["AccessToken"])
    return [device["DeviceKey"] for device in answer["Devices"]]


def listed_for_administrators(walker: Walker) -> list[str]:
    """Return the keys that AdminListDevices shows."""
    answer = walker.administer("AdminListDevices")
    return [device["DeviceKey"] for device in answer["Devices"]]


def attributes(device: dict[str, Any]) -> dict[str, str]:
    """Return the DeviceAttributes by name, in their order."""
    return {item["Name"]: item["Value"] for item in device["DeviceAttributes"]}


class TestVisibility:
    """Who sees a device in which state (section B6)."""

    @pytest.mark.fact("D.17")
    def test_unconfirmed_device_is_hidden_from_all(self, walker: Walker) -> None:
        """An unconfirmed device is hidden from the user and administrators."""
        tokens = tokens_of(walker.by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        assert listed(walker, tokens) == listed_for_administrators(walker) == []
        for operation in ("GetDevice", "ForgetDevice"):
            with refused(*NO_DEVICE):
                walker.call(operation, AccessToken=tokens["AccessToken"], DeviceKey=key)
        with refused(*NO_DEVICE):
            walker.remember(tokens, Device(key, ""))
        for operation in ("AdminGetDevice", "AdminForgetDevice"):
            with refused(*NO_DEVICE):
                walker.administer(operation, DeviceKey=key)

    @pytest.mark.fact("D077")
    def test_confirmed_device_is_listed_where_always_remembered(self, always: Walker) -> None:
        """If the pool remembers every device, a confirmed device is listed at once."""
        tokens = tokens_of(always.by_password())
        device = always.confirm_device(tokens)
        assert listed(always, tokens) == listed_for_administrators(always) == [device.key]

    @pytest.mark.fact("D079")
    def test_remembering_a_remembered_device_succeeds(self, always: Walker) -> None:
        """Remembering a remembered device succeeds and changes nothing."""
        tokens = tokens_of(always.by_password())
        device = always.confirm_device(tokens)
        always.remember(tokens, device)
        assert listed(always, tokens) == [device.key]

    @pytest.mark.fact("D067", "D068", "D078", "D.17", "D078b")
    def test_opt_in_device_is_listed_only_while_remembered(self, opt_in: Walker) -> None:
        """The user sees such a device only while remembered, an administrator always (B6)."""
        tokens = tokens_of(opt_in.by_password())
        device = opt_in.confirm_device(tokens)
        get = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
        for _ in range(2):
            assert listed(opt_in, tokens) == []
            with refused(*NO_DEVICE):
                opt_in.call("GetDevice", **get)
            assert self.status(opt_in, device) == "not_remembered"
            assert listed_for_administrators(opt_in) == [device.key]
            opt_in.remember(tokens, device)
            assert listed(opt_in, tokens) == [device.key]
            assert opt_in.call("GetDevice", **get)["Device"]["DeviceKey"] == device.key
            assert self.status(opt_in, device) == "remembered"
            opt_in.remember(tokens, device, "not_remembered")

    def status(self, walker: Walker, device: Device) -> str:
        """Return the remembered status that AdminGetDevice shows."""
        shown = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        return attributes(shown)["dev:device_remembered_status"]

    @pytest.mark.fact("D071")
    def test_administrator_can_remember_a_device(self, opt_in: Walker) -> None:
        """AdminUpdateDeviceStatus has the effect of UpdateDeviceStatus."""
        tokens = tokens_of(opt_in.by_password())
        device = opt_in.confirm_device(tokens)
        names = {"DeviceKey": device.key, "DeviceRememberedStatus": "remembered"}
        assert opt_in.administer("AdminUpdateDeviceStatus", **names) == {}
        assert listed(opt_in, tokens) == [device.key]

    @pytest.mark.fact("D.18")
    def test_missing_status_is_refused(self, walker: Walker) -> None:
        """UpdateDeviceStatus without a status is refused (section D, 18)."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        with refused(INVALID):
            walker.call(
                "UpdateDeviceStatus", AccessToken=tokens["AccessToken"], DeviceKey=device.key
            )

    @pytest.mark.fact("D.15")
    def test_device_of_another_user_is_unknown(self, always: Walker) -> None:
        """A user cannot see, change or forget another user's device (section D, 15)."""
        tokens = tokens_of(always.by_password())
        device = always.confirm_device(tokens)
        client = {"ClientId": always.client_id}
        bob = new_walker(always.engine, username="bob", pool_id=always.user_pool_id, client=client)
        bobs = tokens_of(bob.by_password())
        for operation in ("GetDevice", "ForgetDevice"):
            with refused(*NO_DEVICE):
                bob.call(operation, AccessToken=bobs["AccessToken"], DeviceKey=device.key)
        with refused(*NO_DEVICE):
            bob.remember(bobs, device)
        for operation in ("AdminGetDevice", "AdminForgetDevice"):
            with refused(*NO_DEVICE):
                bob.administer(operation, DeviceKey=device.key)
        assert listed(always, tokens) == [device.key]


class TestForget:
    """ForgetDevice and AdminForgetDevice."""

    @pytest.mark.fact("D070", "D071", "D124", "D.23", "M142")
    @pytest.mark.parametrize("by", ["user", "administrator"])
    def test_forgotten_device_is_unknown_to_every_call(self, walker: Walker, by: str) -> None:
        """After ForgetDevice the device is unknown, remembered or not (D124, D.23)."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        names = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
        if by == "user":
            assert walker.call("ForgetDevice", **names) == {}
        else:
            assert walker.administer("AdminForgetDevice", DeviceKey=device.key) == {}
        assert listed_for_administrators(walker) == []
        with refused(*NO_DEVICE):
            walker.call("ForgetDevice", **names)
        with refused(*NO_DEVICE):
            walker.remember(tokens, device)
        with refused(*BAD_KEY):
            walker.confirm_device(
                tokens, {"DeviceKey": device.key, "DeviceGroupKey": device.group_key}
            )

    @pytest.mark.fact("D126")
    def test_access_token_of_forgotten_device_stays_valid(self, always: Walker) -> None:
        """The access token of a forgotten device stays valid."""
        tokens = tokens_of(always.by_password())
        device = always.confirm_device(tokens)
        token = tokens["AccessToken"]
        always.call("ForgetDevice", AccessToken=token, DeviceKey=device.key)
        assert listed(always, tokens) == []

    @pytest.mark.fact("D124")
    def test_next_sign_in_issues_a_new_key(self, always: Walker) -> None:
        """After ForgetDevice the next sign-in issues a new key, which can be confirmed."""
        tokens = tokens_of(always.by_password())
        device = always.confirm_device(tokens)
        always.administer("AdminForgetDevice", DeviceKey=device.key)
        tokens = tokens_of(always.by_password())
        assert always.confirm_device(tokens).key != device.key

    @pytest.mark.fact("D107", "D125")
    def test_deleting_the_user_deletes_their_devices(self, always: Walker) -> None:
        """Deleting a user deletes their devices."""
        device = always.confirm_device(tokens_of(always.by_password()))
        always.administer("AdminDeleteUser")
        client = {"ClientId": always.client_id}
        again = new_walker(always.engine, pool_id=always.user_pool_id, client=client)
        assert listed_for_administrators(again) == []
        with refused(*NO_DEVICE):
            again.by_password(DEVICE_KEY=device.key)


class TestAuthorization:
    """Who may call the device operations."""

    @pytest.mark.fact("A274")
    @pytest.mark.parametrize(
        "operation", ["ConfirmDevice", "UpdateDeviceStatus", "GetDevice", "ForgetDevice"]
    )
    def test_unsigned_access_token_is_refused(self, walker: Walker, operation: str) -> None:
        """An access token with a wrong signature is refused."""
        with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
            walker.call(operation, AccessToken="x", DeviceKey=UNKNOWN.key)

    @pytest.mark.parametrize("operation", ["GetDevice", "ForgetDevice"])
    def test_missing_access_token_is_refused(self, walker: Walker, operation: str) -> None:
        """A missing access token is refused, although the model marks it as optional."""
        with refused(INVALID, "Missing required parameter AccessToken"):
            walker.call(operation, DeviceKey=UNKNOWN.key)

    @pytest.mark.fact("D072", "D.25")
    @pytest.mark.parametrize(
        "operation",
        ["AdminGetDevice", "AdminListDevices", "AdminForgetDevice", "AdminUpdateDeviceStatus"],
    )
    def test_unknown_user_is_reported_to_administrators(
        self, walker: Walker, operation: str
    ) -> None:
        """An administrator gets UserNotFoundException for an unknown user (section D, 25)."""
        walker.username = "nobody"
        with refused("UserNotFoundException", "User does not exist."):
            walker.administer(operation, DeviceKey=UNKNOWN.key)

    @pytest.mark.fact("A067")
    def test_pool_is_unknown_to_another_account(self, always: Walker) -> None:
        """Administrators of another account do not see the pool."""
        always.caller = Caller(account="999999999999")
        text = f"User pool {always.user_pool_id} does not exist."
        with refused("ResourceNotFoundException", text):
            always.administer("AdminListDevices")
