"""``serve --trigger``: the functions of LambdaConfig have local handlers."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.cli.processes import cognito_harness, serving

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
APP = """def check(event, context):
    event["response"]["autoConfirmUser"] = True
    return event
"""
NODE = """export const handler = async (event) => {
  console.log("stamping", event.userName);
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { scopesToAdd: ["shop/read"] } };
  return event;
};"""


def client_of(url: str) -> Any:
    """Return a client of the server."""
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a handler in Python and one in a Node module."""
    (tmp_path / "handlers_of_this_test.py").write_text(APP, encoding="utf-8")
    (tmp_path / "claims.mjs").write_text(NODE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sign_up(url: str, **config: object) -> bool:
    """Sign up in a new pool; return whether the user is confirmed at once."""
    cognito = client_of(url)
    pool = cognito.create_user_pool(PoolName="p", LambdaConfig=config)["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]
    answer = cognito.sign_up(
        ClientId=client["ClientId"], Username="alice", Password="Correct-Horse-7"
    )
    return bool(answer["UserConfirmed"])


def test_handler_of_the_current_directory_runs(app: Path) -> None:
    """A module in the current directory needs no path; the server says which handlers it has."""
    noisy = "print('imported')\nfrom handlers_of_this_test import check\n"
    (app / "noisy_of_this_test.py").write_text(noisy, encoding="utf-8")
    with serving("--trigger", "check=noisy_of_this_test:check") as it:
        assert sign_up(it.url, PreSignUp=f"{FUNCTION}check")
        assert not sign_up(it.url)
        _, out, err = it.stop(signal.SIGTERM)
    assert "trigger: check is noisy_of_this_test:check\n" in out
    assert err == "imported\n"


def test_function_without_handler_is_said_once(app: Path) -> None:
    """Without a mapping the call goes on, and one line names pool, trigger and function."""
    with serving() as it:
        assert not sign_up(it.url, PreSignUp=f"{FUNCTION}check")
        _, _, err = it.stop(signal.SIGTERM)
    (line,) = err.splitlines()
    assert line.endswith(
        f"PreSignUp of LambdaConfig is not called: {FUNCTION}check has no handler here"
    )


def test_function_without_handler_can_be_refused() -> None:
    """A strict server answers as Cognito does where it may not invoke the function."""
    with serving("--unmapped-triggers", "refuse") as it:
        with pytest.raises(Exception, match="failed due to error AccessDeniedException"):
            sign_up(it.url, PreSignUp=f"{FUNCTION}check")
        _, out, _ = it.stop(signal.SIGTERM)
    assert "trigger: functions without a handler are refused\n" in out


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_node_module_runs_and_its_log_is_shown(app: Path) -> None:
    """The function's log goes to the standard error, beside what the server says."""
    with serving("--trigger", "stamp=claims.mjs:handler", "--trigger-timeout", "20") as it:
        cognito = client_of(it.url)
        config = {"LambdaArn": f"{FUNCTION}stamp", "LambdaVersion": "V2_0"}
        pool = cognito.create_user_pool(
            PoolName="p",
            LambdaConfig={"PreTokenGenerationConfig": config},
        )["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        cognito.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS")
        password = "Correct-Horse-7"
        cognito.admin_set_user_password(
            UserPoolId=pool, Username="alice", Password=password, Permanent=True
        )
        cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": password},
        )
        _, _, err = it.stop(signal.SIGTERM)
    assert "[claims.mjs:handler] stamping alice\n" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "--trigger: cannot use 'check'; it must be FUNCTION=HANDLER"),
        (["check="], "--trigger: cannot use 'check='"),
        (["a b=m:f"], "--trigger: cannot use 'a b'; a function is given by its ARN"),
        (["check=handlers_of_this_test:chek"], "has no chek; did you mean check?"),
        (["check=no_such_module_here:f"], "importing it raised ModuleNotFoundError"),
        (["check=handlers_of_this_test.check"], "it must be module:function"),
        (["check=missing.mjs:handler"], "there is no file missing.mjs"),
        (["check=claims.ts:handler"], "Node runs the compiled module"),
        (["check=claims.mjs:nope"], "Node cannot load it: Error: nope is undefined"),
        (["check=http://x/y"], "/2015-03-31/functions/NAME/invocations"),
        (
            ["check=handlers_of_this_test:check", "--trigger", "check=claims.mjs:handler"],
            "check has a handler already",
        ),
    ],
)
def test_unusable_handler_is_one_line(app: Path, arguments: list[str], words: str) -> None:
    """The start ends with 2, and one line has the option, what was given and what is allowed."""
    if "Node cannot load" in words and shutil.which("node") is None:
        pytest.skip("needs Node.js")
    finished = cognito_harness("serve", "--port", "0", "--trigger", *arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.count("\n") == 1
    assert words in finished.stderr
    assert "--trigger" in finished.stderr


@pytest.mark.parametrize(
    ("option", "text"),
    [("--unmapped-triggers", "skp"), ("--trigger-timeout", "soon"), ("--trigger-timeout", "0")],
)
def test_unusable_option_is_one_line(option: str, text: str) -> None:
    """So it does for the other options."""
    finished = cognito_harness("serve", "--port", "0", option, text)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith(f"cognito-harness: {option}: cannot use '{text}'")
    assert finished.stderr.count("\n") == 1
