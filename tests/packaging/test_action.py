"""Tests of the composite action: its steps run as on GitHub's runner, but the installation."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest

from tests.packaging.actions import Runner, action
from tests.support.sources import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the steps are for bash")

INSTALL, SERVE, PROVISION = action()["runs"]["steps"]
TEMPLATE = "stack/cognito-mfa-pool.yaml"


@pytest.fixture
def started() -> Iterator[list[Runner]]:
    """Runners whose servers end with the test."""
    runners: list[Runner] = []
    yield runners
    for runner in runners:
        with suppress(ProcessLookupError, KeyError):
            os.kill(int(runner.outputs["serve"]["pid"]), signal.SIGTERM)


def runner(folder: Path, started: list[Runner], **inputs: str) -> Runner:
    """Return a runner whose server is stopped."""
    made = Runner(folder, {name.replace("_", "-"): text for name, text in inputs.items()})
    started.append(made)
    return made


def test_it_matches_its_schema() -> None:
    """GitHub's schema of actions accepts the file."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
    ]
    done = subprocess.run(
        [*command, "action.yml"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_the_action_itself(tmp_path: Path) -> None:
    """Without an input, pip installs the action's own commit; a wheel can be given."""
    (package,) = INSTALL["env"].values()
    assert Runner(tmp_path, {}).value(package) == str(ROOT)
    assert Runner(tmp_path, {"package": "a.whl"}).value(package) == "a.whl"


def test_later_steps_can_use_the_pool(tmp_path: Path, started: list[Runner]) -> None:
    """They have endpoint, region, credentials and ids, and boto3 needs nothing else."""
    job = runner(tmp_path, started, template=TEMPLATE, client_id_variable="APP_CLIENT")
    for step in (SERVE, PROVISION):
        done = job.run(step)
        assert done.returncode == 0, done.stdout + done.stderr
    found = job.environment
    assert (
        found["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] == job.outputs["serve"]["endpoint-url"]
    )
    assert found["COGNITO_USER_POOL_ID"] == job.outputs["provision"]["user-pool-id"]
    client = boto3.client(
        "cognito-idp",
        endpoint_url=found["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"],
        region_name=found["AWS_REGION"],
        aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
    )
    described = client.describe_user_pool_client(
        UserPoolId=found["COGNITO_USER_POOL_ID"], ClientId=found["APP_CLIENT"]
    )
    assert described["UserPoolClient"]["ClientId"] == job.outputs["provision"]["client-id"]


def test_the_settings_of_the_job_stay(tmp_path: Path, started: list[Runner]) -> None:
    """Region and credentials that a job has are not replaced: other steps use AWS with them."""
    job = runner(tmp_path, started)
    job.environment = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "of the job"}
    assert job.run(SERVE).returncode == 0
    assert job.environment["AWS_REGION"] == "eu-west-1"
    assert job.environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert job.environment["AWS_ACCESS_KEY_ID"] == "of the job"
    assert "AWS_SECRET_ACCESS_KEY" not in job.environment


def test_each_line_is_an_argument(tmp_path: Path, started: list[Runner]) -> None:
    """The server gets the arguments whole, also one with a space."""
    state = tmp_path / "a state.json"
    job = runner(tmp_path, started, arguments=f"--state\n{state}\n--seed\n7\n")
    done = job.run(SERVE)
    assert done.returncode == 0, done.stdout
    assert "seed: 7" in Path(job.outputs["serve"]["log"]).read_text(encoding="utf-8")
    assert Path(f"{state}.lock").exists()


def test_it_starts_with_a_seed(tmp_path: Path, started: list[Runner]) -> None:
    """The pools of a seed file are there, with the ids that the app has already."""
    seed = tmp_path / "seed.yaml"
    page = (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")
    seed.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    job = runner(tmp_path, started, seed_file=str(seed))
    done = job.run(SERVE)
    assert done.returncode == 0, done.stdout + done.stderr
    served = Path(job.outputs["serve"]["log"]).read_text(encoding="utf-8")
    assert "us-east-1_Shop12345 web=1example23456789" in served


def test_an_installation_that_fails_says_what_to_do(tmp_path: Path) -> None:
    """The Python of a runner's system takes no packages, so the job needs one of its own."""
    done = Runner(tmp_path, {"package": str(tmp_path / "nothing.whl")}).run(INSTALL)
    assert done.returncode == 1
    assert "::error::" in done.stdout
    assert "actions/setup-python" in done.stdout


def test_a_server_that_does_not_start_fails_the_job(tmp_path: Path) -> None:
    """The step ends with 1 at once, and shows why."""
    done = Runner(tmp_path, {"arguments": "--no-such-option"}).run(SERVE)
    assert done.returncode == 1
    assert "--no-such-option" in done.stdout
    assert "::error::" in done.stdout


def test_a_template_that_is_none_fails_the_job(tmp_path: Path, started: list[Runner]) -> None:
    """No step goes on with a pool that was not made."""
    job = runner(tmp_path, started, template="no/such.yaml")
    assert job.run(SERVE).returncode == 0
    done = job.run(PROVISION)
    assert done.returncode != 0
    assert "no/such.yaml" in done.stderr
