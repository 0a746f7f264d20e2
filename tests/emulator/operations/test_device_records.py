"""The data shown of a device, and the pages of device lists."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"


@pytest.fixture
def always(engine: Engine) -> Walker:
    """A user of a pool that remembers every device."""
    return new_walker(engine, devices=ALWAYS)


def attributes(device: dict[str, Any]) -> dict[str, str]:
    """Return the DeviceAttributes by name, in their order."""
    return {item["Name"]: item["Value"] for item in device["DeviceAttributes"]}


class TestRecord:
    """The data shown of a device (section B5)."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user with an IP address and the user agent of an SDK."""
        walker = new_walker(engine, devices=ALWAYS)
        agent = "aws-sdk-iOS/2.36.7 iOS/17.5 en_US"
        walker.caller = Caller(source_ip="192.0.2.7", user_agent=agent)
        return walker

    @pytest.mark.fact("D073", "D074")
    def test_user_sees_three_attributes(self, walker: Walker) -> None:
        """The user sees three attributes in this order."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens, DeviceName="My laptop")
        names = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
        shown = walker.call("GetDevice", **names)["Device"]
        assert list(attributes(shown).items()) == [
            ("device_status", "valid"),
            ("device_name", "My laptop"),
            ("last_ip_used", "192.0.2.7"),
        ]
        page = walker.call("ListDevices", AccessToken=tokens["AccessToken"])
        assert page["Devices"] == [shown]

    @pytest.mark.fact("D074")
    def test_device_without_name_has_no_name_attribute(self, walker: Walker) -> None:
        """Without DeviceName the attribute is missing."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        names = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
        shown = walker.call("GetDevice", **names)["Device"]
        assert list(attributes(shown)) == ["device_status", "last_ip_used"]

    @pytest.mark.fact("D075", "D.28")
    def test_administrator_sees_seven_attributes(self, walker: Walker) -> None:
        """An administrator sees seven attributes in this order."""
        device = walker.confirm_device(tokens_of(walker.by_password()), DeviceName="My laptop")
        shown = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        owner = f"alice.{walker.user_pool_id}"
        arn = f"arn:aws:cognito-idp:us-east-1:123456789012:owner/{owner}/device/{device.key}"
        assert list(attributes(shown).items()) == [
            ("device_status", "valid"),
            ("device_name", "My laptop"),
            ("dev:device_arn", arn),
            ("dev:device_owner", owner),
            ("last_ip_used", "192.0.2.7"),
            ("dev:device_remembered_status", "remembered"),
            ("dev:device_sdk", "aws-sdk-iOS"),
        ]
        assert walker.administer("AdminListDevices")["Devices"] == [shown]

    @pytest.mark.fact("D.28")
    def test_unknown_sdk_gets_a_default_name(self, engine: Engine) -> None:
        """A user agent without a known SDK gives a default name (section D, 28)."""
        walker = new_walker(engine, devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        shown = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        assert attributes(shown)["dev:device_sdk"] == "aws-sdk-unknown-unknown"

    @pytest.mark.fact("D073", "D076")
    def test_dates_of_a_new_device(self, walker: Walker) -> None:
        """A device is created at sign-in and modified by ConfirmDevice; dates are whole seconds."""
        clock = walker.engine.clock
        clock.advance(0.1234)
        born = clock.time()
        tokens = tokens_of(walker.by_password())
        clock.advance(5)
        device = walker.confirm_device(tokens)
        shown = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        assert shown["DeviceCreateDate"] == round(born, 3)
        assert shown["DeviceLastModifiedDate"] == round(born + 5, 3)
        assert shown["DeviceLastAuthenticatedDate"] == int(born)

    @pytest.mark.fact("D076")
    def test_sign_in_updates_dates_and_address(self, walker: Walker) -> None:
        """A sign-in with the device updates its dates and its IP address."""
        device = walker.confirm_device(tokens_of(walker.by_password()))
        before = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        walker.engine.clock.advance(100)
        walker.caller = Caller(source_ip="192.0.2.8")
        assert tokens_of(walker.by_device(device, walker.by_password(DEVICE_KEY=device.key)))
        after = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        assert after["DeviceCreateDate"] == before["DeviceCreateDate"]
        for name in ("DeviceLastModifiedDate", "DeviceLastAuthenticatedDate"):
            assert after[name] == before[name] + 100
        assert attributes(after)["last_ip_used"] == "192.0.2.8"

    @pytest.mark.fact("D076")
    def test_status_update_changes_only_the_modified_date(self, walker: Walker) -> None:
        """UpdateDeviceStatus changes the modified date and no other."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        before = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        walker.engine.clock.advance(100)
        walker.remember(tokens, device)
        after = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        moved = before["DeviceLastModifiedDate"] + 100
        assert after == {**before, "DeviceLastModifiedDate": moved}


class TestPaging:
    """ListDevices and AdminListDevices, page by page."""

    @pytest.fixture
    def keys(self, always: Walker) -> list[str]:
        """Return the keys of five devices in order of creation."""
        return [always.confirm_device(tokens_of(always.by_password())).key for _ in range(5)]

    def pages(self, walker: Walker, operation: str, **params: Any) -> list[list[str]]:
        """Return the keys on each page."""
        if operation == "ListDevices":
            params["AccessToken"] = tokens_of(walker.by_password())["AccessToken"]
        else:
            params |= {"UserPoolId": walker.user_pool_id, "Username": walker.username}
        answer = walker.call(operation, **params)
        pages = [[device["DeviceKey"] for device in answer["Devices"]]]
        while "PaginationToken" in answer:
            token = answer["PaginationToken"]
            answer = walker.call(operation, **params, PaginationToken=token)
            pages.append([device["DeviceKey"] for device in answer["Devices"]])
        return pages

    @pytest.mark.fact("D069", "D071", "D.24")
    @pytest.mark.parametrize("operation", ["ListDevices", "AdminListDevices"])
    def test_pages_follow_the_order_of_creation(
        self, always: Walker, keys: list[str], operation: str
    ) -> None:
        """Pages follow the order of creation; the last has no token (section D, 24)."""
        pages = self.pages(always, operation, Limit=2)
        assert pages == [keys[:2], keys[2:4], keys[4:]]

    @pytest.mark.fact("D080", "D.24")
    @pytest.mark.parametrize("limit", [{}, {"Limit": 0}, {"Limit": 60}, {"Limit": 5}])
    def test_page_holds_sixty_without_a_limit(
        self, always: Walker, keys: list[str], limit: dict[str, int]
    ) -> None:
        """Without a limit, or with limit 0, a page holds sixty devices (section D, 24)."""
        assert self.pages(always, "ListDevices", **limit) == [keys]

    @pytest.mark.fact("D080", "D.24")
    def test_sixty_first_device_is_on_the_second_page(self, always: Walker) -> None:
        """The sixty-first device is on a second page (section D, 24)."""
        for _ in range(61):
            always.confirm_device(tokens_of(always.by_password()))
        pages = self.pages(always, "AdminListDevices")
        assert [len(page) for page in pages] == [60, 1]

    def test_listing_continues_after_a_forgotten_device(
        self, always: Walker, keys: list[str]
    ) -> None:
        """The next page continues even if the last device of the previous page is gone."""
        page = always.administer("AdminListDevices", Limit=2)
        always.administer("AdminForgetDevice", DeviceKey=keys[1])
        token = page["PaginationToken"]
        rest = always.administer("AdminListDevices", PaginationToken=token)
        assert [device["DeviceKey"] for device in rest["Devices"]] == keys[2:]

    @pytest.mark.parametrize("token", ["garbage", "é", "AAAA", "YWZ0ZXIgZGV2aWNlIHg="])
    def test_unknown_pagination_token_is_refused(self, always: Walker, token: str) -> None:
        """A token that was never issued is refused."""
        with refused(INVALID):
            always.administer("AdminListDevices", PaginationToken=token)
