"""Every line that a recipe's pipeline runs is run: on the emulator, and in the place of AWS.

What only AWS, GitHub, GitLab and CodeBuild can do themselves is left out: to check out, to hand out
credentials by OpenID Connect, to show reports. `test_files` looks at what is said of these.
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

#: The account of the emulator, where nobody says another.
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
    """Return the scripts without the one line that is the same everywhere, and tried on GitHub."""
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
    """The emulator, on every push."""

    @pytest.mark.parametrize("where", PUSHES)
    def test_every_line_ends_well(self, where: str, project: Path) -> None:
        """Everything passes, and what is to be shown is there."""
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

    def test_a_change_of_the_template_fails(self, project: Path) -> None:
        """Without a second factor tests fail, and a rule is broken: at its line, and for people."""
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
    """Return the report of this name, in whichever folder it is."""
    (found,) = project.rglob(name)
    return found


def findings(project: Path) -> list[tuple[str, int]]:
    """Return the rules that are broken, with their lines, as code scanning reads them."""
    report = json.loads((project / "audit.sarif").read_text(encoding="utf-8"))
    return [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in report["runs"][0]["results"]
    ]


def nightly(where: str, project: Path) -> tuple[list[Script], dict[str, str]]:
    """Return the scripts of a night, and what the runner itself gives them."""
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
    # Beside the keys of the project's role, it has the account as a variable of its own.
    given = {**KEYS, "AWS_REGION": REGION, "COGNITO_HARNESS_AWS_ACCOUNTS": ACCOUNT}
    return codebuild_scripts("buildspec-nightly.yml"), given


class TestNight:
    """The real account, for which the emulator stands."""

    @pytest.mark.parametrize("where", ["github", "gitlab", "codebuild"])
    def test_every_line_ends_well(self, where: str, project: Path, account: EmulatorServer) -> None:
        """Tests pass in pools of the run; what an earlier run has left goes, other pools stay."""
        cognito = boto3.client(
            "cognito-idp",
            region_name=REGION,
            endpoint_url=account.url,
            aws_access_key_id="anything",
            aws_secret_access_key="anything",
        )
        left = Ownership("nightly", "old111", 1_000_000_000).tags()
        cognito.create_user_pool(PoolName="cognito-harness-old111-main-1", UserPoolTags=left)
        cognito.create_user_pool(PoolName="of-somebody-else")

        scripts, given = nightly(where, project)
        said = ""
        for script in without_install(scripts):
            done = run(script, project, {**given, "AWS_ENDPOINT_URL": account.url})
            assert done.returncode == 0, f"{script.name}: {done.stdout}{done.stderr}"
            said += done.stdout
        pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
        assert [pool["Name"] for pool in pools] == ["of-somebody-else"]
        assert "target aws" in said
        assert not account.emulator.outbox.messages()
        # The test that needs the code of an e-mail is skipped, since nobody can read it.
        report = outcomes(shown(project, "cognito.xml"))
        assert report == {"tests": 4, "failures": 0, "errors": 0, "skipped": 1}
