"""aioboto3 works with the emulator in process and over HTTP, unmodified."""

from __future__ import annotations

import asyncio
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from harness.emulator import Emulator, install, uninstall
from harness.emulator.server import EmulatorServer
from tests.support.sources import ROOT

aioboto3: Any = importlib.import_module("aioboto3")

PASSWORD = "Correct-horse-1"


@contextmanager
def installed() -> Iterator[Emulator]:
    """An installed emulator under moto's mock."""
    emulator = install()
    try:
        with mock_aws():
            yield emulator
    finally:
        uninstall()


def client(url: str | None = None) -> Any:
    """Return the context of a client, which is made when it is entered."""
    keys = {"aws_access_key_id": "anything", "aws_secret_access_key": "anything"}
    session = aioboto3.Session(region_name="us-east-1", **keys)
    return session.client("cognito-idp", endpoint_url=url)


async def signs_up_and_in(cognito: Any, emulator: Emulator) -> None:
    """Sign up, see a refusal, confirm with the code from the outbox, and sign in."""
    pool = await cognito.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = await cognito.create_user_pool_client(
        UserPoolId=pool["UserPool"]["Id"], ClientName="c", ExplicitAuthFlows=flows
    )
    names = {"ClientId": app["UserPoolClient"]["ClientId"], "Username": "alice"}
    contact = [{"Name": "email", "Value": "alice@example.com"}]
    await cognito.sign_up(**names, Password=PASSWORD, UserAttributes=contact)
    code = emulator.outbox.messages(username="alice")[0].code
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(ClientError) as caught:
        await cognito.confirm_sign_up(**names, ConfirmationCode=wrong)
    assert caught.value.response["Error"]["Code"] == "CodeMismatchException"
    await cognito.confirm_sign_up(**names, ConfirmationCode=code)
    signed_in = await cognito.initiate_auth(
        ClientId=names["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    token = signed_in["AuthenticationResult"]["AccessToken"]
    assert (await cognito.get_user(AccessToken=token))["Username"] == "alice"


@pytest.mark.parametrize("place", [Emulator, installed], ids=["emulator", "install"])
def test_in_process(place: Any) -> None:
    """Under moto's mock, an asynchronous client is served as any other."""

    async def run() -> None:
        with place() as emulator:
            async with client() as cognito:
                await signs_up_and_in(cognito, emulator)

    asyncio.run(run())


def test_attached() -> None:
    """A single asynchronous client can be attached."""

    async def run() -> None:
        emulator = Emulator(mock=False)
        async with client() as cognito:
            emulator.attach(cognito)
            await signs_up_and_in(cognito, emulator)

    asyncio.run(run())


def test_over_http() -> None:
    """A served emulator needs nothing but the address."""

    async def run() -> None:
        with EmulatorServer() as server:
            async with client(server.url) as cognito:
                await signs_up_and_in(cognito, server.emulator)

    asyncio.run(run())


def test_example_of_the_page_runs(tmp_path: Path) -> None:
    """The example in docs/clients.md runs to its end."""
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (example,) = [block for block in blocks if "import aioboto3" in block]
    file = tmp_path / "example.py"
    file.write_text(example, encoding="utf-8")
    command = [sys.executable, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
