"""What the emulator does not cover, and why; and what it does where nothing is known."""

from __future__ import annotations

_NOTE = "a note on sources, nothing that the service does"
_CLIENT = "what clients do with the answers, not what the service answers"
_FIRST_FACTOR = "passwordless first factors are not emulated"
_THREATS = "threat protection and WAF are not emulated"
_RACE = "a race within the service's own machines"
_HOSTED = "hosted UI, OAuth endpoints and federation are not emulated"

#: Facts that no test of the emulator has to prove, with the reason.
OUT_OF_SCOPE: dict[str, str] = {
    "A001": _NOTE,
    "A002": _NOTE,
    "A003": _NOTE,
    "A040": _RACE,
    "A102": _FIRST_FACTOR,
    "A131": "states that no operation leads to, with unknown behaviour",
    "A135": "an observation of 2017; the documented lock-out is emulated",
    "A222": "calls on one pool are carried out one after the other, so that none is concurrent",
    "A273": _RACE,
    "A281": _HOSTED,
    "A293": "no published limit to hold anybody to",
    "A299": _THREATS,
    "A306": _THREATS,
    "A320": "a list of what is not known; the choices are below",
    "A321": _NOTE,
    "A322": _NOTE,
    "A323": _NOTE,
    "D018": _NOTE,
    "D054": _HOSTED,
    "D120": _HOSTED,
}

#: The choices of the device fact sheet, section D, and of the conflicts of the other, numbered.
CHOICES: dict[int, tuple[str, str]] = {
    1: ("USER_PASSWORD_AUTH and devices.", "Supported, as the newer documentation says."),
    2: (
        "Session in the device steps.",
        "Returned in both challenges. Any session of the same client and user is taken, and so is "
        "none, where a sign-in of that client, user and device waits; else "
        "`Incorrect username or password.`",
    ),
    3: ("Form of SALT.", "Minimal hexadecimal: the only form on which all clients agree."),
    4: (
        "TIMESTAMP.",
        "Parsed leniently in weekday and leading zero, signed in canonical form; unparsable is an "
        "InvalidParameterException; five minutes off either way are allowed.",
    ),
    5: (
        "A SECRET_BLOCK twice.",
        "Once after success; `Device does not exist.` does not use it up; it lives as long as a "
        "session.",
    ),
    6: (
        "DEVICE_KEY between the steps.",
        "Carried from InitiateAuth to PASSWORD_VERIFIER, not on to the answers of MFA challenges.",
    ),
    7: (
        "When a device replaces MFA.",
        "When the pool says so, the device is remembered and an MFA sign-in issued it, or used it "
        "while it was remembered; a setting of the emulator ignores the last.",
    ),
    8: ("E-mail MFA and devices.", "Not replaced: the documentation names SMS and TOTP only."),
    9: ("Devices without MFA.", "Every remembered device proves itself, also where MFA is off."),
    10: (
        "A device that is not remembered.",
        "Its key is in the access token, no new device is issued, its last use is noted.",
    ),
    11: ("A key that was never confirmed.", "`Device does not exist.`, as for an unknown one."),
    12: ("Text for a device that is gone.", "`Device does not exist.`, which clients look for."),
    13: ("ConfirmDevice twice.", "DeviceKeyExistsException; the text is our own."),
    14: (
        "ConfirmDevice without a verifier, or with one of no use.",
        "InvalidParameterException: such a device could never sign in.",
    ),
    15: (
        "Another user's device.",
        "`Invalid device key given.` in ConfirmDevice, `Device does not exist.` elsewhere.",
    ),
    16: (
        "An alias in the last answer.",
        "The new device belongs to the name that was typed, so that ConfirmDevice fails as it does "
        "in reports.",
    ),
    17: (
        "Devices that are not remembered.",
        "Hidden from GetDevice and ListDevices, shown to administrators; unconfirmed ones are "
        "hidden from both.",
    ),
    18: ("UpdateDeviceStatus without a status.", "InvalidParameterException."),
    19: (
        "Refresh without the device's key.",
        "Refused with `Invalid Refresh Token`, as are an unconfirmed and another key; a refresh "
        "never issues a device.",
    ),
    20: ("Refresh tokens from before tracking.", "Taken without a key: they have no device."),
    21: ("DEVICE_KEY where nothing is tracked.", "Ignored; ConfirmDevice is refused."),
    22: ("DeviceGroupKey.", "One for each pool: `-` and eight letters or digits."),
    23: (
        "Forgetting an unknown device.",
        "ResourceNotFoundException; one that is not remembered is forgotten.",
    ),
    24: ("Pages of devices.", "60 by default and for 0, in order of creation."),
    25: ("AdminGetDevice and AdminListDevices of an unknown user.", "UserNotFoundException."),
    26: (
        "Devices and other events.",
        "Kept with all they are through password changes, sign-outs, disabling and MFA changes.",
    ),
    27: ("SRP_A that is zero, a multiple of N or not hexadecimal.", "InvalidParameterException."),
    28: (
        "`dev:device_sdk` and `last_ip_used`.",
        "From the user agent, or `aws-sdk-unknown-unknown`; the address of the caller.",
    ),
}
