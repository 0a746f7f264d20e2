"""Flows of the second factor: enroll an authenticator, and turn it on or off."""

from __future__ import annotations

from dataclasses import dataclass

from harness.clock import Clock
from harness.errors import UnexpectedResult
from harness.flows.actions import Actions
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

__all__ = [
    "Enrolment",
    "enrol",
    "enrol_by_access_token",
    "enrol_by_session",
    "prefer_software_token",
    "stop_using_software_token",
]


@dataclass(frozen=True)
class Enrolment:
    """An authenticator whose first code was accepted, and the Session to continue with."""

    authenticator: Authenticator
    session: Secret


def enrol_by_session(
    actions: Actions,
    session: Secret,
    clock: Clock,
    *,
    friendly_device_name: str | None = None,
) -> Enrolment:
    """Enroll an authenticator while MFA_SETUP is pending.

    Args:
        actions: operations of the app client that signs in.
        session: Session of MFA_SETUP.
        clock: clock of the new authenticator.
        friendly_device_name: name of the authenticator in SOFTWARE_TOKEN_MFA (A172).

    Returns:
        The authenticator, and the Session to answer MFA_SETUP with. Both calls return a new
        Session, and only the newest one works (A206, A207).
    """
    associated = actions.associate_software_token(session=session)
    authenticator = Authenticator(Secret(associated["SecretCode"]), clock)
    verified = actions.verify_software_token(
        authenticator.code(),
        session=associated["Session"],
        friendly_device_name=friendly_device_name,
    )
    _require_success(verified.get("Status"))
    return Enrolment(authenticator, Secret(verified["Session"]))


def enrol_by_access_token(
    actions: Actions,
    access_token: Secret,
    clock: Clock,
    *,
    friendly_device_name: str | None = None,
) -> Authenticator:
    """Enroll an authenticator for a signed-in user.

    In a pool with optional MFA, Cognito asks for its codes only after
    :func:`prefer_software_token` (A240).
    """
    associated = actions.associate_software_token(access_token=access_token)
    authenticator = Authenticator(Secret(associated["SecretCode"]), clock)
    verified = actions.verify_software_token(
        authenticator.code(),
        access_token=access_token,
        friendly_device_name=friendly_device_name,
    )
    _require_success(verified.get("Status"))
    return authenticator


def prefer_software_token(actions: Actions, access_token: Secret) -> None:
    """Enable TOTP for the user, as the preferred factor."""
    actions.set_user_mfa_preference(
        access_token, software_token={"Enabled": True, "PreferredMfa": True}
    )


def stop_using_software_token(actions: Actions, access_token: Secret) -> None:
    """Disable TOTP for the user; the pool may still require it (A243)."""
    actions.set_user_mfa_preference(
        access_token, software_token={"Enabled": False, "PreferredMfa": False}
    )


def enrol(
    actions: Actions,
    access_token: Secret,
    clock: Clock,
    *,
    friendly_device_name: str | None = None,
) -> Authenticator:
    """Enroll an authenticator for a signed-in user, and make it the preferred factor."""
    authenticator = enrol_by_access_token(
        actions, access_token, clock, friendly_device_name=friendly_device_name
    )
    prefer_software_token(actions, access_token)
    return authenticator


def _require_success(status: str | None) -> None:
    # Status ERROR with HTTP 200 is documented, but no capture of one is known (A217).
    if status != "SUCCESS":
        raise UnexpectedResult(f"VerifySoftwareToken returned Status {status!r}, not 'SUCCESS'")
