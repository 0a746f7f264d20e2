"""Details that apps and SDKs rely on: names, members that are absent, and what a refusal keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import Actions, Clock, Mailbox, Person, PersonFactory, check
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import (
    attributes_of,
    authenticator_of,
    expect_status,
    member_of,
    session_in,
    username_of,
)
from scenarios.support.choices import choice
from scenarios.support.members import Member, MemberSignIn, TrackedMember
from scenarios.support.pool_under_test import (
    ADDRESS_CHANGES,
    CHOSEN_NAMES,
    EMAIL_CODES,
    GIVEN_NAMES,
    MFA_ON,
    NAME_CHANGES,
    NEW_ADDRESS_AT_ONCE,
    NO_ALIASES,
    ORDINARY_POLICY,
    SELF_SERVICE,
    SELF_SIGN_UP,
    SIGN_UP_CODES,
    SIGN_UP_WITHOUT_LINK,
    flows_allowed,
    requires,
)
from scenarios.support.refusals import refused
from scenarios.support.sessions import session_of
from scenarios.support.variants import BY_SRP, Devices, Flow, Mfa, SignInName, varied
from scenarios.support.watching import Unchanged, exists

pytestmark = pytest.mark.cognito_needs("admin")


@varied(sign_in_name=(SignInName.USERNAME, SignInName.EMAIL_ALIAS))
def test_administrator_finds_a_user_by_every_name(
    cognito_actions: Actions, cognito_confirmed: Person
) -> None:
    """AdminGetUser takes the username, the alias, and the sub."""
    person = cognito_confirmed
    username = username_of(cognito_actions, person.username)
    for name in (person.sign_in_as, attributes_of(cognito_actions, person.username)["sub"]):
        with accepted(f"AdminGetUser with the name {name}", facts="A065"):
            found = username_of(cognito_actions, name)
        check(found == username, f"AdminGetUser found {found} as {name}", facts="A065")


@requires(CHOSEN_NAMES)
@pytest.mark.cognito_pool(prevent_user_existence_errors=False)
@varied(flow=Flow)
def test_sub_is_no_name_to_sign_in_with(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """Where users have usernames, their sub signs nobody in."""
    sub = attributes_of(cognito_actions, member.person.username)["sub"]
    somebody = replace(member.person, username=sub, sign_in_name="username")
    with refused(refusals.UNKNOWN_USER):
        sign_in.start(Member(somebody))


@varied(sign_in_name=[SignInName.EMAIL])
def test_address_is_no_username_in_a_filter(
    cognito_actions: Actions, cognito_confirmed: Person
) -> None:
    """Where the address is the username, ListUsers finds a user by their sub, not the address."""
    actions, person = cognito_actions, cognito_confirmed
    for name, number in ((person.email, 0), (username_of(actions, person.username), 1)):
        found = _users_found(actions, f'username = "{name}"')
        what = f"ListUsers returned {found} users for the username {name}, expected {number}"
        check(found == number, what, facts="A079")


@requires(CHOSEN_NAMES)
def test_prefix_in_a_filter_is_the_beginning(
    cognito_actions: Actions, cognito_confirmed: Person
) -> None:
    """ListUsers with ``^=`` finds names that begin with the text, not those that contain it."""
    username = cognito_confirmed.username
    for text, number in ((username[:-1], 1), (username[1:], 0)):
        found = _users_found(cognito_actions, f'username ^= "{text}"')
        what = f"ListUsers returned {found} users for the prefix {text}, expected {number}"
        check(found == number, what, facts="A076")


@varied(mfa=(Mfa.OFF, Mfa.ON))
def test_user_without_a_chosen_factor_shows_none(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """UserMFASettingList and PreferredMfaSetting are absent, not empty, where nothing is set."""
    access = sign_in(member).tokens.access
    username = member.person.username
    answers: dict[str, Any] = {
        "GetUser": cognito_actions.get_user(access),
        "AdminGetUser": cognito_actions.admin_get_user(username),
    }
    for operation, answer in answers.items():
        for name in ("UserMFASettingList", "PreferredMfaSetting"):
            check(name not in answer, f"{operation} shows an empty {name}", facts="A066, M108")


@requires(flows_allowed("ALLOW_USER_SRP_AUTH"))
@varied(flow=BY_SRP)
def test_password_challenge_has_no_session(member: Member, sign_in: MemberSignIn) -> None:
    """PASSWORD_VERIFIER comes without a Session, and clients that wait for one would break."""
    asked = sign_in.start(member)
    check(asked.session is None, "PASSWORD_VERIFIER came with a Session", facts="A147, D044")


@requires(MFA_ON)
@varied(sign_in_name=SignInName)
def test_set_up_challenge_names_the_user(
    newcomer: Callable[[], Member], sign_in: MemberSignIn
) -> None:
    """MFA_SETUP has the internal username in USER_ID_FOR_SRP."""
    asked = sign_in.until("MFA_SETUP", newcomer())
    named = asked.challenge_parameters.get("USER_ID_FOR_SRP")
    username = sign_in.answer(asked).result().username
    what = f"MFA_SETUP names {named!r} in USER_ID_FOR_SRP, not {username!r}"
    check(named == username, what, facts="A170")


@requires(ORDINARY_POLICY)
def test_new_password_can_be_chosen_again_after_a_weak_one(
    cognito_actions: Actions, cognito_people: PersonFactory, sign_in: MemberSignIn
) -> None:
    """NEW_PASSWORD_REQUIRED says what it needs, and keeps its session after a weak password."""
    person, new = cognito_people.make(), cognito_people.password()
    cognito_actions.admin_create_user(
        person.username,
        temporary_password=person.password,
        attributes=person.verified_attributes,
        message_action="SUPPRESS",
    )
    asked = sign_in.until("NEW_PASSWORD_REQUIRED", Member(person), new_password=new)
    shown = json.loads(asked.parameter("userAttributes"))
    check(shown.get("email") == person.email, "userAttributes has no email", facts="A167")
    check("sub" not in shown, "userAttributes has the sub", facts="A167")
    required = json.loads(asked.parameter("requiredAttributes"))
    check(isinstance(required, list), "requiredAttributes is no list", facts="A167")
    with refused(refusals.INVALID_PASSWORD):
        sign_in.answer(asked, NEW_PASSWORD="Aa1!xyz")
    with accepted("a strong password after a weak one", facts="M121"):
        following = sign_in.answer(asked)
    check(following.challenge_name != "NEW_PASSWORD_REQUIRED", "asked again", facts="M121")


@requires(MFA_ON)
def test_wrong_code_at_set_up_can_be_corrected(
    cognito_actions: Actions,
    cognito_clock: Clock,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """VerifySoftwareToken with a Session takes the right code after a wrong one."""
    asked = sign_in.until("MFA_SETUP", newcomer())
    associated = cognito_actions.associate_software_token(session=session_of(asked))
    authenticator, session = authenticator_of(associated, cognito_clock), session_in(associated)
    with refused(refusals.WRONG_TOTP_AT_SET_UP):
        cognito_actions.verify_software_token(
            expectations.wrong_code(authenticator.peek), session=session
        )
    with accepted("the right code after a wrong one", facts="M115"):
        cognito_actions.verify_software_token(authenticator.code(), session=session)


@choice("A228")
@varied(mfa=[Mfa.ON])
def test_used_code_leaves_the_session_usable(member: Member, sign_in: MemberSignIn) -> None:
    """After a code that was used before, the next one is accepted for the same challenge."""
    code = member.second_factor.code()
    first = sign_in.give_code(sign_in.until("SOFTWARE_TOKEN_MFA", member), code)
    check(first.done, "the right code gave no tokens", facts="A215")
    asked = sign_in.until("SOFTWARE_TOKEN_MFA", member)
    with refused(refusals.TOTP_USED):
        sign_in.give_code(asked, code)
    with accepted("a new code after a used one", facts="A228"):
        sign_in.answer(asked)


@varied(mfa=[Mfa.ON], devices=[Devices.ALWAYS_BESIDE_MFA])
def test_code_without_the_device_key_brings_another_device(
    sign_in: MemberSignIn, tracked_member: TrackedMember
) -> None:
    """The DEVICE_KEY of the last response counts: a code without one gets a new device."""
    member, device = tracked_member.member, tracked_member.device
    asked = sign_in.until("SOFTWARE_TOKEN_MFA", member, device=device)
    result = sign_in.give_code(asked, member.second_factor.code()).result()
    new = result.new_device
    check(new is not None and new.key != device.key, "no new device was issued", facts="D057")


@requires(SELF_SIGN_UP, SIGN_UP_CODES, SIGN_UP_WITHOUT_LINK, NO_ALIASES)
def test_refused_sign_in_keeps_the_code_of_the_sign_up(
    cognito_actions: Actions,
    cognito_mailbox: Mailbox,
    cognito_signed_up: Person,
    sign_in: MemberSignIn,
) -> None:
    """Whoever signs in before they have confirmed can still confirm with the code they have."""
    person = cognito_signed_up
    code = cognito_mailbox.newest_code(person.username, kind="sign_up").value
    with refused(refusals.NOT_CONFIRMED):
        sign_in(Member(person))
    with accepted("the code of the sign-up", facts="M136"):
        cognito_actions.confirm_sign_up(person.username, code)
    expect_status(cognito_actions, person.username, "CONFIRMED", facts="M136")


@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
@choice("A311")
def test_confirmation_of_nobody_looks_like_a_wrong_code(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """With PreventUserExistenceErrors ENABLED, ConfirmSignUp does not say who exists."""
    with refused(refusals.WRONG_CODE):
        cognito_actions.confirm_sign_up(cognito_person.username, "123456")
    check(not exists(cognito_actions, cognito_person), "ConfirmSignUp created a user")


@requires(SELF_SERVICE)
@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
def test_disabled_user_is_not_given_away(
    cognito_actions: Actions,
    cognito_confirmed: Person,
    cognito_people: PersonFactory,
    unchanged: Unchanged,
) -> None:
    """With PreventUserExistenceErrors ENABLED, a disabled user looks like any other in recovery."""
    actions, person = cognito_actions, cognito_confirmed
    actions.admin_disable_user(person.username)
    with unchanged(person):
        for call in (actions.forgot_password, actions.resend_confirmation_code):
            with accepted("the recovery of a disabled user", facts="A052, A083"):
                details: Any = call(person.username).get("CodeDeliveryDetails") or {}
            shown = bool(details.get("Destination"))
            check(shown, "a disabled user gets no made-up destination", facts="A052, A083")
        with refused(refusals.WRONG_CODE):
            actions.confirm_forgot_password(person.username, "123456", cognito_people.password())


@requires(GIVEN_NAMES, NAME_CHANGES)
def test_update_of_attributes_is_all_or_nothing(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn, unchanged: Unchanged
) -> None:
    """UpdateUserAttributes with one attribute that cannot be set changes no other either."""
    access = sign_in(member).tokens.access
    changes = {"given_name": member.person.given_name.swapcase(), "custom:nowhere": "x"}
    with unchanged(member.person), refused(refusals.NOTHING_TO_UPDATE):
        cognito_actions.update_user_attributes(access, changes)


@requires(SELF_SIGN_UP)
def test_nobody_verifies_their_own_address_by_signing_up(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """SignUp with ``email_verified`` is refused, and makes no user."""
    person = cognito_person
    attributes = {**person.attributes, "email_verified": "true"}
    with refused(refusals.ATTRIBUTE_OF_COGNITO):
        cognito_actions.sign_up(person.username, person.password, attributes)
    check(not exists(cognito_actions, person), "the refused SignUp made a user")


@requires(ADDRESS_CHANGES, EMAIL_CODES, NEW_ADDRESS_AT_ONCE, CHOSEN_NAMES)
def test_nobody_verifies_their_own_address_without_its_code(
    cognito_actions: Actions, member: Member, sign_in: MemberSignIn
) -> None:
    """However UpdateUserAttributes answers ``email_verified``, the address stays unverified."""
    actions, access = cognito_actions, sign_in(member).tokens.access
    actions.update_user_attributes(access, {"email": f"new-{member.person.email}"})
    # Some say that it is refused, others that it changes nothing (amplify-js 6100).
    with suppress(ClientError):
        actions.update_user_attributes(access, {"email_verified": "true"})
    flag = attributes_of(actions, member.person.username).get("email_verified")
    check(flag == "false", "a user marked their own address as verified", answered=flag)


@requires(SELF_SIGN_UP)
@pytest.mark.cognito_pool(required_attributes=("given_name",))
def test_sign_up_needs_what_the_pool_requires(
    cognito_actions: Actions, cognito_person: Person
) -> None:
    """SignUp without a required attribute is refused, and names it."""
    person = cognito_person
    attributes = {name: text for name, text in person.attributes.items() if name != "given_name"}
    with refused(refusals.ATTRIBUTE_REQUIRED.about(name="given_name")):
        cognito_actions.sign_up(person.username, person.password, attributes)
    check(not exists(cognito_actions, person), "the refused SignUp made a user")


def _users_found(actions: Actions, condition: str) -> int:
    """Return how many users ListUsers finds by a filter."""
    return len(member_of(actions.list_users(filter=condition), "Users", of="ListUsers"))
