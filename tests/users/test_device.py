"""A device: its secrets, and the verifier that Cognito gets."""

from __future__ import annotations

import pytest

from harness.redaction import Secret
from harness.srp.engines import available_engines, load_engine
from harness.srp.server import decode_integer, make_verifier
from harness.users.device import Device
from tests.flows.played import DEVICE_METADATA


@pytest.mark.parametrize("engine", available_engines())
def test_verifier_is_of_the_password(engine: str) -> None:
    """The verifier is g^x of the password that the device keeps, whichever engine computes it."""
    device = Device.from_metadata(DEVICE_METADATA, load_engine(engine), name="phone")
    config = device.verifier_config()
    salt = decode_integer(config["Salt"])
    assert salt > 0
    expected = make_verifier(device.group_key, device.key, device.password.reveal(), salt)
    assert decode_integer(config["PasswordVerifier"]) == expected


def test_device_from_its_parts_can_be_confirmed() -> None:
    """A device kept as key, group key and password can be confirmed, always by one verifier."""
    device = Device("us-east-1_0f1e2d3c", "-Xk3PqZ7d", Secret("device-password"))
    config = device.verifier_config()
    expected = make_verifier(
        "-Xk3PqZ7d", "us-east-1_0f1e2d3c", "device-password", decode_integer(config["Salt"])
    )
    assert decode_integer(config["PasswordVerifier"]) == expected
    assert device.verifier_config() == config


def test_devices_have_their_own_passwords() -> None:
    """Two devices made of the same metadata share neither password nor salt."""
    engine = load_engine("native")
    first, second = (Device.from_metadata(DEVICE_METADATA, engine) for _ in range(2))
    assert first.password != second.password
    assert first.verifier_config()["Salt"] != second.verifier_config()["Salt"]


def test_nothing_secret_is_shown() -> None:
    """A device's repr shows its key and name and neither password nor verifier."""
    device = Device.from_metadata(DEVICE_METADATA, load_engine("native"), name="phone")
    shown = repr(device)
    assert device.key in shown
    assert "phone" in shown
    assert device.password.reveal() not in shown
    assert device.verifier_config()["PasswordVerifier"] not in shown
