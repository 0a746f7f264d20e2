"""PreSignUp and PostConfirmation: before a user is made, and after he is confirmed.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.emulator import refusals
from harness.emulator.domain.attributes import from_pairs
from harness.emulator.domain.users import VERIFIED_FLAG
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine, Request

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
    engine: Engine,
    pool: Pool,
    request: Request,
    username: str,
    attributes: Mapping[str, str],
    cause: str = SIGN_UP,
) -> SignUpDecision:
    """Ask PreSignUp about a user who is to be made; its error refuses him.

    The pool's lock is laid down meanwhile, so that the name must be found free behind it.
    """
    if not engine.triggers.has("PreSignUp"):
        return SignUpDecision()
    validation = from_pairs(request.params.get("ValidationData"))
    members = {
        "userAttributes": dict(attributes),
        "validationData": validation or None,
        **given_metadata(),
    }
    occasion = Occasion("PreSignUp", cause, pool, username, members)
    response = engine.triggers.run(engine, occasion)
    wanted = {"email": "autoVerifyEmail", "phone_number": "autoVerifyPhone"}
    verified = tuple(name for name, member in wanted.items() if response[member])
    if cause != SIGN_UP:  # the flags count for users who sign up themselves only
        return SignUpDecision()
    for attribute in verified:
        if not attributes.get(attribute):
            engine.triggers.note(occasion, f"{wanted[attribute]} for a user without {attribute}")
            raise refusals.trigger_answer_invalid()  # some error; which one is not published
    return SignUpDecision(response["autoConfirmUser"], verified)


def post_confirmation(engine: Engine, pool: Pool, user: User, cause: str = CONFIRM_SIGN_UP) -> None:
    """Tell PostConfirmation; the user stays confirmed whatever it answers."""
    if not engine.triggers.has("PostConfirmation"):
        return
    members = {"userAttributes": user_attributes(user), **given_metadata()}
    occasion = Occasion("PostConfirmation", cause, pool, user.username, members)
    engine.triggers.run(engine, occasion)
