"""A folder with every file that the pages name, next to a served emulator with their pool."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from harness.emulator.server import EmulatorServer
from tests.docs.blocks import blocks
from tests.support.sources import ROOT

__all__ = ["World", "made_pool", "write_files"]

#: A template whose parameter the pages give.
_POOL = """\
Parameters:
  Mfa: {Type: String, Default: "ON", AllowedValues: ["ON", "OFF"]}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: !Ref Mfa
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      AutoVerifiedAttributes: [email]
      DeviceConfiguration: {ChallengeRequiredOnNewDevice: true}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        - ALLOW_USER_PASSWORD_AUTH
        - ALLOW_ADMIN_USER_PASSWORD_AUTH
        - ALLOW_REFRESH_TOKEN_AUTH
"""
_ASSEMBLY = ROOT / "tests" / "pools" / "sources" / "files" / "cdk.out"
#: Files that the pages name, and whose content a block of them shows.
_SHOWN = {
    "audit.toml": "audit.md",
    "known.toml": "cli.md",
    "faults.toml": "emulator.md",
    "profile.toml": "load-profiles.md",
}
#: What an app client needs for managed login.
_PAGES = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": ["http://localhost:3000/callback"],
    "SupportedIdentityProviders": ["COGNITO"],
}
_FLOWS = ("USER_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")


@dataclass(frozen=True)
class World:
    """What a command of the pages works with.

    Attributes:
        folder: where it runs.
        url: the served emulator that it reaches.
        ids: the ids that the pages write, each with what it is here.
    """

    folder: Path
    url: str
    ids: Mapping[str, str]

    def told(self, command: str) -> str:
        """Return a command with the names of this world in place of those of the page."""
        for written, here in self.ids.items():
            command = command.replace(written, here)
        for port in ("5000", "4566"):
            command = command.replace(f"http://127.0.0.1:{port}", self.url)
        return command


def made_pool(server: EmulatorServer) -> Mapping[str, str]:
    """Make the pages' pool on a server, with a user who has been sent codes; return its ids."""
    cognito = _client(server.url)
    pool = cognito.create_user_pool(
        PoolName="app",
        AutoVerifiedAttributes=["email"],
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True},
    )["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="shop")
    app = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        ExplicitAuthFlows=[f"ALLOW_{flow}" for flow in _FLOWS],
        **_PAGES,
    )["UserPoolClient"]["ClientId"]
    _sent_codes(cognito, pool, app)
    return {"us-east-1_AbCdEf123": pool, "1example23456789": app}


def write_files(folder: Path, server: EmulatorServer, ids: Mapping[str, str]) -> None:
    """Write all files that the pages name into a folder."""
    shutil.copytree(ROOT / "stack", folder / "stack")
    shutil.copytree(ROOT / "docs" / "recipes" / "triggers", folder / "functions")
    _assembly(folder / "cdk.out")
    for name, page in _SHOWN.items():
        text = [each.text for each in blocks() if each.page.name == page]
        tables = [each for each in text if each.lstrip().startswith(("[", "preset", "seed", "#"))]
        # The pages' load runs take minutes.
        short = re.sub(r"(?m)^(seconds|users|spawn_rate) = \d+", r"\1 = 2", tables[-1])
        _write(folder / name, short)
    for name in ("pool.yaml", "template.yaml", "FILE"):
        _write(folder / name, _POOL)
    _write(folder / "prod.json", '{"Parameters": {"Mfa": "ON"}}')
    overrides = 'version = 0.1\n[prod.deploy.parameters]\nparameter_overrides = "Mfa=ON"\n'
    _write(folder / "samconfig.toml", overrides)
    for name in ("seed.yaml", "other.yaml"):
        _write(folder / name, _first("seeds.md", "yaml"))
    _descriptions(folder, server, ids)
    _records(folder)


def _first(page: str, language: str) -> str:
    """Return the first block of a language on a page."""
    found = (each for each in blocks() if each.page.name == page and each.language == language)
    return next(found).text


def _assembly(folder: Path) -> None:
    """Write what `cdk synth` writes, with the names of the pages."""
    shutil.copytree(_ASSEMBLY, folder)
    template = folder / "SignInStack.template.json"
    text = template.read_text(encoding="utf-8")
    text = text.replace("Pool10E0F2A7", "SignInPool").replace("PoolClient8A3E5EB7", "Web")
    _write(template, text)


def _descriptions(folder: Path, server: EmulatorServer, ids: Mapping[str, str]) -> None:
    """Write a snapshot of the pool, and what three commands of the AWS CLI say about it."""
    pool, app = ids.values()
    for name in ("snapshot.json", "pool.json"):
        output = ("--user-pool-id", pool, "--output", name)
        _program(folder, "harness.cli", "snapshot", "--endpoint-url", server.url, *output)
    cognito = _client(server.url)
    (folder / "pool").mkdir()
    for name, answer in {
        "pool": cognito.describe_user_pool(UserPoolId=pool),
        "mfa": cognito.get_user_pool_mfa_config(UserPoolId=pool),
        "web": cognito.describe_user_pool_client(UserPoolId=pool, ClientId=app),
    }.items():
        del answer["ResponseMetadata"]
        _write(folder / "pool" / f"{name}.json", json.dumps(answer, default=str))


def _records(folder: Path) -> None:
    """Write the records and the latencies of two runs."""
    scenario = str(ROOT / "scenarios" / "test_main_job.py")
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "-n", "0")
    configured = ("-c", str(ROOT / "pytest.ini"), "--cognito-srp=native")
    for number, name in enumerate(("run", "before"), start=1):
        kept = (f"--cognito-record={name}.jsonl", f"--cognito-latencies=machine-{number}.json")
        _program(folder, "pytest", scenario, *options, *configured, *kept)


def _sent_codes(cognito: Any, pool: str, app: str) -> None:
    email = [{"Name": "email", "Value": "ada@example.com"}]
    cognito.sign_up(ClientId=app, Username="ada", Password="Correct-Horse-7", UserAttributes=email)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="ada")
    verified = [{"Name": "email_verified", "Value": "true"}]
    cognito.admin_update_user_attributes(UserPoolId=pool, Username="ada", UserAttributes=verified)
    cognito.forgot_password(ClientId=app, Username="ada")


def _client(url: str) -> Any:
    return boto3.client(
        "cognito-idp",
        "us-east-1",
        endpoint_url=url,
        aws_access_key_id="anything",
        aws_secret_access_key="anything",
    )


def _program(folder: Path, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
