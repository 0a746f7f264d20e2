"""What a pool variant should do, worked out from Cognito's documented and measured behavior.

Nothing here depends on how a target works. Numbers such as A166 are those of facts. Device tracking
follows
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scenarios.support.refusals import (
    ADMIN_USER_PASSWORD_AUTH_OFF,
    USER_PASSWORD_AUTH_OFF,
    USER_SRP_AUTH_OFF,
    Refusal,
)
from scenarios.support.variants import Devices, Flow, Mfa, SignInName, Variant

# Lifetimes, in seconds.
SECOND = 1
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: A sign-up code (A044).
SIGN_UP_CODE_LIFETIME = DAY
#: A recovery code (A089).
RECOVERY_CODE_LIFETIME = HOUR
#: A session, unless AuthSessionValidity says otherwise (A140).
SESSION_LIFETIME = 3 * MINUTE
#: Tokens, unless the app client says otherwise (A256).
ACCESS_TOKEN_LIFETIME = HOUR
REFRESH_TOKEN_LIFETIME = 30 * DAY
#: A temporary password (A033).
TEMPORARY_PASSWORD_LIFETIME = 7 * DAY
#: TOTP (A213); a code is valid in its own step and in one step on either side (A215).
TOTP_STEP = 30

#: The most calls for one user in an hour (A289).
CONFIRMATIONS_PER_HOUR = 15
RESENT_CODES_PER_HOUR = 5
PASSWORD_CHANGES_PER_HOUR = 5
VERIFICATIONS_PER_HOUR = 15
VERIFICATION_CODES_PER_HOUR = 5
#: ForgotPassword and ConfirmForgotPassword together, depending on the risk (A090).
LEAST_RECOVERY_CALLS = 5
MOST_RECOVERY_CALLS = 20

#: Wrong passwords without a lock (A132), and the time without any that forgets them (A134).
FREE_FAILURES = 5
QUIET_TIME = 15 * MINUTE

#: The prime of Cognito's SRP group, RFC 3526 group 15 (D001).
SRP_N = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33"
    "a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7"
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864"
    "d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2"
    "08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
    16,
)

#: A proof is expected within seconds (D027). The exact limit is not known (A156), so this is well
#: beyond the reported five minutes and beyond the lifetime of a session.
TOO_LATE_FOR_A_PROOF = 10 * MINUTE

#: DeviceAttributes of a device with a name, as the user sees them (D074).
DEVICE_ATTRIBUTES_FOR_USER = {"device_status", "device_name", "last_ip_used"}
#: The same as an administrator sees them (D075).
DEVICE_ATTRIBUTES_FOR_ADMIN = DEVICE_ATTRIBUTES_FOR_USER | {
    "dev:device_arn",
    "dev:device_owner",
    "dev:device_remembered_status",
    "dev:device_sdk",
}

#: The only scope of tokens that the API issues (A246).
API_SCOPE = "aws.cognito.signin.user.admin"


@dataclass(frozen=True)
class Situation:
    """What is true of a user who signs in.

    Attributes:
        enrolled: the user has a verified TOTP secret whose code is asked for: set up by MFA_SETUP
            if MFA is ON, by access token and preference if it is OPTIONAL.
        temporary_password: the password is that of an invitation.
        device_remembered: the device presented is confirmed and remembered; ``None`` if none is
            presented.
        device_passed_mfa: a second factor was passed in the sign-in that issued the device, or
            with it while it was remembered (D101).
    """

    enrolled: bool = False
    temporary_password: bool = False
    device_remembered: bool | None = None
    device_passed_mfa: bool = True


def challenges(variant: Variant, situation: Situation) -> tuple[str, ...]:
    """Return the names of the challenges on the way to tokens, in Cognito's order (A166)."""
    second_factor = _second_factor(variant, situation)
    device = _device_challenges(situation)
    if device and second_factor == ("SOFTWARE_TOKEN_MFA",) and _replaces(variant, situation):
        second_factor = ()
    return (
        *(("PASSWORD_VERIFIER",) if variant.flow.by_srp else ()),  # A148, D045, D088
        *(("NEW_PASSWORD_REQUIRED",) if situation.temporary_password else ()),  # A130, A165
        *second_factor,
        *device,
    )


def brings_new_device(variant: Variant, situation: Situation) -> bool:
    """Return whether the tokens come with NewDeviceMetadata.

    They do if the pool tracks devices and the request that returns them had no DEVICE_KEY (D055). A
    device that is presented and only tracked gets no second record (D094).
    """
    return variant.devices.tracked and situation.device_remembered is None


def user_has_to_confirm(devices: Devices) -> bool:
    """Return UserConfirmationNecessary of ConfirmDevice (D051)."""
    return devices.opt_in


@dataclass(frozen=True)
class DeviceShown:
    """Who sees a confirmed device, and which status an administrator sees."""

    to_user: bool
    to_admin: bool
    status: str


def shown_after_confirmation(devices: Devices) -> DeviceShown:
    """Return who sees a device that is confirmed and nothing more.

    GetDevice and ListDevices show only remembered devices, the Admin operations every tracked one
    (D077, D078). Only an opt-in pool does not remember a device immediately (D051).
    """
    return shown(remembered=not devices.opt_in)


def shown(*, remembered: bool) -> DeviceShown:
    """Return who sees a confirmed device that is or is not remembered (D078)."""
    return DeviceShown(
        to_user=remembered,
        to_admin=True,
        status="remembered" if remembered else "not_remembered",
    )


def flow_off(flow: Flow) -> Refusal:
    """Return the refusal of a flow that the app client does not allow (A108, A109, A111)."""
    return {
        Flow.USER_PASSWORD_AUTH: USER_PASSWORD_AUTH_OFF,
        Flow.USER_SRP_AUTH: USER_SRP_AUTH_OFF,
        Flow.ADMIN_USER_PASSWORD_AUTH: ADMIN_USER_PASSWORD_AUTH_OFF,
        Flow.ADMIN_USER_SRP_AUTH: USER_SRP_AUTH_OFF,
    }[flow]


def allowance(flow: Flow) -> str:
    """Return the value of ExplicitAuthFlows that allows a flow (A105)."""
    return {
        Flow.USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH",
        Flow.USER_SRP_AUTH: "ALLOW_USER_SRP_AUTH",
        Flow.ADMIN_USER_PASSWORD_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        Flow.ADMIN_USER_SRP_AUTH: "ALLOW_USER_SRP_AUTH",
    }[flow]


def lock_after(failures: int) -> int:
    """Return how many seconds a user is locked out after this many wrong passwords.

    Five are free; from the fifth on it is 2 ** (failures - 5), at most about 15 minutes (A132).
    The result is one second more, so that waiting for it is certainly enough.
    """
    return min(2 ** (failures - 5), 15 * MINUTE) + SECOND if failures >= 5 else 0


def wrong_code(peek: Callable[[int], str]) -> str:
    """Return six digits that are not the code of any step near now (A215).

    Args:
        peek: returns the right code of the step that many steps from now.
    """
    near = {peek(offset) for offset in range(-3, 4)}
    return next(code for code in (f"{number:06}" for number in range(10)) if code not in near)


def username_is_sub(sign_in_name: SignInName) -> bool:
    """Return whether Cognito generates the username, equal to ``sub`` (A020, A021)."""
    return sign_in_name in (SignInName.EMAIL, SignInName.PHONE_NUMBER)


def masked_email(address: str) -> str:
    """Return the Destination of CodeDeliveryDetails: three stars for any length (A010)."""
    name, _, domain = address.partition("@")
    return f"{name[0]}***@{domain[0]}***"


def masked_phone_number(number: str) -> str:
    """Return the Destination of CodeDeliveryDetails: seven stars and the last digits (A011)."""
    return f"+*******{number[-4:]}"


def _second_factor(variant: Variant, situation: Situation) -> tuple[str, ...]:
    if variant.mfa is Mfa.OFF:
        return ()
    if situation.enrolled:
        return ("SOFTWARE_TOKEN_MFA",)  # A209, A240
    return ("MFA_SETUP",) if variant.mfa is Mfa.ON else ()  # A204, A205


def _device_challenges(situation: Situation) -> tuple[str, ...]:
    # A remembered device proves itself at every sign-in, with or without MFA (D092, D093). A
    # device that is only tracked is not asked to (D094).
    if not situation.device_remembered:
        return ()
    return ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")


def _replaces(variant: Variant, situation: Situation) -> bool:
    return variant.devices.instead_of_mfa and situation.device_passed_mfa  # D053, D101
