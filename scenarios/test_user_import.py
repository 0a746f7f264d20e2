"""Users who come from a CSV file have no password, and choose one to sign in.

No run on AWS has the role that an import needs there, so these scenarios run on emulators.
"""

from __future__ import annotations

import pytest

from harness import Actions, Mailbox, PersonFactory, Target, recover_password
from scenarios.support import refusals
from scenarios.support.answers import expect_member, expect_status
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import RECOVERY, VERIFIED_EMAIL, requires
from scenarios.support.refusals import refused
from scenarios.support.user_import import UserImport
from scenarios.support.variants import Flow, Mfa, SignInName, varied

pytestmark = [
    pytest.mark.cognito_needs("admin", "outbox"),
    requires(RECOVERY, VERIFIED_EMAIL),
]


@pytest.fixture
def user_import(cognito_actions: Actions, cognito_target: Target) -> UserImport:
    """Imports people into the pool."""
    return UserImport(cognito_actions, cognito_target)


@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
@varied(mfa=[Mfa.OFF], flow=Flow, sign_in_name=[SignInName.USERNAME, SignInName.EMAIL])
def test_imported_user_chooses_a_password_and_signs_in(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_people: PersonFactory,
    sign_in: MemberSignIn,
    user_import: UserImport,
) -> None:
    """An imported user is told to reset their password, does so with a code, and signs in."""
    member, new = Member(cognito_people.make()), cognito_people.password()
    job = user_import.run([member.person])
    expect_member(job, "Status", "Succeeded", of="DescribeUserImportJob", facts="J008")
    expect_member(job, "ImportedUsers", 1, of="DescribeUserImportJob", facts="J008")
    expect_status(cognito_actions, member.person.sign_in_as, "RESET_REQUIRED", facts="J012b")
    with refused(refusals.RESET_REQUIRED):
        sign_in(member)
    recover_password(cognito_actions, member.person, cognito_mailbox, new)
    sign_in.works_for(member.with_password(new))


@varied(mfa=[Mfa.OFF])
def test_user_who_exists_is_not_imported_again(
    cognito_people: PersonFactory,
    member: Member,
    sign_in: MemberSignIn,
    user_import: UserImport,
) -> None:
    """A row of a username that is taken is skipped, and the user keeps their password."""
    job = user_import.run([member.person, cognito_people.make()])
    expect_member(job, "SkippedUsers", 1, of="DescribeUserImportJob", facts="J015")
    expect_member(job, "ImportedUsers", 1, of="DescribeUserImportJob", facts="J015")
    sign_in.works_for(member)
