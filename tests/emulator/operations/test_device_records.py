"""What is shown of a device, and the pages it is shown on."""

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
    """DeviceAttributes by name, in their order."""
    return {item["Name"]: item["Value"] for item in device["DeviceAttributes"]}


class TestRecord:
    """What is shown of a device (section B5)."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user behind an address, with an SDK."""
        walker = new_walker(engine, devices=ALWAYS)
        agent = "aws-sdk-iOS/2.36.7 iOS/17.5 en_US"
        walker.caller = Caller(source_ip="192.0.2.7", user_agent=agent)
        return walker

    @pytest.mark.fact("D073", "D074")
    def test_user_view(self, walker: Walker) -> None:
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
    def test_no_name(self, walker: Walker) -> None:
        """Without DeviceName the attribute is absent."""
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        names = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
        shown = walker.call("GetDevice", **names)["Device"]
        assert list(attributes(shown)) == ["device_status", "last_ip_used"]

    @pytest.mark.fact("D075", "D.28")
    def test_administrators_view(self, walker: Walker) -> None:
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
    def test_unknown_sdk(self, engine: Engine) -> None:
        """A user agent without an SDK of that kind gives a stand-in (section D, 28)."""
        walker = new_walker(engine, devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        shown = walker.administer("AdminGetDevice", DeviceKey=device.key)["Device"]
        assert attributes(shown)["dev:device_sdk"] == "aws-sdk-unknown-unknown"

    @pytest.mark.fact("D073", "D076")
    def test_dates(self, walker: Walker) -> None:
        """Created at the sign-in, modified by ConfirmDevice, authenticated in whole seconds."""
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
    def test_dates_after_a_sign_in(self, walker: Walker) -> None:
        """A sign-in with the device moves modified, authenticated and the address."""
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
    def test_status_change_moves_modified_only(self, walker: Walker) -> None:
        """UpdateDeviceStatus moves modified and nothing else."""
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
        """The keys of five devices in order of creation."""
        return [always.confirm_device(tokens_of(always.by_password())).key for _ in range(5)]

    def pages(self, walker: Walker, operation: str, **params: Any) -> list[list[str]]:
        """The keys of all pages."""
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
    def test_pages(self, always: Walker, keys: list[str], operation: str) -> None:
        """Pages follow the order of creation and end without a token (section D, 24)."""
        pages = self.pages(always, operation, Limit=2)
        assert pages == [keys[:2], keys[2:4], keys[4:]]

    @pytest.mark.fact("D080", "D.24")
    @pytest.mark.parametrize("limit", [{}, {"Limit": 0}, {"Limit": 60}, {"Limit": 5}])
    def test_one_page(self, always: Walker, keys: list[str], limit: dict[str, int]) -> None:
        """Without a limit, and with 0, a page holds sixty (section D, 24)."""
        assert self.pages(always, "ListDevices", **limit) == [keys]

    @pytest.mark.fact("D080", "D.24")
    def test_default_page_holds_sixty(self, always: Walker) -> None:
        """The sixty-first device comes on a second page (section D, 24)."""
        for _ in range(61):
            always.confirm_device(tokens_of(always.by_password()))
        pages = self.pages(always, "AdminListDevices")
        assert [len(page) for page in pages] == [60, 1]

    def test_device_forgotten_between_pages(self, always: Walker, keys: list[str]) -> None:
        """The next page goes on behind the last one even if its last device is gone."""
        page = always.administer("AdminListDevices", Limit=2)
        always.administer("AdminForgetDevice", DeviceKey=keys[1])
        token = page["PaginationToken"]
        rest = always.administer("AdminListDevices", PaginationToken=token)
        assert [device["DeviceKey"] for device in rest["Devices"]] == keys[2:]

    @pytest.mark.parametrize("token", ["garbage", "é", "AAAA", "YWZ0ZXIgZGV2aWNlIHg="])
    def test_bad_token(self, always: Walker, token: str) -> None:
        """A token that was not given out is refused."""
        with refused(INVALID):
            always.administer("AdminListDevices", PaginationToken=token)
