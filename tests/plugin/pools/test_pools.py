"""A pool makes a scenario fail only if the pool is wrong: some scenarios on pools of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.conftest import Inner
from tests.plugin.pools.runs import POOLS, run_on
from tests.support.sources import ROOT

#: Both ways into a pool, and the first sign-in. `tox -e pools` runs all scenarios.
SELECTION = ("-n0", "scenarios/test_sign_up.py", "scenarios/test_temporary_password.py")

TWO_VERIFIED = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {AliasAttributes: [email], AutoVerifiedAttributes: [email, phone_number]}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
"""
WRITES_LITTLE = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      WriteAttributes: [email]
      ReadAttributes: [email]
      ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
"""
UNKNOWN_INVITATION = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      AdminCreateUserConfig:
        AllowAdminCreateUserOnly: true
        InviteMessageTemplate:
          EmailMessage: !Sub 'You are {username}, {####}: https://${Site.DomainName}/'
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""
ALL_FACTORS = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA, SMS_MFA]
      SmsConfiguration: {ExternalId: sms, SnsCallerArn: !GetAtt Role.Arn}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""
NO_PASSWORDS = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {AutoVerifiedAttributes: [email]}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_CUSTOM_AUTH]}
"""
LIMITS = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UsernameAttributes: [email, phone_number]
      AutoVerifiedAttributes: [email, phone_number]
      Policies: {PasswordPolicy: {MinimumLength: 99, PasswordHistorySize: 24}}
      Schema:
        - Name: given_name
          Required: true
          StringAttributeConstraints: {MinLength: "30", MaxLength: "40"}
        - {Name: updated_at, Required: true, NumberAttributeConstraints: {MinValue: "5"}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""
KINDS = {
    "two_verified": TWO_VERIFIED,
    "writes_little": WRITES_LITTLE,
    "unknown_invitation": UNKNOWN_INVITATION,
    "totp_and_sms": ALL_FACTORS,
    "no_passwords": NO_PASSWORDS,
    "limits": LIMITS,
}


def test_there_are_enough_pools() -> None:
    """At least twelve pools are as people deploy them, and the page lists each."""
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    assert len(POOLS) >= 12
    assert [name for name in POOLS if f"| `{name}.yaml` |" not in page] == []


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_deployed_pool_fails_no_scenario(pool: Path) -> None:
    """On a pool as people deploy it, scenarios pass or say which setting they do not fit."""
    run_on(pool, *SELECTION).must_be_clean()


@pytest.mark.parametrize("kind", KINDS)
def test_setting_fails_no_scenario(kind: str, tmp_path: Path) -> None:
    """A setting that changes who can do what decides which scenarios run, and fails none."""
    pool = tmp_path / f"{kind}.yaml"
    pool.write_text(KINDS[kind], encoding="utf-8")
    run_on(pool, *SELECTION).must_be_clean()


def test_skipped_scenarios_name_the_setting() -> None:
    """Where codes of SMS are the second factor, scenarios that sign in name the setting."""
    found = run_on(POOLS["sms_mfa"], *SELECTION, "-rs")
    found.must_be_clean()
    assert "MfaConfiguration is ON" in found.said
    assert "no code by SMS or email is asked for at the first sign-in" in found.said


#: A suite whose tests take the pool of the file as it is.
AS_IT_IS = """
import pytest
from harness import given_pool_or_none

@pytest.fixture
def cognito_pool_spec(pytestconfig):
    return given_pool_or_none(pytestconfig).spec
"""
OWN_TESTS = """
def test_signs_in(cognito_signed_in, cognito_person):
    assert cognito_signed_in.steps[-1] == "{challenge}"
    assert cognito_person.attributes.keys() >= {attributes}
"""
EMAIL_FACTOR = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      MfaConfiguration: "ON"
      EnabledMfas: [EMAIL_OTP]
      AccountRecoverySetting:
        RecoveryMechanisms: [{Name: verified_phone_number, Priority: 1}]
      EmailConfiguration:
        EmailSendingAccount: DEVELOPER
        SourceArn: arn:aws:ses:eu-west-1:123456789012:identity/example.com
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""


@pytest.mark.parametrize(
    ("text", "challenge", "attributes"),
    [
        (POOLS["sms_mfa"].read_text(encoding="utf-8"), "SMS_MFA", {"phone_number", "email"}),
        (EMAIL_FACTOR, "EMAIL_OTP", {"email"}),
        (POOLS["phone"].read_text(encoding="utf-8"), "PASSWORD_VERIFIER", {"phone_number"}),
        (TWO_VERIFIED, "PASSWORD_VERIFIER", {"phone_number", "email"}),
    ],
    ids=["sms", "email", "phone", "two_verified"],
)
def test_fixtures_sign_in_with_the_code_that_is_sent(
    text: str, challenge: str, attributes: set[str], tmp_path: Path
) -> None:
    """In a suite's own tests, people sign in where Cognito sends them codes."""
    pool, suite = tmp_path / "pool.yaml", tmp_path / "test_own.py"
    pool.write_text(text, encoding="utf-8")
    own = OWN_TESTS.format(challenge=challenge, attributes=attributes)
    suite.write_text(AS_IT_IS + own, encoding="utf-8")
    found = run_on(pool, str(suite), "-p", "harness.plugin")
    assert (found.exit_code, found.counts) == (0, {"passed": 1}), found.said


def test_mailbox_of_emails_reads_no_sms(inner: Inner) -> None:
    """Where codes come by SMS, a test that reads one is skipped with one clear reason."""
    result = inner(
        f"--cognito-pool={POOLS['phone']}",
        "--cognito-mailbox=imap",
        "--cognito-mailbox-address=tests@example.com",
        "--cognito-imap-url=imaps://imap.example.com",
        "-rs",
        source=f"{AS_IT_IS}\ndef test_reads(cognito_mailbox): pass\n",
        COGNITO_HARNESS_IMAP_PASSWORD="never asked for",
    )
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*codes of this pool come by SMS, and the mailbox imap reads*"])


def test_wrong_pool_still_fails(tmp_path: Path) -> None:
    """A pool that behaves otherwise than its file says fails: here its codes confirm nobody."""
    pool = tmp_path / "pool.yaml"
    pool.write_text(WRITES_LITTLE, encoding="utf-8")
    suite = tmp_path / "test_code.py"
    suite.write_text(
        f"{AS_IT_IS}\n"
        "def test_code_confirms(cognito_actions, cognito_mailbox, cognito_signed_up):\n"
        "    name = cognito_signed_up.username\n"
        "    cognito_actions.admin_confirm_sign_up(name)\n"
        "    code = cognito_mailbox.newest_code(name, kind='sign_up')\n"
        "    cognito_actions.confirm_sign_up(name, code.value)\n",
        encoding="utf-8",
    )
    found = run_on(pool, str(suite), "-p", "harness.plugin")
    assert (found.exit_code, found.counts) == (1, {"failed": 1})
