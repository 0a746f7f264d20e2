"""What happens to a user between two steps of his sign-in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.expect import refused
from tests.emulator.walker import ALWAYS, Device, Walker, new_engine, new_walker, tokens_of


@pytest.fixture
def walker() -> Walker:
    """Somebody in a pool with optional MFA that tracks devices."""
    return new_walker(new_engine(), mfa="OPTIONAL", devices=ALWAYS)


@pytest.fixture
def device(walker: Walker) -> Device:
    """A remembered device of his."""
    return walker.confirm_device(tokens_of(walker.by_password()))


def reset(walker: Walker) -> None:
    """Let an administrator reset the user's password."""
    walker.administer("AdminResetUserPassword")


@pytest.mark.fact("A063", "A129")
class TestReset:
    """An administrator resets the password of a user who is just signing in."""

    def test_no_second_factor_leads_on(self, walker: Walker) -> None:
        """The right TOTP code gives no tokens, and is not spent."""
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        reset(walker)
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            walker.respond(
                "SOFTWARE_TOKEN_MFA",
                challenge["Session"],
                SOFTWARE_TOKEN_MFA_CODE=walker.code(secret),
            )
        walker.administer("AdminSetUserPassword", Password=walker.password, Permanent=True)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    def test_no_device_proof_begins(self, walker: Walker, device: Device) -> None:
        """DEVICE_SRP_AUTH is refused."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        reset(walker)
        with refused("PasswordResetRequiredException"):
            walker.start_device(device, challenge["Session"])

    def test_no_device_proof_ends(self, walker: Walker, device: Device) -> None:
        """DEVICE_PASSWORD_VERIFIER is refused, right as the proof is."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"])
        proof: dict[str, Any] = walker.device_proof(device, verifier)
        reset(walker)
        with refused("PasswordResetRequiredException"):
            walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof)

    @pytest.mark.fact("A103")
    def test_a_client_that_hides_who_exists_says_less(self) -> None:
        """Such a client is told what it is told of any wrong password."""
        hiding = {"PreventUserExistenceErrors": "ENABLED"}
        walker = new_walker(new_engine(), mfa="OPTIONAL", client_settings=hiding)
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        reset(walker)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            walker.by_totp(challenge, secret)
