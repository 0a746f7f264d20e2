"""Pools of markers with passkeys, codes and senders, and what a run says about them."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Inner, the_one_line

SENT = """
import pytest

@pytest.mark.cognito_pool(mfa="ON", second_factors=("SMS_MFA", "EMAIL_OTP"))
def test_second(cognito_pool, cognito_target):
    described = cognito_target.client().describe_user_pool(UserPoolId=cognito_pool.user_pool_id)
    assert described["UserPool"]["SmsConfiguration"]["SnsCallerArn"].startswith("arn:aws:iam::")
    assert described["UserPool"]["EmailConfiguration"]["EmailSendingAccount"] == "DEVELOPER"

@pytest.mark.cognito_pool(first_factors=("PASSWORD", "SMS_OTP"), auth_flows=("ALLOW_USER_AUTH",))
def test_first(cognito_pool):
    pass

@pytest.mark.cognito_pool(first_factors=("PASSWORD", "EMAIL_OTP"), auth_flows=("ALLOW_USER_AUTH",))
def test_first_by_email(cognito_pool):
    pass
"""
PASSKEYS = """
import pytest

@pytest.mark.cognito_pool(
    mfa="ON",
    first_factors=("PASSWORD", "WEB_AUTHN"),
    relying_party_id="shop.example.com",
    passkeys_verify_user=True,
    passkeys_count_as_mfa=True,
    auth_flows=("ALLOW_USER_AUTH",),
)
def test_passkeys(cognito_pool, cognito_trace):
    assert not cognito_pool
"""
OWN_FIXTURE = """
import pytest
from harness import PoolSpec

@pytest.fixture
def cognito_pool_spec():
    return PoolSpec(relying_party_id="https://example.com")
"""


@pytest.mark.fact("N006", "N007")
class TestSenders:
    """A pool with a factor that Cognito sends needs a sender."""

    @pytest.mark.parametrize("target", ["emulator", "server"])
    def test_where_nothing_is_sent_they_are_made_up(self, inner: Inner, target: str) -> None:
        """The emulator takes a role and an identity that nobody has."""
        inner(f"--cognito-target={target}", source=SENT).assert_outcomes(passed=3)

    def test_as_on_aws_a_test_is_skipped_with_what_is_missing(self, inner: Inner) -> None:
        """Without a role or an identity no such pool is made; codes by email need none (N007)."""
        result = inner("--cognito-target=preflight", "-rs", source=SENT)
        result.assert_outcomes(passed=1, skipped=2)
        told = " ".join(result.stdout.str().split())
        lacks = "target 'preflight' has no capability 'senders': SMS_OTP and SMS_MFA need an IAM"
        assert lacks in told


def test_a_failure_tells_what_passkeys_are(inner: Inner) -> None:
    """The settings of the pool that decide how users sign in include those of passkeys."""
    result = inner(source=PASSKEYS)
    result.assert_outcomes(failed=1)
    told = " ".join(result.stdout.str().split())
    assert "AllowedFirstAuthFactors PASSWORD WEB_AUTHN; RelyingPartyId shop.example.com;" in told
    assert "UserVerification required; FactorConfiguration MULTI_FACTOR" in told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('first_factors=("PASSWORD", "PASSKEY")', "allowed: PASSWORD, EMAIL_OTP, SMS_OTP"),
        ('first_factors=("PASSWORD", "EMAIL_OTP"), mfa="ON"', "not EMAIL_OTP (N038)"),
        ('relying_party_id="https://example.com"', "without https://"),
    ],
)
def test_what_no_pool_has_ends_the_run_at_once(inner: Inner, fields: str, said: str) -> None:
    """A marker that Cognito would refuse is one message, before the first test."""
    source = f"import pytest\n\n@pytest.mark.cognito_pool({fields})\ndef test_it(): pass\n"
    result = inner(source=source)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in the_one_line(result)


def test_a_failure_in_generated_code_is_explained(inner: Inner, pytester: pytest.Pytester) -> None:
    """The __init__ of a dataclass has no line to show, which stops no report."""
    pytester.makeconftest(OWN_FIXTURE)
    result = inner(source="def test_it(cognito_pool): pass")
    result.assert_outcomes(errors=1)
    assert "INTERNALERROR" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*conftest.py:6: return PoolSpec(relying_party_id=*"])
