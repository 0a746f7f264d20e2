"""App clients with a secret: nothing that needs no credentials is done without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Person, Tokens, check, exchange_refresh_token, refresh
from scenarios.support import refusals
from scenarios.support.acceptance import accepted
from scenarios.support.members import (
    Member,
    MemberSignIn,
    client_with_another_secret,
    client_without_secret,
)
from scenarios.support.pool_under_test import (
    CHOSEN_NAMES,
    REFRESHING,
    REVOCATION,
    SECOND_FACTOR,
    SELF_SIGN_UP,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Devices, Flow, SignInName, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")

UNTRACKED = [Devices.NOT_TRACKED]
WITH_SECRET = [Client.WITH_SECRET]
IMPOSTORS = (client_without_secret, client_with_another_secret)


@pytest.fixture
def tokens(member: Member, sign_in: MemberSignIn) -> Tokens:
    """The tokens of a sign-in."""
    return sign_in(member).tokens


@requires(REFRESHING)
@varied(devices=UNTRACKED, client=WITH_SECRET)
def test_refresh_needs_the_right_secret_hash(cognito_actions: Actions, tokens: Tokens) -> None:
    """REFRESH_TOKEN_AUTH is refused without SECRET_HASH, and with one of another secret."""
    actions, client_id = cognito_actions, cognito_actions.app.client_id
    with refused(refusals.SECRET_HASH_MISSING.about(client_id=client_id)):
        refresh(client_without_secret(actions), tokens)
    with refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
        refresh(client_with_another_secret(actions), tokens)
    with accepted("a refresh with the right hash", facts="A122"):
        refresh(actions, tokens)


@requires(REFRESHING)
@varied(
    devices=UNTRACKED,
    client=WITH_SECRET,
    sign_in_name=(SignInName.EMAIL, SignInName.EMAIL_ALIAS),
)
def test_secret_hash_of_a_refresh_is_over_the_internal_name(
    cognito_actions: Actions, member: Member, tokens: Tokens
) -> None:
    """Whoever signed in with an email address refreshes with a hash over their username."""
    actions, client_id = cognito_actions, cognito_actions.app.client_id
    with refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
        refresh(actions, tokens, username=member.person.email)
    renewed = refresh(actions, tokens, username=tokens.username)
    check(renewed.username == tokens.username, "a refresh gave another user's token", facts="A122")


@requires(REFRESHING)
@varied(devices=UNTRACKED, client=WITH_SECRET, impostor=IMPOSTORS)
def test_exchange_needs_the_client_secret(
    cognito_actions: Actions, impostor: Callable[[Actions], Actions], tokens: Tokens
) -> None:
    """GetTokensFromRefreshToken is refused without ClientSecret, and with another one."""
    with refused(refusals.CLIENT_SECRET_WRONG_AT_REFRESH):
        exchange_refresh_token(impostor(cognito_actions), tokens)


@requires(REFRESHING, REVOCATION)
@varied(devices=UNTRACKED, client=WITH_SECRET, impostor=IMPOSTORS)
def test_revocation_needs_the_client_secret(
    cognito_actions: Actions, impostor: Callable[[Actions], Actions], tokens: Tokens
) -> None:
    """RevokeToken is refused without ClientSecret, and with another one, and revokes nothing."""
    with refused(refusals.CLIENT_SECRET_WRONG_AT_REVOCATION):
        impostor(cognito_actions).revoke_token(tokens.refresh)
    with accepted("the access token after a refused revocation", facts="A269"):
        cognito_actions.get_user(tokens.access)


@requires(SECOND_FACTOR)
@varied(client=WITH_SECRET, flow=(Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_SRP_AUTH))
def test_code_with_a_wrong_secret_hash_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """A client with a secret needs the right SECRET_HASH in each response to a challenge."""
    client_id = cognito_actions.app.client_id
    asked, code = sign_in.until("SOFTWARE_TOKEN_MFA", member), member.second_factor.code()
    forged = sign_in.through(client_with_another_secret(cognito_actions))
    with unchanged(member.person), refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
        forged.give_code(asked, code)
    with accepted("the same code with the right hash", facts="A142, A226"):
        sign_in.give_code(asked, code)


def confirm(actions: Actions, person: Person) -> None:
    """Call ConfirmSignUp."""
    actions.confirm_sign_up(person.username, "123456")


def resend(actions: Actions, person: Person) -> None:
    """Call ResendConfirmationCode."""
    actions.resend_confirmation_code(person.username)


def forgot(actions: Actions, person: Person) -> None:
    """Call ForgotPassword."""
    actions.forgot_password(person.username)


def recover(actions: Actions, person: Person) -> None:
    """Call ConfirmForgotPassword."""
    actions.confirm_forgot_password(person.username, "123456", person.password)


def join(actions: Actions, person: Person) -> None:
    """Call SignUp with a name that nobody has."""
    actions.sign_up(f"{person.username}x", person.password, person.attributes)


@requires(SELF_SIGN_UP, CHOSEN_NAMES)
@varied(client=WITH_SECRET, call=(join, confirm, resend, forgot, recover))
def test_sign_up_and_recovery_need_the_right_secret_hash(
    call: Callable[[Actions, Person], None],
    cognito_actions: Actions,
    cognito_signed_up: Person,
    unchanged: Unchanged,
) -> None:
    """What needs no token is refused without SecretHash, and with one of another secret."""
    actions, person = cognito_actions, cognito_signed_up
    client_id = actions.app.client_id
    with unchanged(person):
        with refused(refusals.SECRET_HASH_MISSING.about(client_id=client_id)):
            call(client_without_secret(actions), person)
        with refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
            call(client_with_another_secret(actions), person)
