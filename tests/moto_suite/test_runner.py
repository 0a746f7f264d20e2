"""Tests of the runner on a small made-up distribution: its environment and its report."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from harness.errors import HarnessError
from tests.moto_suite.distribution import COGNITO_TESTS, fetch, unpack
from tests.moto_suite.runner import Outcome, environment, run_tests

#: A suite like moto's: one mock per test, verified tests, waiting only on AWS.
_SUITE = """
import os
import time

import boto3
import pyotp
import pytest
from moto import mock_aws


def allow_aws_request():
    return False


@mock_aws
def test_truthful():
    conn = boto3.client("cognito-idp", "eu-west-1")
    pool_id = conn.create_user_pool(PoolName="a")["UserPool"]["Id"]
    client_id = conn.create_user_pool_client(UserPoolId=pool_id, ClientName="b")["UserPoolClient"][
        "ClientId"
    ]
    conn.sign_up(ClientId=client_id, Username="alice", Password="Correct-horse-1")
    with pytest.raises(conn.exceptions.ExpiredCodeException):
        conn.confirm_sign_up(ClientId=client_id, Username="alice", ConfirmationCode="wrong")


@pytest.mark.aws_verified
def test_waits():
    totp = pyotp.TOTP("A" * 32)
    first = second = totp.now()
    if allow_aws_request():
        while first == second:
            second = totp.now()
            time.sleep(1)
    assert first != second


def test_fails():
    raise ValueError("said alice@example.com\\nand more")


def test_skips():
    pytest.skip("not today")


def test_alone(request):
    assert not any(name in os.environ for name in ("AWS_PROFILE", "COGNITO_HARNESS_TARGET"))
    assert not request.config.pluginmanager.hasplugin("harness.plugin")
"""


def archive(folder: Path, files: dict[str, str], moto: str = "5.2.5") -> Path:
    """Make a source distribution from these files."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"moto-{moto}.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        for name, text in files.items():
            content = text.encode()
            member = tarfile.TarInfo(f"moto-{moto}/{name}")
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


def test_a_run_tells_how_each_test_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run on the emulator, waiting moves its clock, and the caller's settings are gone."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("COGNITO_HARNESS_TARGET", "server")
    files = {
        "tests/__init__.py": "",
        f"tests/{COGNITO_TESTS}/__init__.py": "",
        f"tests/{COGNITO_TESTS}/test_it.py": _SUITE,
    }
    unpack(archive(tmp_path / "archives", files), tmp_path)
    name = f"{COGNITO_TESTS}/test_it.py::test"
    assert run_tests(tmp_path) == [
        Outcome(f"{name}_truthful", True, False),
        Outcome(f"{name}_waits", True, True),
        Outcome(f"{name}_fails", False, False, "said a***@e***"),
        Outcome(f"{name}_skips", False, False, "not today"),
        Outcome(f"{name}_alone", True, False),
    ]


def test_a_run_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    """A file that cannot be imported ends the run with an error."""
    files = {f"tests/{COGNITO_TESTS}/test_it.py": "import a_module_that_does_not_exist"}
    unpack(archive(tmp_path / "archives", files), tmp_path)
    with pytest.raises(HarnessError, match="a_module_that_does_not_exist"):
        run_tests(tmp_path)


def test_only_the_cognito_tests_are_unpacked(tmp_path: Path) -> None:
    """moto itself, other tests, and paths outside the folder are not unpacked."""
    files = {
        "moto/__init__.py": "",
        "tests/__init__.py": "",
        "tests/test_s3/test_s3.py": "",
        f"tests/{COGNITO_TESTS}/test_it.py": "",
        f"tests/{COGNITO_TESTS}/../../../outside.py": "",
    }
    place = tmp_path / "place"
    unpack(archive(tmp_path / "archives", files), place)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")}
    assert found == {"place/tests/__init__.py", f"place/tests/{COGNITO_TESTS}/test_it.py"}


def test_a_distribution_without_tests_is_refused(tmp_path: Path) -> None:
    """If moto stops shipping its tests, the run must not pass."""
    with pytest.raises(HarnessError, match="are moto's tests gone"):
        unpack(archive(tmp_path, {"moto/__init__.py": ""}), tmp_path)


def test_an_existing_distribution_is_not_downloaded(tmp_path: Path) -> None:
    """A kept archive is reused: this one has a version that never existed."""
    made = archive(tmp_path, {}, moto="0.0.0.1")
    assert fetch("0.0.0.1", tmp_path) == made


def test_the_run_has_no_network_but_loopback(tmp_path: Path) -> None:
    """A request that no mock handles goes to a closed port, without credentials."""
    variables = environment(tmp_path)
    assert variables["HTTPS_PROXY"] == variables["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert not [name for name in variables if name.startswith("AWS_") and "KEY" in name]
    assert not Path(variables["AWS_CONFIG_FILE"]).exists()
