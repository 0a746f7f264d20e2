"""What a start imports: its time and memory go there, and one line can bring a library back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.sources import ROOT

#: What answers the other services of AWS, and what moto needs for it.
MOTO = {"flask", "jinja2", "moto", "requests", "werkzeug"}
AWS_CLIENT = {"boto3", "botocore"}
#: What few starts need: people, screens, the checks of Typer, keys, SRP, patterns.
OTHERS = {"cryptography", "faker", "gmpy2", "pydantic", "regex", "rich"}

_SHOW = """
import sys
print("\\nimported:", *(name for name in sys.modules if name.count(".") < 2))
"""
_CALL = """
import http.client, json

def call(port, operation, signed, **members):
    headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService." + operation}
    if signed:
        scope = "AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request"
        headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=" + scope
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/", json.dumps(members), headers)
    response = connection.getresponse()
    body = json.loads(response.read())
    assert response.status == 200, body
    return body
"""
_SERVE = """
from harness import cli
from harness.cli.serve.signals import StopSignals
from harness.emulator.server import emulator_server

def sign_in(_signals):
    listener = emulator_server.EmulatorServer.listening
    port = int(listener.rpartition(":")[2])
    pool = call(port, "CreateUserPool", True, PoolName="start")["UserPool"]["Id"]
    client = call(
        port, "CreateUserPoolClient", True, UserPoolId=pool, ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    user = {"Username": "ann", "Password": "Pass-word-1"}
    call(port, "AdminCreateUser", True, UserPoolId=pool, Username="ann")
    call(port, "AdminSetUserPassword", True, UserPoolId=pool, Permanent=True, **user)
    parameters = {name.upper(): value for name, value in user.items()}
    answer = call(
        port, "InitiateAuth", False, ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=parameters,
    )
    assert answer["AuthenticationResult"]["AccessToken"]

start = emulator_server.EmulatorServer.start

def noted(server):
    started = start(server)
    emulator_server.EmulatorServer.listening = server.url
    return started

emulator_server.EmulatorServer.start = noted
StopSignals.wait = sign_in
sys.argv = ["cognito-harness", "serve", "--port", "0"]
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
"""
#: botocore imports pyOpenSSL, and so cryptography, where it is installed, and webauthn brings it:
#: https://github.com/boto/botocore/blob/develop/botocore/httpsession.py
_WITHOUT_OPENSSL = "sys.modules['OpenSSL'] = None"
_IN_PROCESS = """
from harness.targets.emulated import EmulatedTarget

target = EmulatedTarget(region="us-east-1")
target.start()
assert target.client().list_user_pools(MaxResults=1)["UserPools"] == []
"""
_HELP = """
from harness import cli

sys.argv = ["cognito-harness", "--help"]
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
"""


def imported(*arguments: str, folder: Path = ROOT) -> set[str]:
    """Return the modules that a new interpreter has when it prints them."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = next(line for line in done.stdout.splitlines() if line.startswith("imported: "))
    return set(shown.split()[1:])


def test_a_served_sign_in_needs_neither_moto_nor_an_aws_client() -> None:
    """`serve` listens, and answers a first sign-in, with what Cognito needs alone."""
    found = imported("-c", "import sys\n" + _CALL + _SERVE + _SHOW)
    assert found & (MOTO | AWS_CLIENT | {"faker", "rich"}) == set()
    assert "harness.emulator" in found


def test_the_first_answer_in_process_needs_no_moto() -> None:
    """An attached client is answered without moto, keys and SRP."""
    found = imported("-c", "import sys\n" + _WITHOUT_OPENSSL + _IN_PROCESS + _SHOW)
    assert found & (MOTO | {"cryptography", "faker", "gmpy2", "rich"}) == set()
    assert "boto3" in found


def test_help_imports_no_command() -> None:
    """The list of commands is shown without what any of them needs."""
    found = imported("-c", "import sys\n" + _HELP + _SHOW)
    assert found & (MOTO | AWS_CLIENT | OTHERS | {"asyncio", "harness.emulator"}) == set()


def test_a_run_without_cognito_imports_little(tmp_path: Path) -> None:
    """In other projects' runs the plugin reads no settings, and brings in no library."""
    body = _SHOW.strip().replace("\n", "\n    ")
    shows = f"def pytest_sessionfinish():\n    {body}\n"
    (tmp_path / "conftest.py").write_text(shows, encoding="utf-8")
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n", encoding="utf-8")
    found = imported(
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        "-p",
        "harness.plugin",
        folder=tmp_path,
    )
    ours = {"harness.emulator", "harness.flows", "harness.pools", "harness.srp", "harness.users"}
    assert found & (MOTO | AWS_CLIENT | OTHERS | ours) == set()
    assert "harness.plugin" in found
