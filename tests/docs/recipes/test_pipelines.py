"""Runs every line of the recipes' pipelines, on the emulator and in place of AWS.

Left out is what only AWS, GitHub, GitLab and CodeBuild can do: checking out, issuing credentials by
OpenID Connect, showing reports. `test_files` checks what the files say about these.
"""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.making.ownership import Ownership
from tests.docs.recipes.pipelines import (
    Script,
    codebuild_scripts,
    github_scripts,
    gitlab_scripts,
    run,
)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the lines are for bash")

#: The emulator's default account.
ACCOUNT = "123456789012"
REGION = "eu-west-1"
INSTALL = "python -m pip install -r requirements.txt"
KEYS = {"AWS_ACCESS_KEY_ID": "anything", "AWS_SECRET_ACCESS_KEY": "anything"}

PUSHES: dict[str, Callable[[], list[Script]]] = {
    "github": lambda: github_scripts("github-push.yml", "emulator", {}),
    "gitlab": lambda: [
        *without_install(gitlab_scripts("gitlab-ci.yml", "emulator", {})),
        *without_install(gitlab_scripts("gitlab-ci.yml", "template", {})),
    ],
    "codebuild": lambda: without_install(codebuild_scripts("buildspec.yml")),
}


def without_install(scripts: list[Script]) -> list[Script]:
    """Return the scripts without the install line; it is the same everywhere, tested on GitHub."""
    texts = [script.text.splitlines() for script in scripts]
    assert sum(INSTALL in lines for lines in texts) == 1
    left = ["\n".join(line for line in lines if line != INSTALL) for lines in texts]
    return [replace(script, text=text) for script, text in zip(scripts, left, strict=True) if text]


def outcomes(report: Path) -> dict[str, int]:
    """Return the tests, failures, errors and skips that a JUnit report counts."""
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    return {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}


class TestPush:
    """Tests of the pipelines that run on the emulator on every push."""

    @pytest.mark.parametrize("where", PUSHES)
    def test_every_line_succeeds(self, where: str, project: Path) -> None:
        """Every line succeeds, and the reports exist."""
        summary = project.parent / "summary.md"
        for script in PUSHES[where]():
            done = run(script, project, {"GITHUB_STEP_SUMMARY": str(summary)})
            assert done.returncode == 0, f"{script.name}: {done.stdout}{done.stderr}"
        report = outcomes(shown(project, "cognito.xml"))
        assert report == {"tests": 4, "failures": 0, "errors": 0, "skipped": 0}
        if where == "github":
            assert "| failed | low | `own-email-sender` |" in summary.read_text(encoding="utf-8")
            assert findings(project)
        else:
            assert outcomes(shown(project, "audit.xml"))["tests"] > 20

    def test_a_weaker_template_fails(self, project: Path) -> None:
        """Without a second factor, tests fail and a rule fails: at its line, and in the summary."""
        template = project / "template.yaml"
        text = template.read_text(encoding="utf-8")
        template.write_text(text.replace('MfaConfiguration: "ON"', 'MfaConfiguration: "OFF"'))
        summary = project.parent / "summary.md"
        for script in without_install(PUSHES["github"]()):
            assert run(script, project, {"GITHUB_STEP_SUMMARY": str(summary)}).returncode == 1
        assert outcomes(shown(project, "cognito.xml"))["skipped"] == 0
        assert "`mfa-required`" in summary.read_text(encoding="utf-8")
        line = text[: text.index("MfaConfiguration")].count("\n") + 1
        assert ("mfa-required", line) in findings(project)


def shown(project: Path, name: str) -> Path:
    """Return the report of this name, whatever folder it is in."""
    (found,) = project.rglob(name)
    return found


def findings(project: Path) -> list[tuple[str, int]]:
    """Return the failed rules with their lines, as code scanning reads them."""
    report = json.loads((project / "audit.sarif").read_text(encoding="utf-8"))
    return [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in report["runs"][0]["results"]
    ]


def nightly(where: str, project: Path) -> tuple[list[Script], dict[str, str]]:
    """Return the scripts of a nightly run, and the variables that the runner gives them."""
    if where == "github":
        # configure-aws-credentials exports these.
        given = {**KEYS, "AWS_REGION": REGION}
        return github_scripts("github-nightly.yml", "aws", {"AWS_ACCOUNT_ID": ACCOUNT}), given
    if where == "gitlab":
        values = {
            "AWS_ACCOUNT_ID": ACCOUNT,
            "CI_PIPELINE_ID": "7",
            "CI_PROJECT_DIR": str(project),
        }
        return gitlab_scripts("gitlab-ci.yml", "aws", values), {"COGNITO_NIGHTLY_TOKEN": "a.b.c"}
    # Besides the keys of the project's role, the project has the account in a variable.
    given = {**KEYS, "AWS_REGION": REGION, "COGNITO_HARNESS_AWS_ACCOUNTS": ACCOUNT}
    return codebuild_scripts("buildspec-nightly.yml"), given


class TestNight:
    """Tests of the nightly runs, with the emulator in place of the real account."""

    @pytest.mark.parametrize("where", ["github", "gitlab", "codebuild"])
    def test_every_line_succeeds(self, where: str, project: Path, account: EmulatorServer) -> None:
        """Tests pass in pools of the run; the sweep deletes only what earlier runs left."""
        cognito = boto3.client(
            "cognito-idp",
            region_name=REGION,
            endpoint_url=account.url,
            aws_access_key_id="anything",
            aws_secret_access_key="anything",
        )
        left = Ownership("nightly", "old111", 1_000_000_000).tags()
        cognito.create_user_pool(PoolName="cognito-harness-old111-main-1", UserPoolTags=left)
        cognito.create_user_pool(PoolName="of-someone-else")

        scripts, given = nightly(where, project)
        said = ""
        for script in without_install(scripts):
            done = run(script, project, {**given, "AWS_ENDPOINT_URL": account.url})
            assert done.returncode == 0, f"{script.name}: {done.stdout}{done.stderr}"
            said += done.stdout
        pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
        assert [pool["Name"] for pool in pools] == ["of-someone-else"]
        assert "target aws" in said
        assert not account.emulator.outbox.messages()
        # The test that needs the code of an email is skipped, because nothing can read it.
        report = outcomes(shown(project, "cognito.xml"))
        assert report == {"tests": 4, "failures": 0, "errors": 0, "skipped": 1}
