"""Tests that the pictures are what their scripts draw, and what really happens."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.docs.drawings.device_sign_in import FIRST, LATER
from tests.docs.drawings.pictures import IMAGES, PICTURES
from tests.docs.drawings.terminal import report_lines
from tests.emulator.support.walker import ALWAYS, Walker, new_engine, new_walker


@pytest.mark.parametrize("name", sorted(set(PICTURES) - {"failure-report.svg"}))
def test_a_picture_is_current(name: str) -> None:
    """The file is what `python -m tests.docs.drawings` would draw now."""
    drawn = (IMAGES / name).read_text(encoding="utf-8")
    assert drawn == PICTURES[name](), "run `python -m tests.docs.drawings`"


def test_the_report_is_that_of_the_tutorial() -> None:
    """The picture has every word of the report; how it is drawn is up to rich's version."""
    drawn = (IMAGES / "failure-report.svg").read_text(encoding="utf-8")
    text = unescape(" ".join(re.findall(r"<text[^>]*>(.*?)</text>", drawn)))
    # A word in another color is a text of its own.
    assert "".join(text.split()) == "".join("".join(report_lines()).split())


def test_no_picture_needs_another_host() -> None:
    """A picture names no address but that of SVG itself."""
    for name in PICTURES:
        text = (IMAGES / name).read_text(encoding="utf-8")
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []


class TestTheDeviceSignIn:
    """The picture of a sign-in on a device has the calls that the emulator really gets."""

    def test_the_first_sign_in(self) -> None:
        """The code of the authenticator app is asked for, and tokens bring a new device."""
        walker, secret = enrolled()
        start = walker.start_srp()
        after = walker.respond("PASSWORD_VERIFIER", **walker.proof(start))
        tokens = walker.by_totp(after, secret)
        assert [shown.answer for shown in FIRST[:2]] == [
            start["ChallengeName"],
            after["ChallengeName"],
        ]
        assert "NewDeviceMetadata" in tokens["AuthenticationResult"]

    def test_a_later_one(self) -> None:
        """The device's proof is asked for in place of the code."""
        walker, secret = enrolled()
        tokens = walker.by_totp(walker.by_srp(), secret)["AuthenticationResult"]
        device = walker.confirm_device(tokens)
        start = walker.start_srp(DEVICE_KEY=device.key)
        proof = walker.proof(start) | {"DEVICE_KEY": device.key}
        after = walker.respond("PASSWORD_VERIFIER", **proof)
        assert [shown.answer for shown in LATER[:2]] == [
            start["ChallengeName"],
            after["ChallengeName"],
        ]
        assert "AuthenticationResult" in walker.by_device(device, after)


def enrolled() -> tuple[Walker, str]:
    """Return a user with an authenticator app in a pool that remembers every device."""
    walker = new_walker(new_engine(), mfa="ON", devices=ALWAYS)
    secret, _ = walker.set_up(walker.by_srp())
    return walker, secret
