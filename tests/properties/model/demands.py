"""What a sign-in still has to prove: the core of the model, from A166 and section C."""

from __future__ import annotations

from tests.properties.model.records import (
    FORCE_CHANGE_PASSWORD,
    SMS,
    TOTP,
    Account,
    Device,
    Progress,
)

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
MFA_SETUP = "MFA_SETUP"
SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"
DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"
PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
SELECT_CHALLENGE = "SELECT_CHALLENGE"


def due(progress: Progress) -> str | None:
    """Return the challenge that must come next, or ``None`` if tokens are due (A166)."""
    account, device = progress.account, progress.device
    if account.status == FORCE_CHANGE_PASSWORD and "password" in progress.passed:
        return NEW_PASSWORD_REQUIRED
    factor = None if "mfa" in progress.passed else second_factor(account, progress.chosen)
    if factor is not None and not replaces(device, factor):
        return factor
    if device is not None and device.remembered and "device" not in progress.passed:
        return DEVICE_SRP_AUTH  # This holds even if there is no factor to replace (D092, D093).
    return None


def second_factor(account: Account, chosen: str | None = None) -> str | None:
    """Return the MFA challenge that is due for a user (A175, A204 to A209, A240, A243)."""
    if account.pool.mode == "OFF":
        return None
    choice = factors_of(account)
    for wanted in (chosen, account.preferred):
        if wanted in choice:
            return wanted
    if len(choice) > 1:
        return SELECT_MFA_TYPE
    if choice:
        return choice[0]
    return MFA_SETUP if account.pool.mode == "ON" else None


def factors_of(account: Account) -> list[str]:
    """Return the enabled factors; if MFA is mandatory and none is enabled, the available ones.

    A secret that was verified where MFA is mandatory counts until the user decides (A208, M106).
    SMS counts only where the pool sends it.
    """
    sms = account.phone is not None and SMS in account.pool.factors
    ready = {TOTP: account.secret is not None, SMS: sms}
    enabled = account.factors | ({TOTP} if account.undecided else set())
    on = [factor for factor in (SMS, TOTP) if factor in enabled and ready[factor]]
    if on or account.pool.mode != "ON":
        return on
    return [factor for factor in (SMS, TOTP) if factor in account.pool.factors and ready[factor]]


def replaces(device: Device | None, factor: str) -> bool:
    """Return whether a device replaces a second factor: section B1, D053, and the rule of D101."""
    if device is None or not device.remembered or factor == MFA_SETUP:
        return False
    tracking = device.account.pool.tracking
    return tracking is not None and tracking.replaces_mfa and device.mfa
