"""PreSignUp runs before a user is created, PostConfirmation after they are confirmed.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.emulator import refusals
from harness.emulator.domain.attributes import from_pairs
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.triggers.events import Occasion, given_metadata, user_attributes

if TYPE_CHECKING:
    from harness.emulator.api.request import Request
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.triggers.runner import TriggerRunner

SIGN_UP = "SignUp"
ADMIN_CREATE_USER = "AdminCreateUser"
CONFIRM_SIGN_UP = "ConfirmSignUp"
CONFIRM_FORGOT_PASSWORD = "ConfirmForgotPassword"


@dataclass(frozen=True)
class SignUpDecision:
    """The decision of PreSignUp.

    Attributes:
        confirmed: whether the user is confirmed at once.
        verified: the contact attributes that are verified at once.
    """

    confirmed: bool = False
    verified: tuple[str, ...] = ()

    def flags(self) -> dict[str, str]:
        """Return the verified flags as attributes."""
        return {VERIFIED_FLAG[attribute]: "true" for attribute in self.verified}


def pre_sign_up(
    triggers: TriggerRunner,
    pool: Pool,
    request: Request,
    username: str,
    attributes: Mapping[str, str],
    cause: str = SIGN_UP,
) -> SignUpDecision:
    """Run PreSignUp for a new user; its error refuses the sign-up.

    The pool's lock is released during the handler, so the caller must check afterwards that the
    name is still free.
    """
    if not triggers.runs(pool, "PreSignUp"):
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
    if cause != SIGN_UP:  # the flags only count for users who sign up themselves
        return SignUpDecision()
    for attribute in verified:
        if not attributes.get(attribute):
            triggers.note(occasion, f"{wanted[attribute]} for a user without {attribute}")
            raise refusals.trigger_response_invalid()  # it is not published which error this is
    return SignUpDecision(response["autoConfirmUser"], verified)


def post_confirmation(
    triggers: TriggerRunner, pool: Pool, user: User, cause: str = CONFIRM_SIGN_UP
) -> None:
    """Run PostConfirmation; the user stays confirmed even if it fails."""
    if not triggers.runs(pool, "PostConfirmation"):
        return
    members = {"userAttributes": user_attributes(user), **given_metadata()}
    occasion = Occasion("PostConfirmation", cause, pool, user.username, members)
    triggers.run(occasion)
