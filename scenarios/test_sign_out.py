"""Signing out: which tokens stop working, and which do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Tokens
from scenarios.support import refusals
from scenarios.support.answers import expect_access
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import REFRESHING, REVOCATION, requires
from scenarios.support.refusals import refused
from scenarios.support.renewal import WAYS_TO_RENEW, Renewal
from scenarios.support.variants import Client, Devices, varied
from scenarios.support.watching import TimePasses

pytestmark = [pytest.mark.cognito_needs("admin"), requires(REFRESHING)]

# Without devices the refresh token works on its own (D115).
UNTRACKED = [Devices.NOT_TRACKED]


def global_sign_out(actions: Actions, member: Member, tokens: Tokens) -> None:
    """Sign the user out everywhere, as the user."""
    actions.global_sign_out(tokens.access)


def admin_user_global_sign_out(actions: Actions, member: Member, tokens: Tokens) -> None:
    """Sign the user out everywhere, as an administrator."""
    actions.admin_user_global_sign_out(member.person.username)


WAYS = [global_sign_out, admin_user_global_sign_out]


@varied(devices=UNTRACKED, client=Client, way=WAYS, renew=WAYS_TO_RENEW)
def test_signing_out_everywhere_ends_every_sign_in(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    way: Callable[[Actions, Member, Tokens], None],
) -> None:
    """After GlobalSignOut or AdminUserGlobalSignOut, no earlier token of the user works."""
    actions = cognito_actions
    sign_ins = [sign_in(member).tokens for _ in range(2)]
    way(actions, member, sign_ins[0])
    for tokens in sign_ins:
        with refused(refusals.ACCESS_TOKEN_REVOKED):
            actions.get_user(tokens.access)
        with refused(refusals.ACCESS_TOKEN_REVOKED):
            actions.global_sign_out(tokens.access)
        with refused(refusals.REFRESH_TOKEN_REVOKED):
            renew(actions, tokens)


@varied(devices=UNTRACKED, way=WAYS)
def test_signing_out_everywhere_ends_no_sign_in_of_others(
    another_member: Member,
    cognito_actions: Actions,
    member: Member,
    sign_in: MemberSignIn,
    way: Callable[[Actions, Member, Tokens], None],
) -> None:
    """After one user's global sign-out, the tokens of another user still work."""
    theirs = sign_in(another_member)
    way(cognito_actions, member, sign_in(member).tokens)
    expect_access(cognito_actions, theirs.tokens)


@pytest.mark.cognito_needs("clock")
@varied(way=WAYS)
def test_signing_in_again_after_signing_out_everywhere_works(
    cognito_actions: Actions,
    member: Member,
    sign_in: MemberSignIn,
    time_passes: TimePasses,
    way: Callable[[Actions, Member, Tokens], None],
) -> None:
    """Tokens of a sign-in after a global sign-out work."""
    way(cognito_actions, member, sign_in(member).tokens)
    # Tokens of the same second are often treated as older ones (A273).
    time_passes(2)
    again = sign_in(member)
    expect_access(cognito_actions, again.tokens)


@requires(REVOCATION)
@varied(devices=UNTRACKED, client=Client, renew=WAYS_TO_RENEW)
def test_revoked_refresh_token_ends_its_own_sign_in(
    cognito_actions: Actions, member: Member, renew: Renewal, sign_in: MemberSignIn
) -> None:
    """RevokeToken revokes all tokens of that sign-in, refreshed ones too, and no others."""
    actions = cognito_actions
    ended, other = sign_in(member).tokens, sign_in(member).tokens
    renewed = renew(actions, ended)
    actions.revoke_token(ended.refresh)
    for access in (ended.access, renewed.access):
        with refused(refusals.ACCESS_TOKEN_REVOKED):
            actions.get_user(access)
    with refused(refusals.REFRESH_TOKEN_REVOKED):
        renew(actions, ended)
    expect_access(actions, other)
    expect_access(actions, renew(actions, other))


@requires(REVOCATION)
@varied(devices=UNTRACKED, client=Client)
def test_only_refresh_tokens_can_be_revoked(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """RevokeToken is refused for an access token, which keeps working."""
    tokens = sign_in(member).tokens
    with refused(refusals.NO_REFRESH_TOKEN):
        cognito_actions.revoke_token(tokens.access)
    expect_access(cognito_actions, tokens)


@varied(devices=UNTRACKED)
def test_id_token_is_no_access_token(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """An ID token is refused where an access token is required."""
    tokens = sign_in(member).tokens
    with refused(refusals.NO_ACCESS_TOKEN):
        cognito_actions.get_user(tokens.id)


@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_tokens_of_a_deleted_user_are_dead(
    cognito_actions: Actions, member: Member, renew: Renewal, sign_in: MemberSignIn
) -> None:
    """After DeleteUser, neither the access token nor the refresh token works."""
    tokens = sign_in(member).tokens
    cognito_actions.delete_user(tokens.access)
    with refused(refusals.UNKNOWN_USER):
        cognito_actions.get_user(tokens.access)
    with refused(refusals.UNKNOWN_USER):
        renew(cognito_actions, tokens)


@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_tokens_of_a_disabled_user_are_dead(
    cognito_actions: Actions, member: Member, renew: Renewal, sign_in: MemberSignIn
) -> None:
    """After AdminDisableUser, neither the access token nor the refresh token works."""
    tokens = sign_in(member).tokens
    cognito_actions.admin_disable_user(member.person.username)
    with refused(refusals.DISABLED):
        cognito_actions.get_user(tokens.access)
    with refused(refusals.DISABLED):
        renew(cognito_actions, tokens)
