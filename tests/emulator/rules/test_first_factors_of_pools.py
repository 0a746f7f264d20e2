"""AllowedFirstAuthFactors: which lists a pool accepts, and which its plan does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from tests.emulator.conftest import Call
from tests.emulator.operations.test_pool_defaults import described
from tests.emulator.rules.test_pool_mfa import ROLE
from tests.emulator.support.expect import refused

MakePool = Callable[..., str]

INVALID = "InvalidParameterException"
NO_PASSWORD = "Password should be configured as one of the allowed first auth factors."
LITE = (
    "The following features need to be disabled for the LITE pricing tier configured: "
    "Passwordless Sign-In"
)


def policies(*factors: str) -> dict[str, Any]:
    """Return Policies with exactly these first factors."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}}


@pytest.mark.fact("N003")
def test_all_first_factors_are_accepted(call: Call, make_pool: MakePool) -> None:
    """A pool may have all four first factors, in the order of the request."""
    factors = ("WEB_AUTHN", "SMS_OTP", "PASSWORD", "EMAIL_OTP")
    pool_id = make_pool(**policies(*factors), SmsConfiguration=ROLE)
    assert described(call, pool_id)["Policies"]["SignInPolicy"] == {
        "AllowedFirstAuthFactors": list(factors)
    }


@pytest.mark.fact("N003", "N003b")
@pytest.mark.parametrize("operation", ["CreateUserPool", "UpdateUserPool"])
@pytest.mark.parametrize(
    ("factors", "constraint"),
    [
        ([], "Member must have length greater than or equal to 1"),
        (["PASSWORD"] * 6, "Member must have length less than or equal to 5"),
    ],
)
def test_number_of_first_factors_is_limited(
    operation: str, factors: list[str], constraint: str
) -> None:
    """A list must have one to five first factors."""
    body = {"PoolName": "pool", "UserPoolId": "us-east-1_Abcdefghi", **policies(*factors)}
    with pytest.raises(Exception, match=constraint):
        validate(operation, body)


@pytest.mark.fact("N005", "N005b", "A191b")
@pytest.mark.parametrize(
    "factors",
    [["EMAIL_OTP"], ["EMAIL_OTP", "SMS_OTP"], ["WEB_AUTHN"], ["WEB_AUTHN", "EMAIL_OTP"]],
)
def test_password_is_always_a_first_factor(
    call: Call, make_pool: MakePool, factors: list[str]
) -> None:
    """Without PASSWORD, both requests are refused, and the pool keeps its factors."""
    with refused(INVALID, NO_PASSWORD):
        make_pool(**policies(*factors), SmsConfiguration=ROLE)
    pool_id = make_pool(SmsConfiguration=ROLE)
    with refused(INVALID, NO_PASSWORD):
        call("UpdateUserPool", UserPoolId=pool_id, **policies(*factors))
    shown = described(call, pool_id)["Policies"]["SignInPolicy"]
    assert shown == {"AllowedFirstAuthFactors": ["PASSWORD"]}


@pytest.mark.fact("N004", "N004b")
@pytest.mark.parametrize("factors", [["SOFTWARE_TOKEN"], ["PASSWORD", "SOFTWARE_TOKEN"]])
def test_software_token_is_no_first_factor(
    call: Call, make_pool: MakePool, pool_id: str, factors: list[str]
) -> None:
    """SOFTWARE_TOKEN is refused, although the service model has it."""
    validate("CreateUserPool", {"PoolName": "pool", **policies(*factors)})
    with refused(INVALID):
        make_pool(**policies(*factors))
    with refused(INVALID):
        call("UpdateUserPool", UserPoolId=pool_id, **policies(*factors))


@pytest.mark.fact("N007")
def test_email_codes_need_no_sender_of_the_pool(call: Call, make_pool: MakePool) -> None:
    """EMAIL_OTP is accepted with Cognito's own sender, which did send such codes."""
    shown = described(call, make_pool(**policies("PASSWORD", "EMAIL_OTP")))
    assert shown["EmailConfiguration"] == {"EmailSendingAccount": "COGNITO_DEFAULT"}


@pytest.mark.fact("N002")
class TestPlan:
    """What the Lite plan does not have."""

    @pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])
    def test_lite_has_the_password_only(self, call: Call, make_pool: MakePool, factor: str) -> None:
        """In the Lite plan both requests refuse every other first factor."""
        factors = policies("PASSWORD", factor)
        with refused("FeatureUnavailableInTierException", LITE):
            make_pool(**factors, SmsConfiguration=ROLE, UserPoolTier="LITE")
        pool_id = make_pool(SmsConfiguration=ROLE, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException", LITE):
            call("UpdateUserPool", UserPoolId=pool_id, **factors)
        call("UpdateUserPool", UserPoolId=pool_id, UserPoolTier="ESSENTIALS", **factors)

    def test_pool_with_codes_does_not_become_lite(self, call: Call, make_pool: MakePool) -> None:
        """A pool must give up other first factors before it goes to the Lite plan."""
        pool_id = make_pool(**policies("PASSWORD", "EMAIL_OTP"), UserPoolTier="PLUS")
        with refused("FeatureUnavailableInTierException", LITE):
            call("UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE")
        call("UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE", **policies("PASSWORD"))
        assert described(call, pool_id)["UserPoolTier"] == "LITE"
