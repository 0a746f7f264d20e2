"""What the emulator does where nothing is known of Cognito, or where the sources differ."""

from __future__ import annotations

#: The choices of section D of the device fact sheet, by their numbers there.
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
    29: (
        "A measured table that is known in part.",
        "Items 4, 5 and 27 stand until the rest of it is known.",
    ),
}

#: What is chosen where the facts themselves say that nothing is known, or that sources differ.
SETTLED: dict[str, str] = {
    "A049": "A resend makes the old code a wrong one.",
    "A094": "The code first; a refused password leaves the code valid.",
    "A138": "Wrong codes lock nobody out, as was measured for one-time codes by e-mail.",
    "A158": "Refused in the words of a wrong password, whatever the bytes.",
    "A160": "A challenge is proven once; afterwards its block is as good as foreign.",
    "A169": "The session outlives a password that the policy refuses.",
    "A172": "FRIENDLY_DEVICE_NAME is absent where no name was given.",
    "A179": "`Invalid session for the user.`",
    "A211": "InvalidParameterException; the text is our own.",
    "A218": "A wrong code leaves the session of the set-up usable.",
    "A227": "Each step is remembered by itself: an older one in the window is still accepted.",
    "A228": "The session outlives a used code; the next one is taken.",
    "A234": "MFA_SETUP without anything that can be set up.",
    "A239": "InvalidParameterException; the text is our own.",
    "A267": "Other tokens of the sign-in stay good; the text is our own.",
    "A307": "MFA_SETUP at the first sign-in.",
    "A308": "The second text in the refresh flow, the first everywhere else.",
    "A309": "`password policy` for administrators, `policy` for users.",
    "A310": "`User does not exist.` where codes are entered, the other where they are sent.",
    "A311": "CodeMismatchException.",
    "A312": "InvalidParameterException.",
    "A313": "The status first.",
    "A314": "NotAuthorizedException.",
    "A315": "Three stars.",
    "A316": "MFAS_CAN_CHOOSE; EMAIL_OTP, and EMAIL_MFA is taken as well.",
    "A317": "No lock-out by codes, see A138.",
    "A318": "The old secret works until the new one is verified.",
    "A319": "`Auth flow not enabled for this client`.",
    "D080": "Sixty, see choice 24.",
}
