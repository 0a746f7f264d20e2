"""A signed-in user changes their password."""

from __future__ import annotations

import pytest

from harness import Actions, PersonFactory, Secret
from scenarios.support import refusals
from scenarios.support.answers import expect_access
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import ORDINARY_POLICY, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Flow, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin")


@varied(flow=Flow)
def test_changed_password_signs_in_and_the_old_one_does_not(
    cognito_actions: Actions, cognito_people: PersonFactory, member: Member, sign_in: MemberSignIn
) -> None:
    """After ChangePassword only the new password signs in, and existing tokens still work."""
    new, tokens = cognito_people.password(), sign_in(member).tokens
    cognito_actions.change_password(tokens.access, member.person.password, new)
    with refused(refusals.WRONG_PASSWORD):
        sign_in(member)
    sign_in.works_for(member.with_password(new))
    expect_access(cognito_actions, tokens)


@varied(flow=Flow)
def test_changing_with_a_wrong_password_is_refused(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ChangePassword with a wrong old password is refused, and the old password stays valid."""
    access = sign_in(member).tokens.access
    with unchanged(member.person), refused(refusals.WRONG_PASSWORD):
        cognito_actions.change_password(
            access, cognito_people.password(), cognito_people.password()
        )
    sign_in.works_for(member)


def test_changing_without_the_old_password_is_refused(
    cognito_actions: Actions,
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """ChangePassword needs the old password; an access token alone is not enough."""
    access = sign_in(member).tokens.access
    refusal = refusals.MISSING_PARAMETER.about(name="OldPassword")
    with unchanged(member.person), refused(refusal):
        cognito_actions.change_password(access, None, cognito_people.password())
    sign_in.works_for(member)


@requires(ORDINARY_POLICY)
def test_changing_to_a_weak_password_is_refused(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """ChangePassword to one that the policy forbids is refused, and the old one stays valid."""
    access = sign_in(member).tokens.access
    with unchanged(member.person), refused(refusals.PASSWORD_WITHOUT_SYMBOL):
        cognito_actions.change_password(access, member.person.password, Secret("Abcdefg1"))
    sign_in.works_for(member)
