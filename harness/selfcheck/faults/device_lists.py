"""Faults of what users and administrators see of devices."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.devices import DeviceBook, _read_token
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import (
    answers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "devices"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _everything_listed(original: Any) -> Any:
    def page(book: Any, limit: Any, token: Any, *, remembered_only: bool) -> Any:
        return original(book, limit, token, remembered_only=False)

    return page


def _remembered_listed(original: Any) -> Any:
    def page(book: Any, limit: Any, token: Any, *, remembered_only: bool) -> Any:
        return original(book, limit, token, remembered_only=True)

    return page


def _unconfirmed_listed(original: Any) -> Any:
    def page(book: Any, limit: Any, token: Any, *, remembered_only: bool) -> Any:
        found, following = original(book, limit, token, remembered_only=remembered_only)
        return [*found, *(each for each in book if not each.confirmed)], following

    return page


def _no_pages(original: Any) -> Any:
    return lambda book, limit, token, **named: original(book, None, None, **named)


def _last_page_repeats(original: Any) -> Any:
    """Make each page begin with the last device of the page before."""

    def page(book: Any, limit: Any, token: Any, **named: Any) -> Any:
        found, following = original(book, limit, token, **named)
        if token is not None:
            number = _read_token(token)
            before = [each for each in book if each.number == number]
            return [*before, *found], following
        return found, following

    return page


def _attributes(*names: str) -> Any:
    """Make GetDevice and AdminGetDevice leave attributes out."""

    def change(service: Any, request: Any, answer: dict[str, Any]) -> None:
        device = answer["Device"]
        device["DeviceAttributes"] = [
            each for each in device["DeviceAttributes"] if each["Name"] not in names
        ]

    return answers(("GetDevice", "AdminGetDevice"), change)


def _admin_view(service: Any, request: Any, answer: dict[str, Any]) -> None:
    answer["Device"]["DeviceAttributes"].append(
        {"Name": "dev:device_sdk", "Value": "aws-sdk-unknown-unknown"}
    )


FAULTS = (
    PlantedFault(
        "devices-not-remembered-listed",
        "ListDevices shows devices that are not remembered",
        AREA,
        method(DeviceBook, "page", _everything_listed),
        ("devices::user_decides*", "devices::confirmed_device_is_shown*"),
        WRONG,
    ),
    PlantedFault(
        "devices-not-remembered-shown",
        "GetDevice shows a device that is not remembered",
        AREA,
        method(DeviceBook, "remembered", lambda _: DeviceBook.confirmed),
        ("devices::user_decides*", "devices::confirmed_device_is_shown*"),
    ),
    PlantedFault(
        "unconfirmed-devices-listed",
        "ListDevices shows devices that are not confirmed",
        AREA,
        method(DeviceBook, "page", _unconfirmed_listed),
        ("devices::unconfirmed_device_is_no_device_yet",),
        WRONG,
    ),
    PlantedFault(
        "devices-hidden-from-admin",
        "AdminListDevices shows remembered devices only",
        AREA,
        method(DeviceBook, "page", _remembered_listed),
        ("devices::confirmed_device_is_shown*", "devices::user_decides*"),
        WRONG,
    ),
    PlantedFault(
        "devices-without-limit",
        "ListDevices ignores Limit",
        AREA,
        method(DeviceBook, "page", _no_pages),
        ("devices::devices_are_listed_page_by_page",),
        WRONG,
    ),
    PlantedFault(
        "devices-twice",
        "each page of ListDevices begins with the last device of the page before",
        AREA,
        method(DeviceBook, "page", _last_page_repeats),
        ("devices::devices_are_listed_page_by_page",),
        WRONG,
    ),
    PlantedFault(
        "device-without-name",
        "the name of a device is lost",
        AREA,
        _attributes("device_name"),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
    PlantedFault(
        "device-without-owner",
        "an administrator does not see whose a device is",
        AREA,
        _attributes("dev:device_owner"),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
    PlantedFault(
        "device-shows-too-much",
        "the user sees what only an administrator must see",
        AREA,
        answers("GetDevice", _admin_view),
        ("devices::user_and_administrator_read_what_concerns_them",),
        WRONG,
    ),
)
