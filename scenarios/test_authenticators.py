"""Authenticators: the name that a user gives one, and who may put another in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness import Actions, Authenticator, Clock, check
from scenarios.support import refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import authenticator_of, member_of, session_in
from scenarios.support.choices import choice
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import MFA_ON, requires
from scenarios.support.refusals import refused
from scenarios.support.sessions import session_of
from scenarios.support.variants import Mfa, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

ASKED = "SOFTWARE_TOKEN_MFA"
NAME = "FRIENDLY_DEVICE_NAME"


@requires(MFA_ON)
@varied(name=("phone", None))
def test_challenge_names_the_authenticator_as_the_user_does(
    name: str | None, newcomer: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """SOFTWARE_TOKEN_MFA has the name that VerifySoftwareToken was given, and none without."""
    member = newcomer()
    enrolled = sign_in(member, friendly_device_name=name).authenticator
    asked = sign_in.until(ASKED, Member(member.person, enrolled))
    shown = asked.challenge_parameters.get(NAME)
    check(
        shown == name,
        f"the authenticator was called {shown!r} where it must be {name!r}",
        facts="A172, M114",
    )
    _names_the_user(asked.challenge_parameters, asked.username)


def _names_the_user(parameters: Any, username: str) -> None:
    check(
        parameters.get("USER_ID_FOR_SRP") == username,
        f"{ASKED} does not name the user in USER_ID_FOR_SRP",
        facts="A171",
    )


def associate(actions: Actions, clock: Clock, session: str, secret: str) -> None:
    """Ask for a secret with the session of MFA_SETUP."""
    actions.associate_software_token(session=session)


def verify(actions: Actions, clock: Clock, session: str, secret: str) -> None:
    """Verify a secret that was asked for before."""
    code = Authenticator(secret, clock).code()
    actions.verify_software_token(code, session=session)


@requires(MFA_ON)
@choice("A325")
@varied(step=(associate, verify))
def test_other_session_of_mfa_setup_replaces_no_authenticator(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
    step: Callable[[Actions, Clock, str, str], None],
    unchanged: Unchanged,
) -> None:
    """Whoever has only the password cannot wait for the set-up and then set up their own."""
    member = newcomer()
    session, secret = session_of(sign_in.until("MFA_SETUP", member)).reveal(), ""
    if step is verify:
        waiting = cognito_actions.associate_software_token(session=session)
        session = session_in(waiting)
        secret = str(member_of(waiting, "SecretCode", of="AssociateSoftwareToken"))
    enrolled = Member(member.person, sign_in(member).authenticator)
    with unchanged(member.person), refused(refusals.SESSION_INVALID):
        step(cognito_actions, cognito_clock, session, secret)
    sign_in.works_for(enrolled)


@varied(mfa=[Mfa.OPTIONAL])
def test_secret_that_was_not_verified_replaces_no_authenticator(
    cognito_actions: Actions, cognito_clock: Clock, member: Member, sign_in: MemberSignIn
) -> None:
    """After AssociateSoftwareToken alone the codes of the verified authenticator still count."""
    access = sign_in(member).tokens.access
    associated = cognito_actions.associate_software_token(access_token=access)
    new = authenticator_of(associated, cognito_clock)
    asked = sign_in.until(ASKED, member)
    with refused(refusals.WRONG_TOTP):
        sign_in.give_code(asked, new.code())
    with accepted("a code of the verified authenticator", facts="A219"):
        sign_in.answer(asked)


@varied(mfa=[Mfa.OPTIONAL])
def test_second_secret_replaces_the_one_that_waits(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """After two AssociateSoftwareToken only codes of the second secret are verified."""
    access = sign_in(newcomer()).tokens.access
    first, second = (
        authenticator_of(
            cognito_actions.associate_software_token(access_token=access), cognito_clock
        )
        for _ in range(2)
    )
    with refused(refusals.WRONG_TOTP_OF_SIGNED_IN_USER):
        cognito_actions.verify_software_token(first.code(), access_token=access)
    with accepted("a code of the second secret", facts="A219"):
        cognito_actions.verify_software_token(second.code(), access_token=access)
