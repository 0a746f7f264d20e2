"""``--cognito-pool-parameter``, ``--cognito-pool-parameters`` and ``--cognito-allow-unknown``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.conftest import Inner, the_one_line
from tests.support.sources import ROOT

POOL = """\
Parameters:
  Mfa: {Type: String, AllowedValues: ["ON", "OFF"]}
  Verified: {Type: CommaDelimitedList, Default: email}
  Key: {Type: String, NoEcho: true, Default: ""}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: !Ref Mfa
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      AutoVerifiedAttributes: !Ref Verified
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows:
        - ALLOW_USER_PASSWORD_AUTH
        - ALLOW_USER_SRP_AUTH
        - ALLOW_ADMIN_USER_PASSWORD_AUTH
        - ALLOW_REFRESH_TOKEN_AUTH
"""
TESTS = """
import pytest

@pytest.mark.cognito_pool(mfa="ON")
def test_on(cognito_pool, cognito_target):
    found = cognito_target.client().get_user_pool_mfa_config(UserPoolId=cognito_pool.user_pool_id)
    assert found["MfaConfiguration"] == "ON"

@pytest.mark.cognito_pool(mfa="OFF")
def test_off(cognito_pool):
    pass
"""


@pytest.fixture(autouse=True)
def pool(pytester: pytest.Pytester) -> Path:
    """A template that leaves MFA open, and a file with values."""
    Path(pytester.path, "values.json").write_text('["Mfa=OFF"]', encoding="utf-8")
    path = Path(pytester.path, "pool.yaml")
    path.write_text(POOL, encoding="utf-8")
    return path


def test_a_run_on_a_pool_without_known_mfa_does_not_start(inner: Inner) -> None:
    """The run ends with one line that names the setting, its place and the parameter."""
    result = inner("--cognito-pool=pool.yaml", source=TESTS)
    assert result.ret == 2
    assert the_one_line(result).endswith(
        "CloudFormation template pool.yaml does not say how people sign in: MfaConfiguration "
        "(line 9, Resources.Pool.Properties.MfaConfiguration) is unknown (Ref Mfa); give "
        "--cognito-pool-parameter Mfa=VALUE (allowed: ON, OFF); --cognito-allow-unknown makes the "
        "pool without them, and warns"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "shown"),
    [
        (("--cognito-pool-parameter=Mfa=ON",), {}, "pool.yaml with parameters Mfa (command line)"),
        (
            ("--cognito-pool-parameters=values.json", "--cognito-pool-parameter=Mfa=ON"),
            {"COGNITO_HARNESS_POOL_PARAMETER": "Mfa=OFF"},
            "pool.yaml with parameters values.json, Mfa (command line)",
        ),
        (
            ("--cognito-pool-parameter=Mfa=OFF", "--cognito-pool-parameter=Mfa=ON"),
            {},
            "pool.yaml with parameters Mfa, Mfa (command line)",
        ),
        (
            (),
            {"COGNITO_HARNESS_POOL_PARAMETER": "Verified=email,phone_number\nMfa=ON\n"},
            "pool.yaml with parameters Verified, Mfa (command line)",
        ),
    ],
)
def test_the_pool_has_what_was_given(
    inner: Inner, arguments: tuple[str, ...], environment: dict[str, str], shown: str
) -> None:
    """A repeated option counts as a whole from the first place that has it; the last value wins."""
    result = inner("--cognito-pool=pool.yaml", *arguments, source=TESTS, **environment)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines([f"cognito: *pool made from {shown}*"])


def test_the_configuration_file_has_a_line_for_each_value(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """Values in pytest.ini stand on lines of their own, and a message names the file."""
    ini = "[pytest]\naddopts = -p no:cacheprovider\ncognito_pool = pool.yaml\n"
    given = "cognito_pool_parameter =\n    Verified=phone_number\n    Mfa={}\n"
    pytester.makeini(ini + given.format("ON"))
    inner(source=TESTS).assert_outcomes(passed=1, skipped=1)
    pytester.makeini(ini + given.format("on"))
    result = inner(source=TESTS)
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*Exit: parameter Mfa: cannot use 'on' (from tox.ini); *"])


def test_tests_that_ask_about_an_unknown_setting_are_skipped(inner: Inner) -> None:
    """With --cognito-allow-unknown neither ON nor OFF fits, and the end of the run warns."""
    result = inner("--cognito-pool=pool.yaml", "--cognito-allow-unknown", "-rs", source=TESTS)
    result.assert_outcomes(skipped=2)
    place = "pool.yaml, line 9, Resources.Pool.Properties.MfaConfiguration"
    result.stdout.fnmatch_lines(
        [
            "cognito: warning: made without knowing how people sign in: MfaConfiguration (line 9*",
            f"SKIPPED*: MfaConfiguration is unknown (Ref Mfa) ({place}); the test needs ON",
            f"SKIPPED*: MfaConfiguration is unknown (Ref Mfa) ({place}); the test needs OFF",
        ]
    )


def test_tests_that_do_not_ask_about_it_run(inner: Inner) -> None:
    """A setting that a test leaves open may stay unknown."""
    source = TESTS + (
        '\n@pytest.mark.cognito_pool(mfa="ON", auto_verified=("phone_number",))\n'
        "def test_verified(cognito_pool):\n    pass\n"
    )
    Path("pool.yaml").write_text(POOL.replace(", Default: email", ""), encoding="utf-8")
    arguments = ("--cognito-pool=pool.yaml", "--cognito-pool-parameter=Mfa=ON")
    result = inner(*arguments, "-rs", source=source, COGNITO_HARNESS_ALLOW_UNKNOWN="yes")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["SKIPPED*: AutoVerifiedAttributes is unknown (Ref Verified) (*"])


def test_scenarios_on_an_unknown_setting_are_skipped(inner: Inner) -> None:
    """No scenario guesses whether MFA is on: each says that it is unknown."""
    result = inner(
        *("-c", str(ROOT / "pytest.ini"), f"--rootdir={ROOT}", "-p", "no:cacheprovider"),
        *("--cognito-pool=pool.yaml", "--cognito-allow-unknown", "--cognito-srp=native", "-rs"),
        str(ROOT / "scenarios" / "test_main_job.py"),
    )
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"skipped"}
    result.stdout.fnmatch_lines(["*MfaConfiguration is unknown (Ref Mfa) (pool.yaml, line 9*"])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--cognito-pool-parameter=Mfa=ON",), "--cognito-pool-parameter needs it"),
        (("--cognito-pool-parameters=values.json",), "--cognito-pool-parameters needs it"),
        (("--cognito-allow-unknown",), "--cognito-allow-unknown needs it"),
        (
            ("--cognito-pool=pool.yaml", "--cognito-pool-parameter=Mfa"),
            "--cognito-pool-parameter: cannot use 'Mfa'; it must look like NAME=VALUE",
        ),
        (
            ("--cognito-pool=pool.yaml", "--cognito-pool-parameter=Maf=ON"),
            "did you mean 'Mfa'? allowed: Key, Mfa, Verified; not a parameter of pool.yaml",
        ),
        (
            ("--cognito-pool=pool.yaml", "--cognito-pool-parameters=none.json"),
            "--cognito-pool-parameters: cannot use 'none.json'; it cannot be read",
        ),
        (
            (
                *("--cognito-pool=pool.yaml", "--cognito-allow-unknown"),
                *("--cognito-user-pool-id=us-east-1_AbCdEf123", "--cognito-client-id=1a2b"),
                *("--cognito-target=endpoint", "--cognito-endpoint-url=http://127.0.0.1:1"),
            ),
            "compare it with a snapshot of it",
        ),
    ],
)
def test_misuse_ends_the_run_in_one_line(
    inner: Inner, arguments: tuple[str, ...], part: str
) -> None:
    """What cannot be used ends the run with one line and exit code 2."""
    result = inner(*arguments, source=TESTS)
    assert result.ret == 2
    assert part in the_one_line(result)


def test_words_other_than_yes_and_no_are_refused(inner: Inner) -> None:
    """In the environment, a flag takes the words that pytest takes in its files."""
    result = inner(
        "--cognito-pool=pool.yaml", source=TESTS, COGNITO_HARNESS_ALLOW_UNKNOWN="perhaps"
    )
    assert result.ret == 2
    assert "--cognito-allow-unknown: cannot use 'perhaps'" in the_one_line(result)


def test_a_failure_repeats_the_values_but_no_hidden_one(inner: Inner) -> None:
    """The command that repeats a failed test has its parameters, without those with NoEcho."""
    source = TESTS + (
        '\n@pytest.mark.cognito_pool(mfa="ON")\ndef test_fails(cognito_pool):\n    assert False\n'
    )
    result = inner(
        "--cognito-pool=pool.yaml",
        "--cognito-pool-parameter=Mfa=ON",
        "--cognito-pool-parameter=Key=hunter2",
        "--cognito-pool-parameter=Verified=email",
        source=source,
    )
    result.assert_outcomes(passed=1, skipped=1, failed=1)
    given = "--cognito-pool-parameter=Mfa=ON --cognito-pool-parameter=Verified=email"
    result.stdout.fnmatch_lines([f"*--cognito-pool=pool.yaml {given}*"])
    assert "hunter2" not in result.stdout.str() + result.stderr.str()


def test_the_command_of_the_page_works(inner: Inner) -> None:
    """The command of docs/pools.md with parameters runs on the pool that they describe."""
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    (line,) = [
        one for one in page.splitlines() if one.startswith("pytest ") and "-parameter" in one
    ]
    Path("prod.json").write_text('{"Mfa": "OFF", "Verified": ["email"]}', encoding="utf-8")
    inner(*line.split()[1:], source=TESTS).assert_outcomes(passed=1, skipped=1)


def test_workers_of_xdist_get_the_values(inner: Inner) -> None:
    """Each worker makes the same pool."""
    arguments = ("-p", "xdist", "-n", "1", "--cognito-pool=pool.yaml")
    result = inner(*arguments, "--cognito-pool-parameter=Mfa=ON", source=TESTS)
    result.assert_outcomes(passed=1, skipped=1)
