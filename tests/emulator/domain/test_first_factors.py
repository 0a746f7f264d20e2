"""Which first factors a user has, from facts alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.emulator.domain.first_factors import (
    FIRST_FACTORS,
    FirstFactorFacts,
    available_first_factors,
    configured_first_factors,
    simulated_first_factors,
)

ALL = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
PASSWORDS = {"PASSWORD_SRP", "PASSWORD"}
#: A user who has set up everything, in a pool that allows everything, without MFA.
EVERYTHING = FirstFactorFacts(
    allowed=ALL, contacts=("email", "phone_number"), has_passkey=True, software_token=True
)


def offered(facts: FirstFactorFacts) -> set[str]:
    """Return the first factors as a set; Cognito's order is unknown (N016)."""
    found = available_first_factors(facts)
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.fact("N015", "N016")
def test_everything_that_is_set_up_is_offered() -> None:
    """A user who has set up everything is offered everything, each once."""
    assert offered(EVERYTHING) == set(FIRST_FACTORS)


@pytest.mark.fact("N015", "N051", "M125")
@pytest.mark.parametrize(
    ("missing", "factor"),
    [
        ({"contacts": ("phone_number",)}, "EMAIL_OTP"),
        ({"contacts": ("email",)}, "SMS_OTP"),
        ({"has_passkey": False}, "WEB_AUTHN"),
        ({"allowed": ("PASSWORD", "SMS_OTP", "WEB_AUTHN")}, "EMAIL_OTP"),
        ({"allowed": ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")}, "SMS_OTP"),
        ({"allowed": ("PASSWORD", "EMAIL_OTP", "SMS_OTP")}, "WEB_AUTHN"),
    ],
)
def test_what_user_or_pool_lacks_is_not_offered(missing: dict[str, Any], factor: str) -> None:
    """A factor needs both: the pool allows it, and the user has set it up."""
    assert offered(replace(EVERYTHING, **missing)) == set(FIRST_FACTORS) - {factor}


@pytest.mark.fact("N015", "N054")
@pytest.mark.parametrize("lacks", [{"has_password": False}, {"allowed": ALL[1:]}])
def test_password_needs_a_password(lacks: dict[str, Any]) -> None:
    """Neither form of the password is offered without one, or where the pool does not allow it."""
    assert offered(replace(EVERYTHING, **lacks)) == set(ALL[1:])


@pytest.mark.fact("N021", "A186")
@pytest.mark.parametrize("allowed", [ALL, ("EMAIL_OTP",)])
def test_temporary_password_comes_first(allowed: tuple[str, ...]) -> None:
    """With a temporary password only the password is offered, whatever else is set up."""
    facts = replace(EVERYTHING, must_change_password=True, allowed=allowed)
    assert offered(facts) == PASSWORDS


class TestMfa:
    """MFA takes away what has no second factor after it."""

    @pytest.mark.fact("N032")
    def test_required_mfa_leaves_the_password(self) -> None:
        """With MFA ON only the password is offered."""
        assert offered(replace(EVERYTHING, mfa_mode="ON")) == PASSWORDS

    @pytest.mark.fact("N032")
    def test_optional_mfa_counts_for_users_with_a_factor(self) -> None:
        """With optional MFA, only users who have switched on a factor lose the others."""
        optional = replace(EVERYTHING, mfa_mode="OPTIONAL")
        assert offered(optional) == set(FIRST_FACTORS)
        assert offered(replace(optional, second_factors=("SMS_MFA",))) == PASSWORDS

    @pytest.mark.fact("N032")
    def test_factors_do_not_count_without_mfa(self) -> None:
        """With MFA OFF everything is offered, whatever the user has switched on."""
        assert offered(replace(EVERYTHING, second_factors=("SMS_MFA",))) == set(FIRST_FACTORS)

    @pytest.mark.fact("N033")
    @pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
    def test_passkey_that_is_mfa_stays(self, mode: str) -> None:
        """A passkey that satisfies MFA alone is offered beside the password."""
        needs = replace(EVERYTHING, mfa_mode=mode, second_factors=("SOFTWARE_TOKEN_MFA",))
        assert offered(needs) == PASSWORDS
        assert offered(replace(needs, passkey_is_mfa=True)) == {*PASSWORDS, "WEB_AUTHN"}

    @pytest.mark.fact("N033")
    def test_passkey_that_is_mfa_must_be_there(self) -> None:
        """The setting alone offers no passkey to a user without one."""
        facts = replace(EVERYTHING, mfa_mode="ON", passkey_is_mfa=True, has_passkey=False)
        assert offered(facts) == PASSWORDS


@pytest.mark.fact("N004", "N048")
def test_configured_factors_are_types_of_factors() -> None:
    """ConfiguredUserAuthFactors has the password once, and a software token, only shown."""
    assert configured_first_factors(EVERYTHING) == (*ALL, "SOFTWARE_TOKEN")
    assert "SOFTWARE_TOKEN" not in available_first_factors(EVERYTHING)
    assert configured_first_factors(FirstFactorFacts()) == ("PASSWORD",)


@pytest.mark.fact("N048")
def test_configured_factors_do_not_depend_on_mfa() -> None:
    """What is set up is reported even where MFA takes it away."""
    facts = replace(EVERYTHING, mfa_mode="ON", software_token=False)
    assert configured_first_factors(facts) == ALL


@pytest.mark.fact("N022", "A102")
def test_simulation_lists_what_the_pool_allows_except_passkeys() -> None:
    """An unknown user is offered what a user without a passkey could have in that pool."""
    assert set(simulated_first_factors(ALL, "OFF")) == {*PASSWORDS, "EMAIL_OTP", "SMS_OTP"}
    assert set(simulated_first_factors(ALL, "OPTIONAL")) == {*PASSWORDS, "EMAIL_OTP", "SMS_OTP"}
    assert set(simulated_first_factors(ALL, "ON")) == PASSWORDS
    assert set(simulated_first_factors(("PASSWORD",), "OFF")) == PASSWORDS
