"""``--cognito-pool``: a run on the pool of a file, and what does not apply to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from tests.plugin.conftest import Inner, the_one_line
from tests.support.sources import ROOT

STACK = ROOT / "stack" / "cognito-mfa-pool.yaml"
ORDINARY = """
import pytest
from harness import DeviceTracking

pytestmark = pytest.mark.cognito_pool(device_tracking=DeviceTracking())

@pytest.mark.cognito_pool(mfa="ON")
def test_same_pool(cognito_pool, cognito_target):
    pool = cognito_target.client().describe_user_pool(UserPoolId=cognito_pool.user_pool_id)
    assert pool["UserPool"]["Name"].endswith("cognito-mfa-pool")
    assert len(cognito_target.client().list_user_pools(MaxResults=9)["UserPools"]) == 1

@pytest.mark.cognito_pool(mfa="ON")
def test_signs_in(cognito_signed_in):
    assert cognito_signed_in.tokens.access

@pytest.mark.cognito_pool(mfa="OFF")
def test_without_mfa(cognito_pool):
    pass
"""
SCENARIOS = [str(ROOT / "scenarios" / name) for name in ("test_main_job.py", "test_attributes.py")]


def test_tests_run_on_the_pool_that_is_made_of_the_file(inner: Inner) -> None:
    """Every test that the pool fits gets it, and the others say which setting is otherwise."""
    result = inner(f"--cognito-pool={STACK}", "-rs", source=ORDINARY)
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            f"cognito: *pool made from {STACK} (command line)*",
            "*does not apply to this pool: MfaConfiguration is ON (*, line 36, "
            "Resources.UserPool.Properties.MfaConfiguration); the test needs OFF",
        ]
    )


def test_environment_and_file_name_the_pool_too(inner: Inner, pytester: pytest.Pytester) -> None:
    """The pool may stand in the environment or in pytest.ini."""
    result = inner("-rs", source=ORDINARY, COGNITO_HARNESS_POOL=str(STACK))
    result.assert_outcomes(passed=2, skipped=1)
    pytester.makeini(f"[pytest]\ncognito_pool = {STACK}\naddopts = -p no:cacheprovider\n")
    result = inner("-rs", source=ORDINARY, COGNITO_HARNESS_POOL="")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["cognito: *pool made from * (tox.ini)*"])


def test_a_snapshot_is_as_good_as_its_template(inner: Inner, pytester: pytest.Pytester) -> None:
    """The pool of a snapshot is the pool that the snapshot was taken of."""
    saved = Path(pytester.path, "snapshot.json")
    saved.write_text(render(load(STACK)), encoding="utf-8")
    result = inner("--cognito-pool=snapshot.json", "-rs", source=ORDINARY)
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["*MfaConfiguration is ON (snapshot.json, line *"])


TWO = """
Resources:
  First: {Type: "AWS::Cognito::UserPool"}
  Second: {Type: "AWS::Cognito::UserPool"}
  Web: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref First}}
  Mobile: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref First}}
  Open:
    Type: AWS::Cognito::UserPool
    Properties: {MfaConfiguration: !Ref Mfa}
  App: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref Open}}
Parameters:
  Mfa: {Type: String}
"""


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--cognito-pool=nowhere.yaml",), "no such file or folder"),
        (("--cognito-pool-name=First",), "--cognito-pool-name needs it"),
        (
            ("--cognito-pool=two.yaml",),
            "allowed: First (app clients Web, Mobile), Second (no app client), Open (app client "
            "App); there are several; name one with --cognito-pool-name",
        ),
        (
            ("--cognito-pool=two.yaml", "--cognito-pool-name=First"),
            "allowed: Web, Mobile; there are several; name one with --cognito-pool-client",
        ),
        (("--cognito-pool=two.yaml", "--cognito-pool-name=Second"), "has no app client"),
        (("--cognito-pool=two.yaml", "--cognito-pool-name=Open"), "unknown (Ref Mfa)"),
        (("--cognito-pool=two.yaml", "--cognito-target=stub"), "has no pools"),
    ],
)
def test_misuse_ends_the_run_in_one_line(
    inner: Inner, pytester: pytest.Pytester, arguments: tuple[str, ...], part: str
) -> None:
    """What cannot be used ends the run with one line and exit code 2."""
    Path(pytester.path, "two.yaml").write_text(TWO, encoding="utf-8")
    result = inner(*arguments, source="def test_nothing(cognito_pool): pass")
    assert result.ret == 2
    assert part in the_one_line(result)


PASSKEYS = """\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      Policies: {SignInPolicy: {AllowedFirstAuthFactors: %s}}
      WebAuthnRelyingPartyID: %s
  App: {Type: "AWS::Cognito::UserPoolClient", Properties: {UserPoolId: !Ref Pool}}
"""


@pytest.mark.parametrize(
    ("factors", "party", "said"),
    [
        ("[WEB_AUTHN]", "auth.example.com", "(from passkeys.yaml, line 5); another factor"),
        ("[PASSWORD]", "https://auth.example.com", "(from passkeys.yaml, line 6); it must be"),
    ],
)
def test_a_factor_that_no_pool_has_is_named_with_its_line(
    inner: Inner, pytester: pytest.Pytester, factors: str, party: str, said: str
) -> None:
    """What the file says of first factors and passkeys has its place in the message."""
    Path(pytester.path, "passkeys.yaml").write_text(PASSKEYS % (factors, party), encoding="utf-8")
    result = inner("--cognito-pool=passkeys.yaml", source="def test_nothing(cognito_pool): pass")
    assert said in the_one_line(result)


def test_scenarios_run_where_they_apply_and_are_listed_elsewhere(inner: Inner) -> None:
    """On our own stack the main job runs, and an address that cannot be changed is not changed."""
    result = inner(
        *("-c", str(ROOT / "pytest.ini"), f"--rootdir={ROOT}", "-p", "no:cacheprovider"),
        f"--cognito-pool={STACK}",
        "--cognito-srp=native",
        *SCENARIOS,
    )
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "*Schema is *, line 23, Resources.UserPool.Properties.Schema); "
            "the scenario needs that an email address can be changed",
        ]
    )
