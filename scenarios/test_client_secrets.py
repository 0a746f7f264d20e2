"""App clients with a secret: no token is refreshed or revoked without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Tokens, check, exchange_refresh_token, refresh
from scenarios.support import refusals
from scenarios.support.members import (
    Member,
    MemberSignIn,
    client_with_another_secret,
    client_without_secret,
)
from scenarios.support.pool_under_test import REFRESHING, REVOCATION, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Devices, SignInName, varied

pytestmark = [pytest.mark.cognito_needs("admin"), requires(REFRESHING)]

UNTRACKED = [Devices.NOT_TRACKED]
WITH_SECRET = [Client.WITH_SECRET]
IMPOSTORS = (client_without_secret, client_with_another_secret)


@pytest.fixture
def tokens(member: Member, sign_in: MemberSignIn) -> Tokens:
    """The tokens of a sign-in."""
    return sign_in(member).tokens


@varied(devices=UNTRACKED, client=WITH_SECRET)
def test_refresh_needs_the_right_secret_hash(cognito_actions: Actions, tokens: Tokens) -> None:
    """REFRESH_TOKEN_AUTH is refused without SECRET_HASH, and with one of another secret."""
    actions, client_id = cognito_actions, cognito_actions.app.client_id
    with refused(refusals.SECRET_HASH_MISSING.about(client_id=client_id)):
        refresh(client_without_secret(actions), tokens)
    with refused(refusals.SECRET_HASH_WRONG.about(client_id=client_id)):
        refresh(client_with_another_secret(actions), tokens)
    check(bool(refresh(actions, tokens).access), "the refused refreshes spoilt the token")


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
    found = cognito_actions.get_user(tokens.access)["Username"]
    check(found == tokens.username, "the refused revocation spoilt the token", facts="A269")
