"""MFA after each first factor: asked after a password, and satisfied by some passkeys alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import Actions, Passkey, Tokens
from scenarios.support import factor_refusals
from scenarios.support.answers import expect_access, expect_challenge, expect_equal, expect_tokens
from scenarios.support.first_factors import (
    BY_PASSWORD,
    ChoiceSignIn,
    expect_offered,
    offered_by,
)
from scenarios.support.installed import needs_botocore
from scenarios.support.members import Member, TrackedMember
from scenarios.support.passkeys import give_passkey, options_in, register_for
from scenarios.support.pool_under_test import RELYING_PARTY, SECOND_FACTOR, requires
from scenarios.support.refusals import refused
from scenarios.support.sent_codes import expect_setting
from scenarios.support.steps import expect_last_step
from scenarios.support.variants import (
    INSTEAD_OF_MFA,
    WITH_MFA,
    Client,
    FirstFactors,
    Flow,
    Mfa,
    Variant,
    varied,
)
from scenarios.support.watching import Unchanged

pytestmark = [pytest.mark.cognito_needs("admin"), requires(SECOND_FACTOR)]

BY_PASSKEY = [FirstFactors.PASSKEY]
STARTS = (Flow.USER_SRP_AUTH, Flow.ADMIN_USER_SRP_AUTH)
#: The pools whose passkeys can satisfy MFA.
as_mfa = pytest.mark.cognito_pool(passkeys_count_as_mfa=True)
#: FactorConfiguration and WebAuthnMfaSettings.
since_settings = needs_botocore("1.42.90")
CODE = "SOFTWARE_TOKEN_MFA"
ON = {"Enabled": True}
OFF = {"Enabled": False}


def use_as_mfa(actions: Actions, tokens: Tokens) -> None:
    """Let the user's passkeys satisfy MFA, beside the authenticator (N036)."""
    actions.set_user_mfa_preference(tokens.access, software_token=ON, web_authn=ON)  # type: ignore[arg-type]


def with_passkey(by_choice: ChoiceSignIn, member: Member) -> Passkey:
    """Register a passkey for a member, and let it satisfy MFA."""
    tokens = by_choice.tokens(member)
    passkey = register_for(by_choice.actions, tokens)
    use_as_mfa(by_choice.actions, tokens)
    return passkey


@varied(mfa=WITH_MFA, client=Client, flow=Flow)
def test_password_of_a_choice_is_followed_by_mfa(by_choice: ChoiceSignIn, member: Member) -> None:
    """After the password, preferred or chosen, the code is asked, and without it no tokens come."""
    expect_challenge(by_choice.past_the_password(member), CODE)
    chosen = by_choice.choose(by_choice.start(member), by_choice.by_password)
    if chosen.challenge_name == "PASSWORD_VERIFIER":
        chosen = by_choice.answer(chosen)
    expect_challenge(chosen, CODE)
    expect_access(by_choice.actions, by_choice.answer(chosen).result().tokens)


@since_settings
@as_mfa
@requires(RELYING_PARTY)
@varied(mfa=WITH_MFA, client=Client, flow=STARTS, first_factors=BY_PASSKEY)
def test_passkey_satisfies_mfa_where_pool_and_user_say_so(
    by_choice: ChoiceSignIn, member: Member
) -> None:
    """A passkey that verified the user gives tokens at once, and a password still asks a code."""
    passkey = with_passkey(by_choice, member)
    user = by_choice.actions.admin_get_user(member.person.username)
    enabled = user.get("UserMFASettingList", [])
    expect_equal("WEB_AUTHN_MFA is enabled", "WEB_AUTHN_MFA" in enabled, True, facts="N037")
    result = by_choice(member, "WEB_AUTHN", passkey=passkey)
    expect_equal("the way to tokens", " > ".join(result.steps), "WEB_AUTHN", facts="N033")
    expect_access(by_choice.actions, result.tokens)
    asked = by_choice.past_the_password(member)
    expect_equal("what is asked after it", asked.challenge_name, CODE, facts="N033, N034")


@since_settings
@as_mfa
@requires(RELYING_PARTY)
@varied(mfa=WITH_MFA, flow=STARTS, first_factors=BY_PASSKEY)
def test_passkey_without_user_verification_is_no_mfa(
    by_choice: ChoiceSignIn, member: Member, unchanged: Unchanged
) -> None:
    """Where MFA is needed, a proof of who only touched the authenticator gives no tokens."""
    passkey = with_passkey(by_choice, member)
    asked = by_choice.start(member, "WEB_AUTHN")
    expect_challenge(asked, "WEB_AUTHN")
    touched = passkey.sign(options_in(asked), verifies_user=False)
    with unchanged(member.person), refused(factor_refusals.VERIFICATION_NEEDED):
        give_passkey(by_choice, asked, touched)


@since_settings
@as_mfa
@requires(RELYING_PARTY)
@varied(mfa=WITH_MFA, flow=STARTS, first_factors=BY_PASSKEY)
def test_passkey_that_is_not_for_mfa_cannot_be_chosen(
    by_choice: ChoiceSignIn, member: Member, unchanged: Unchanged
) -> None:
    """Without the preference, who must pass MFA can begin with the password alone."""
    register_for(by_choice.actions, by_choice.tokens(member))
    asked = by_choice.start(member, "WEB_AUTHN")
    expect_challenge(asked, "SELECT_CHALLENGE")
    expect_offered(asked, set(BY_PASSWORD), facts="N032, N035")
    with unchanged(member.person), refused(factor_refusals.PASSKEY_WITHOUT_MFA):
        by_choice.choose(asked, "WEB_AUTHN")


@since_settings
@pytest.mark.cognito_pool(passkeys_count_as_mfa=False)
@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OPTIONAL], flow=STARTS, first_factors=BY_PASSKEY)
def test_passkey_of_a_single_factor_is_no_mfa(
    by_choice: ChoiceSignIn, member: Member, newcomer: Callable[[], Member], unchanged: Unchanged
) -> None:
    """With SINGLE_FACTOR, passkeys are for users without MFA, and cannot be turned on for it."""
    actions, tokens = by_choice.actions, by_choice.tokens(member)
    register_for(actions, tokens)
    with unchanged(member.person), refused(factor_refusals.PASSKEY_NOT_FIT):
        use_as_mfa(actions, tokens)
    with unchanged(member.person), refused(factor_refusals.PASSKEY_WITHOUT_MFA):
        by_choice.choose(by_choice.start(member), "WEB_AUTHN")
    without_mfa = newcomer()
    passkey = register_for(actions, by_choice.tokens(without_mfa))
    result = by_choice(without_mfa, "WEB_AUTHN", passkey=passkey)
    expect_equal("the way to tokens", " > ".join(result.steps), "WEB_AUTHN", facts="N032")


@since_settings
@as_mfa
@requires(RELYING_PARTY)
@varied(mfa=WITH_MFA, client=Client, first_factors=BY_PASSKEY)
def test_passkey_for_mfa_needs_another_factor(
    by_choice: ChoiceSignIn, member: Member, unchanged: Unchanged
) -> None:
    """The preference is refused without a passkey, and without another factor beside it."""
    actions, tokens = by_choice.actions, by_choice.tokens(member)
    with unchanged(member.person), refused(factor_refusals.PASSKEY_NOT_FIT):
        use_as_mfa(actions, tokens)
    register_for(actions, tokens)
    with unchanged(member.person), refused(factor_refusals.PASSKEY_ALONE):
        actions.set_user_mfa_preference(tokens.access, web_authn=ON)  # type: ignore[arg-type]
    use_as_mfa(actions, tokens)


@since_settings
@as_mfa
@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OPTIONAL], flow=STARTS, first_factors=BY_PASSKEY)
def test_passkey_and_the_other_factor_can_be_off_together(
    by_choice: ChoiceSignIn, member: Member
) -> None:
    """Turning both off in one call leaves no factor, and either first factor gives tokens."""
    passkey = with_passkey(by_choice, member)
    actions, tokens = by_choice.actions, by_choice(member, "WEB_AUTHN", passkey=passkey).tokens
    actions.set_user_mfa_preference(tokens.access, software_token=OFF, web_authn=OFF)  # type: ignore[arg-type]
    user = actions.admin_get_user(member.person.username)
    expect_setting({**user}, (), None, facts="N037")
    expect_tokens(by_choice.past_the_password(member), "the password")
    result = by_choice(member, "WEB_AUTHN", passkey=passkey)
    expect_access(actions, result.tokens)


@varied(mfa=[Mfa.OPTIONAL], flow=STARTS, first_factors=[FirstFactors.EMAIL])
def test_code_is_no_first_factor_of_who_has_mfa(
    by_choice: ChoiceSignIn,
    member: Member,
    reachable: Callable[[], Member],
    unchanged: Unchanged,
    variant: Variant,
) -> None:
    """Where MFA is optional, codes are first factors of the users without a second factor."""
    asked = by_choice.start(member, "EMAIL_OTP")
    expect_challenge(asked, "SELECT_CHALLENGE")
    expect_offered(asked, set(BY_PASSWORD), facts="N032")
    with unchanged(member.person), refused(factor_refusals.CODE_WITHOUT_MFA):
        by_choice.choose(asked, "EMAIL_OTP")
    without_mfa = reachable()
    offered = by_choice.start(without_mfa)
    expect_offered(offered, offered_by(variant), facts="N032")
    result = by_choice(without_mfa, "EMAIL_OTP")
    expect_equal("the way to tokens", " > ".join(result.steps), "EMAIL_OTP", facts="N032")


@varied(mfa=WITH_MFA, devices=INSTEAD_OF_MFA, flow=Flow)
def test_remembered_device_takes_the_place_of_the_code_after_a_choice(
    by_choice: ChoiceSignIn, tracked_member: TrackedMember
) -> None:
    """After the password of USER_AUTH, a remembered device proves itself and no code is asked."""
    result = by_choice(tracked_member.member, device=tracked_member.device, authenticator=None)
    expect_last_step(result.steps, "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
