"""The page about your own pools quotes what a run prints."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import boto3
import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.configuration.pool_configuration import SourceFormat
from harness.pools.sources import load
from tests.pools.sources.files import EVERY_FORMAT
from tests.support.sources import ROOT, name_of, python_files

_QUOTED = re.compile(r"^SKIPPED \[1\] scenarios/(\w+\.py):(\d+): .*?(?=^```)", re.M | re.S)


def test_the_quoted_skip_is_what_a_run_prints() -> None:
    """The line of a skipped scenario has the file, the line number and the words of the page."""
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    quoted = _QUOTED.search(page)
    assert quoted is not None
    file, line = quoted[1], int(quoted[2])
    assert f"scenarios/{file}" in map(name_of, python_files("scenarios"))

    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "0", "-q", "-rs", "-p", "no:cacheprovider"),
            "--cognito-pool=stack/cognito-mfa-pool.yaml",
            *(f"scenarios/{file}", "-k", _test_at(file, line)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert " ".join(quoted[0].split()) in " ".join(done.stdout.split()), done.stdout + done.stderr


def _test_at(file: str, line: int) -> str:
    """Return the name of the test whose definition or decorators the line belongs to."""
    lines = (ROOT / "scenarios" / file).read_text(encoding="utf-8").splitlines()
    following = (re.match(r"def (test_\w+)", text) for text in lines[line - 1 :])
    return next(found[1] for found in following if found is not None)


def test_every_format_has_a_file() -> None:
    """There is a file of each format, apart from snapshots and live pools."""
    assert {*EVERY_FORMAT, "snapshot", "live pool"} == set(get_args(SourceFormat))


@pytest.mark.skipif(shutil.which("aws") is None, reason="the AWS CLI is not installed")
def test_the_outputs_of_the_aws_cli_are_read(tmp_path: Path) -> None:
    """The commands of the page write a folder that describes the whole pool, without its secret."""
    page = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    commands = re.findall(r"^aws (cognito-idp .*) > (pool/\w+\.json)$", page, re.MULTILINE)
    assert len(commands) == 3
    (tmp_path / "pool").mkdir()
    with EmulatorServer() as server:
        client = boto3.client(
            "cognito-idp",
            "us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        pool_id = client.create_user_pool(PoolName="described")["UserPool"]["Id"]
        client.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            MfaConfiguration="ON",
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        app = client.create_user_pool_client(
            UserPoolId=pool_id, ClientName="web", GenerateSecret=True
        )["UserPoolClient"]
        client.close()
        for command, path in commands:
            named = command.replace("us-east-1_AbCdEf123", pool_id)
            words = shlex.split(named.replace("1example23456789", app["ClientId"]))
            output = _aws(server.url, *words)
            (tmp_path / path).write_text(output, encoding="utf-8")
    found = load(tmp_path / "pool")
    assert not found.pool.unknown()
    assert not found.mfa.unknown()
    assert found.mfa.value("SoftwareTokenMfaConfiguration.Enabled") is True
    assert found.client("web").value("GenerateSecret") is True
    assert found.other_clients is None
    assert json.loads((tmp_path / "pool" / "web.json").read_text())["UserPoolClient"]
    assert app["ClientSecret"] not in repr(found)


def _aws(url: str, *words: str) -> str:
    """Return what a command of the AWS CLI prints about a served emulator."""
    keys = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
    done = subprocess.run(
        ["aws", "--region", "us-east-1", "--endpoint-url", url, *words],
        env={**os.environ, **keys, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout
