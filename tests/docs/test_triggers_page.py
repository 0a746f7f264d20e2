"""The commands and the files of docs/triggers.md: a server that runs them as the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.emulator import LambdaFunctions, Triggers
from harness.emulator.triggers.handlers import FIELDS
from harness.emulator.triggers.lambda_config import FunctionName
from tests.cli.processes import serving
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "triggers.md").read_text(encoding="utf-8")
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
COMMANDS = re.findall(r"^cognito-harness serve (.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder that has the functions of the page."""
    shutil.copytree(ROOT / "docs" / "recipes" / "triggers", tmp_path / "functions")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_first_command_runs_the_functions(functions: Path) -> None:
    """Both functions take part: one in Python, one in a Node module."""
    with serving(*shlex.split(COMMANDS[0])) as it:
        cognito: Any = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=it.url,
            aws_access_key_id="a",
            aws_secret_access_key="b",
        )
        claims = {"LambdaArn": f"{FUNCTION}add-claims", "LambdaVersion": "V2_0"}
        config = {"PreSignUp": f"{FUNCTION}check-sign-up", "PreTokenGenerationConfig": claims}
        pool = cognito.create_user_pool(PoolName="p", LambdaConfig=config)["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        password = "Correct-horse-1"
        for name, domain in (("alice", "example.com"), ("mallory", "example.net")):
            email = [{"Name": "email", "Value": f"{name}@{domain}"}]
            members = {"ClientId": client, "Username": name, "Password": password}
            if name == "alice":
                assert cognito.sign_up(**members, UserAttributes=email)["UserConfirmed"]
            else:
                with pytest.raises(Exception, match=r"mallory@example\.net may not sign up"):
                    cognito.sign_up(**members, UserAttributes=email)
        cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "alice", "PASSWORD": password},
        )
        _, _, err = it.stop(signal.SIGTERM)
    assert "[claims.mjs:handler] tokens for alice\n" in err


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_other_commands_start_a_server(command: str) -> None:
    """Endpoints need not be there when the server starts."""
    with serving(*shlex.split(command)) as it:
        _, out, _ = it.stop(signal.SIGTERM)
    assert "trigger: check-sign-up is http://127.0.0.1:" in out


def test_table_has_every_trigger() -> None:
    """Each trigger is there by its name in LambdaConfig and by its field."""
    for trigger, field in FIELDS.items():
        assert f"`{trigger}`" in PAGE
        assert f"`{field}`" in PAGE
        assert hasattr(Triggers, field)


def test_table_of_functions_says_how_they_are_read() -> None:
    """What the page writes before the equal sign names a function."""
    written = re.findall(r"^\| `([a-z][^`|]*)=\.\.\.`", PAGE, re.MULTILINE)
    assert len(written) == 3
    assert all(FunctionName.read(name) for name in written)
    assert LambdaFunctions(dict.fromkeys(written, print)).targets.keys() == set(written)
