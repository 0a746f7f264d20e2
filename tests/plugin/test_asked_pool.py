"""What a test asks of a given pool: what its markers name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner

#: Unlike the ordinary pool in all that has always mattered to a test.
POOL = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      DeviceConfiguration: {ChallengeRequiredOnNewDevice: true}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      GenerateSecret: true
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
"""
AS_IT_IS = """
def test_signs_in(cognito_signed_in, cognito_auth_flow, cognito_pool_spec, cognito_pool):
    assert cognito_signed_in.tokens.access
    assert cognito_auth_flow == "USER_PASSWORD_AUTH"
    assert cognito_pool_spec == cognito_pool.spec

def test_tracks(cognito_tracked_device):
    assert cognito_tracked_device.authenticator
"""
NAMED = """
import pytest
from harness import PoolSpec

@pytest.mark.cognito_pool(client_secret=True)
def test_one_field_fits(cognito_signed_in): pass

@pytest.mark.cognito_pool(client_secret=False)
def test_ordinary_value_counts(cognito_pool): pass

@pytest.mark.cognito_pool(prevent_user_existence_errors=True)
def test_other_field_counts_too(cognito_pool): pass

@pytest.mark.cognito_flow("USER_SRP_AUTH")
def test_flow_of_a_marker(cognito_pool): pass

@pytest.mark.parametrize("cognito_auth_flow", ["USER_SRP_AUTH"])
def test_flow_of_a_parameter(cognito_auth_flow, cognito_pool): pass

@pytest.mark.cognito_pool(auth_flows=("ALLOW_USER_PASSWORD_AUTH",))
@pytest.mark.cognito_flow("USER_SRP_AUTH")
def test_flow_that_is_refused(cognito_pool): pass

class TestWhole:
    @pytest.fixture
    def cognito_pool_spec(self):
        return PoolSpec(mfa="ON")

    def test_a_whole_specification(self, cognito_pool): pass
"""
WITHOUT = """
Resources:
  Pool: {Type: "AWS::Cognito::UserPool"}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_CUSTOM_AUTH]}
"""
BY_SMS = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: "ON"
      EnabledMfas: [SMS_MFA]
      SmsConfiguration: {SnsCallerArn: "arn:aws:iam::123456789012:role/sms"}
  Web: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref Pool}}
"""
LACKING = """
def test_enrolled(cognito_pool, cognito_enrolled): pass
def test_tracked(cognito_tracked_device): pass
def test_signed_in(cognito_signed_in): pass
"""


def test_a_test_without_a_marker_takes_the_pool_as_it_is(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """It signs in on any pool, with a flow that this allows, and knows what the pool is."""
    Path(pytester.path, "pool.yaml").write_text(POOL, encoding="utf-8")
    inner("--cognito-pool=pool.yaml", source=AS_IT_IS).assert_outcomes(passed=2)


def test_only_what_a_test_names_counts(inner: Inner, pytester: pytest.Pytester) -> None:
    """A field or a flow counts if it is named, whatever its value; a whole specification counts."""
    Path(pytester.path, "pool.yaml").write_text(POOL, encoding="utf-8")
    result = inner("--cognito-pool=pool.yaml", "-rs", "-v", source=NAMED)
    result.assert_outcomes(passed=2, skipped=5)
    result.stdout.fnmatch_lines_random(
        [
            "*::test_one_field_fits PASSED*",
            "*::test_flow_that_is_refused PASSED*",
            "*: GenerateSecret is true (pool.yaml, line 15, *); the test needs false",
            "*: PreventUserExistenceErrors is LEGACY (pool.yaml, line *); "
            "the test needs prevent_user_existence_errors=True",
            "*: ExplicitAuthFlows is *(pool.yaml, line 16, *); "
            "the test needs auth_flows=ALLOW_USER_SRP_AUTH",
            "*: DeviceConfiguration is *the test needs device_tracking=None; "
            "UsernameAttributes is *the test needs sign_in_names=username; *",
        ]
    )


def test_a_fixture_that_needs_more_is_an_error(inner: Inner, pytester: pytest.Pytester) -> None:
    """A skip would hide that somebody has taken MFA, devices or a flow away from the pool."""
    Path(pytester.path, "pool.yaml").write_text(WITHOUT, encoding="utf-8")
    result = inner("--cognito-pool=pool.yaml", "-rs", source=LACKING)
    result.assert_outcomes(errors=3)
    said = "*this test does not apply to this pool: ExplicitAuthFlows is ALLOW_CUSTOM_AUTH"
    result.stdout.fnmatch_lines([said, "*(pool.yaml, line 6, *"])
    for flow in ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"):
        changed = WITHOUT.replace("ALLOW_CUSTOM_AUTH", flow)
        Path(pytester.path, "pool.yaml").write_text(changed, encoding="utf-8")
        result = inner("--cognito-pool=pool.yaml", "-rs", source=LACKING)
        result.assert_outcomes(passed=1, errors=2)
        result.stdout.fnmatch_lines_random(
            [
                "*does not apply to this pool: MfaConfiguration is OFF*",
                "*does not apply to this pool: DeviceConfiguration is not set*",
            ]
        )


def test_a_pool_with_sms_alone_enrolls_nobody(inner: Inner, pytester: pytest.Pytester) -> None:
    """What is named is the factor, since MFA itself is ON."""
    Path(pytester.path, "pool.yaml").write_text(BY_SMS, encoding="utf-8")
    result = inner("--cognito-pool=pool.yaml", "-rs", source="def test_it(cognito_enrolled): pass")
    result.assert_outcomes(errors=1)
    said = "*does not apply to this pool: SoftwareTokenMfaConfiguration is Enabled=false"
    result.stdout.fnmatch_lines([said, "*(pool.yaml, line 5, *"])


def test_the_setting_itself_is_named(inner: Inner, pytester: pytest.Pytester) -> None:
    """A structure that has the setting also has texts that decide nothing."""
    texts = "{AdminCreateUserConfig: {InviteMessageTemplate: {EmailSubject: !Ref Unknown}}}"
    pool = f'Pool: {{Type: "AWS::Cognito::UserPool", Properties: {texts}}}'
    text = WITHOUT.replace('Pool: {Type: "AWS::Cognito::UserPool"}', pool)
    text = f"Parameters: {{Unknown: {{Type: String}}}}{text}"
    Path(pytester.path, "pool.yaml").write_text(text, encoding="utf-8")
    source = (
        "import pytest\n"
        "@pytest.mark.cognito_pool(allow_admin_create_user_only=True)\n"
        "def test_it(cognito_pool): pass\n"
    )
    result = inner("--cognito-pool=pool.yaml", "-rs", source=source)
    result.assert_outcomes(skipped=1)
    said = "*: AdminCreateUserConfig.AllowAdminCreateUserOnly is false (*); the test needs true"
    result.stdout.fnmatch_lines([said])


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """An emulator that was there before the run."""
    with EmulatorServer(emulator=Emulator(mock=False)) as found:
        yield found


def test_an_existing_pool_is_taken_as_it_is_too(inner: Inner, server: EmulatorServer) -> None:
    """In a pool of the options, the same tests run, and the skips name Cognito's settings."""
    client = offline_client("us-east-1", server.url)
    spec = PoolSpec(
        mfa="ON",
        client_secret=True,
        sign_in_names="email",
        device_tracking=DeviceTracking(),
        auth_flows=("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    )
    pool = provision(client, spec, name_prefix="existing-", tags={})
    options = (
        "--cognito-target=server",
        f"--cognito-endpoint-url={server.url}",
        f"--cognito-user-pool-id={pool.user_pool_id}",
        f"--cognito-client-id={pool.app.client_id}",
    )
    inner(*options, source=AS_IT_IS).assert_outcomes(passed=2)
    unfit = "import pytest\n@pytest.mark.cognito_pool(mfa='OFF')\ndef test_it(cognito_pool): pass"
    result = inner(*options, source=unfit)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(
        [
            "cognito: no test ran: the only selected test was skipped because of the pool: "
            f"MfaConfiguration is ON (user pool {pool.user_pool_id}): 1; *"
        ]
    )
