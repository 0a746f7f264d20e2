"""PreSignUp and PostConfirmation: before a user is made, and after he is confirmed.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import from_pairs
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes
from harness.emulator.triggers.runner import TriggerRunner

SIGN_UP = "SignUp"
ADMIN_CREATE_USER = "AdminCreateUser"
CONFIRM_SIGN_UP = "ConfirmSignUp"
CONFIRM_FORGOT_PASSWORD = "ConfirmForgotPassword"


@dataclass(frozen=True)
class SignUpDecision:
    """What PreSignUp decided: whether the user is confirmed, and which contacts are verified."""

    confirmed: bool = False
    verified: tuple[str, ...] = ()

    def flags(self) -> dict[str, str]:
        """The verified flags, as attributes."""
        return {VERIFIED_FLAG[attribute]: "true" for attribute in self.verified}


def pre_sign_up(
    triggers: TriggerRunner,
    pool: Pool,
    request: Request,
    username: str,
    attributes: Mapping[str, str],
    cause: str = SIGN_UP,
) -> SignUpDecision:
    """Ask PreSignUp about a user who is to be made; its error refuses him.

    The pool's lock is laid down meanwhile, so that the name must be found free behind it.
    """
    if "PreSignUp" not in triggers.given:
        return SignUpDecision()
    validation = from_pairs(request.params.get("ValidationData"))
    members = {
        "userAttributes": dict(attributes),
        "validationData": validation or None,
        **given_metadata(),
    }
    occasion = Occasion("PreSignUp", cause, pool, username, members)
    response = triggers.run(occasion)
    wanted = {"email": "autoVerifyEmail", "phone_number": "autoVerifyPhone"}
    verified = tuple(name for name, member in wanted.items() if response[member])
    if cause != SIGN_UP:  # the flags count for users who sign up themselves only
        return SignUpDecision()
    for attribute in verified:
        if not attributes.get(attribute):
            triggers.note(occasion, f"{wanted[attribute]} for a user without {attribute}")
            raise refusals.trigger_answer_invalid()  # some error; which one is not published
    return SignUpDecision(response["autoConfirmUser"], verified)


def post_confirmation(
    triggers: TriggerRunner, pool: Pool, user: User, cause: str = CONFIRM_SIGN_UP
) -> None:
    """Tell PostConfirmation; the user stays confirmed whatever it answers."""
    if "PostConfirmation" not in triggers.given:
        return
    members = {"userAttributes": user_attributes(user), **given_metadata()}
    occasion = Occasion("PostConfirmation", cause, pool, user.username, members)
    triggers.run(occasion)
