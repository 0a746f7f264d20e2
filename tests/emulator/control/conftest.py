"""A user whom the tests of the page look at."""

from __future__ import annotations

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_walker


@pytest.fixture
def alice(engine: Engine) -> tuple[Walker, str, Device]:
    """A user with a software token and a remembered device, with the TOTP secret and the device."""
    walker = new_walker(engine, mfa="OPTIONAL", devices=ALWAYS)
    tokens = walker.by_password()["AuthenticationResult"]
    secret = walker.enrol(tokens)
    return walker, secret, walker.confirm_device(tokens)
