"""What the forms of the page offer, and what they say when they are done."""

from __future__ import annotations

#: The clock's buttons: how far each moves the clock, and what happens after that time.
STEPS = (
    (30, "30 s", "the next TOTP code"),
    (300, "5 min", "sign-in sessions expire after three"),
    (3_600, "1 h", "recovery codes and access tokens expire"),
    (86_400, "24 h", "sign-up codes expire"),
    (2_592_000, "30 d", "refresh tokens expire"),
)

#: The faults that the page offers, and whether SDKs retry them; the JSON control accepts any. The
#: first is the default: a fault that the SDK retries away looks like one that does not work.
#: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
FAULTS = {
    "NotAuthorizedException": ("Incorrect username or password.", 400, False),
    "UserNotFoundException": ("User does not exist.", 400, False),
    "InvalidParameterException": ("Invalid parameter.", 400, False),
    "ExpiredCodeException": ("Invalid code provided, please request a code again.", 400, False),
    "LimitExceededException": (
        "Attempt limit exceeded, please try after some time.",
        400,
        True,
    ),
    "TooManyRequestsException": ("Rate exceeded", 400, True),
    "InternalErrorException": ("Something went wrong", 500, True),
}

#: What was done, by the parameter of the address that a form leads to. Only these texts can be
#: shown: no link of another page can put words on this one.
DONE = {
    "created": "The user was created.",
    "confirmed": "The user is confirmed.",
    "disabled": "The user is disabled.",
    "enabled": "The user is enabled.",
    "password-reset": "The password is reset: a code was sent to the user.",
    "password-set": "The password is set.",
    "signed-out": "The user is signed out everywhere.",
    "device-forgotten": "The device is forgotten.",
    "authenticator-forgotten": "The authenticator app is forgotten.",
    "deleted": "The user is deleted.",
    "fault-planned": "The fault is planned.",
    "faults-off": "No fault is planned any more.",
    "profile-off": "The fault profile is off.",
    "clock-moved": "The clock was moved.",
    "state-saved": "The state is saved.",
    "emptied": "All pools, users, messages and calls are deleted.",
}
