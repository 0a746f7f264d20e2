"""The flows of a load run: what each is called, and what kind of person it needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from harness.load.people_file import LoadPerson

__all__ = ["DEFAULT_WEIGHTS", "FLOWS", "REQUESTS", "Kind", "kind_of"]


class Kind(Enum):
    """What a prepared person signs in with besides the password."""

    PASSWORD = "password only"
    TOTP = "authenticator app"
    DEVICE = "remembered device"


#: The kind of person that each flow takes, by the name of its Locust user; ``None`` for a flow
#: that makes its people itself.
FLOWS: Mapping[str, Kind | None] = {
    "SignUpStorm": None,
    "SrpSignIn": Kind.PASSWORD,
    "TotpSignIn": Kind.TOTP,
    "RememberedDeviceSignIn": Kind.DEVICE,
    "Refresh": Kind.DEVICE,
    "WrongCodeProbing": Kind.TOTP,
}

#: The names of all requests of the flows.
REQUESTS = (
    "SignUp",
    "ConfirmSignUp",
    "InitiateAuth USER_SRP_AUTH",
    "InitiateAuth REFRESH_TOKEN_AUTH",
    "RespondToAuthChallenge PASSWORD_VERIFIER",
    "RespondToAuthChallenge SOFTWARE_TOKEN_MFA",
    "RespondToAuthChallenge DEVICE_SRP_AUTH",
    "RespondToAuthChallenge DEVICE_PASSWORD_VERIFIER",
)

#: The mix of a run without a profile: an app whose users mostly come back on a known device.
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "SignUpStorm": 3,
    "SrpSignIn": 30,
    "TotpSignIn": 5,
    "RememberedDeviceSignIn": 40,
    "Refresh": 20,
    "WrongCodeProbing": 2,
}


def kind_of(person: LoadPerson) -> Kind:
    """Return the kind of a prepared person."""
    if person.device is not None:
        return Kind.DEVICE
    return Kind.PASSWORD if person.totp_secret is None else Kind.TOTP
