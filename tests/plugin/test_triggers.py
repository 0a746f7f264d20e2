"""The fixture ``cognito_triggers``: handlers of a suite take part in its run."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Inner

SUITE = """
import pytest
from harness.emulator import Triggers

def confirm(event, context):
    event["response"]["autoConfirmUser"] = True
    return event

@pytest.fixture(scope="session")
def cognito_triggers():
    return Triggers(pre_sign_up=confirm)

def test_confirmed_at_once(cognito_signed_up, cognito_actions):
    shown = cognito_actions.admin_get_user(cognito_signed_up.username)
    assert shown["UserStatus"] == "CONFIRMED"
"""


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_handlers_take_part(inner: Inner, target: str) -> None:
    """Where the run starts the emulator, in process or over HTTP, its handlers decide."""
    inner(f"--cognito-target={target}", source=SUITE).assert_outcomes(passed=1)


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_triggers_of_another_type_end_the_run(inner: Inner, target: str) -> None:
    """A fixture that returns something else is one line, and no test runs."""
    source = SUITE.replace("Triggers(pre_sign_up=confirm)", '{"pre_sign_up": confirm}')
    result = inner(f"--cognito-target={target}", source=source)
    text = result.stdout.str() + result.stderr.str()
    assert "triggers: cannot use 'dict'; it must be None or harness.emulator.Triggers(" in text
    assert "Traceback" not in text
    result.assert_outcomes()


APP = """
def check(event, context):
    event["response"]["autoConfirmUser"] = True
    return event
"""
OPTION_SUITE = """
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:check"

def test_pool_names_the_function(cognito_target, cognito_person):
    cognito = cognito_target.client()
    pool = cognito.create_user_pool(PoolName="p", LambdaConfig={"PreSignUp": FUNCTION})
    pool_id = pool["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="c")
    answer = cognito.sign_up(
        ClientId=client["UserPoolClient"]["ClientId"],
        Username="alice",
        Password="Correct-Horse-7",
    )
    cognito.delete_user_pool(UserPoolId=pool_id)
    assert answer["UserConfirmed"]
"""
TRIGGER = "check=handlers_of_an_option:check"


@pytest.fixture
def handlers(pytester: pytest.Pytester) -> None:
    """Put a module with a handler into the folder of the run."""
    pytester.makepyfile(handlers_of_an_option=APP)


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_option_maps_functions(inner: Inner, handlers: None, target: str) -> None:
    """A pool runs the handler of the function that its LambdaConfig names."""
    result = inner(
        f"--cognito-target={target}", f"--cognito-trigger={TRIGGER}", source=OPTION_SUITE
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*triggers {TRIGGER} (command line)*"])


def test_file_maps_functions(inner: Inner, pytester: pytest.Pytester, handlers: None) -> None:
    """The configuration file may have one on each line."""
    pytester.makeini(f"[pytest]\ncognito_trigger =\n    {TRIGGER}\n")
    inner(source=OPTION_SUITE).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--cognito-trigger=check"],
            "cannot use 'check' (from command line); it must be FUNCTION",
        ),
        (
            ["--cognito-trigger=check=no_such_module_here:f"],
            "cannot use 'no_such_module_here:f' (from command line); importing it raised "
            "ModuleNotFound",
        ),
        (
            ["--cognito-trigger=check=http://ann:hunter2@127.0.0.1:3001"],
            "cannot use 'a URL' (from command line); the URL of a handler has no user",
        ),
        (
            [f"--cognito-trigger={TRIGGER}", "--cognito-target=stub"],
            "--cognito-target=stub has its own triggers",
        ),
        (
            [
                f"--cognito-trigger={TRIGGER}",
                "--cognito-target=server",
                "--cognito-endpoint-url=http://127.0.0.1:1",
            ],
            "handlers run in an emulator that the run starts",
        ),
    ],
)
def test_unusable_option_is_one_line(
    inner: Inner, handlers: None, arguments: list[str], words: str
) -> None:
    """One line says what is wrong, and no test runs."""
    result = inner(*arguments, source=OPTION_SUITE)
    text = result.stdout.str() + result.stderr.str()
    assert words in text
    assert "Traceback" not in text
    assert "hunter2" not in text
    assert result.ret == 2


def test_option_and_fixture_of_the_suite_exclude_each_other(inner: Inner, handlers: None) -> None:
    """An option that the suite's own fixture would leave out is not ignored."""
    result = inner(f"--cognito-trigger={TRIGGER}", source=SUITE)
    text = result.stdout.str() + result.stderr.str()
    assert "the suite's own fixture cognito_triggers returns other handlers" in text
    assert result.ret == 2


FILE_SUITE = """
def test_file_names_the_function(cognito_signed_up, cognito_actions):
    shown = cognito_actions.admin_get_user(cognito_signed_up.username)
    assert shown["UserStatus"] == "CONFIRMED"
"""
TEMPLATE = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      AutoVerifiedAttributes: [email]
      LambdaConfig: {PreSignUp: !GetAtt CheckFunction.Arn}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH]}
"""


def test_function_that_a_template_refers_to_has_a_handler(
    inner: Inner, pytester: pytest.Pytester, handlers: None
) -> None:
    """The logical id of the function's resource is its name."""
    pytester.makefile(".yaml", template=TEMPLATE)
    trigger = "CheckFunction=handlers_of_an_option:check"
    result = inner(
        "--cognito-pool=template.yaml", f"--cognito-trigger={trigger}", source=FILE_SUITE
    )
    result.assert_outcomes(passed=1)
