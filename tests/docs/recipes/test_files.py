"""Tests that the recipes show files that are tested, and that the files agree with each other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.recipes.pipelines import FILES, RECIPES, content

PAGES = sorted(RECIPES.glob("*.md"))
#: A link to a file that is not a page, or a block that is not a command or a separate example.
_LINK_OR_BLOCK = re.compile(
    r"\]\((?P<link>[\w./-]+\.(?!md\))\w+)\)|^```(?!sh\n|python\n)\w+\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
#: Pages whose blocks are no files: each with the test of its blocks.
_OF_THEIR_OWN = {
    "containers-endpoints.md": "tests/docs/recipes/test_endpoints.py",
    "containers-python.md": "tests/containers",
}
_ROLE = "role/cognito-harness-nightly"


def blocks(page: Path) -> list[tuple[Path, str]]:
    """Return each block of a page with the file that is linked last before it."""
    found, file = [], page
    for match in _LINK_OR_BLOCK.finditer(page.read_text(encoding="utf-8")):
        if match["link"]:
            file = page.parent / match["link"]
        else:
            found.append((file, match["block"]))
    return found


def trust(name: str) -> dict[str, Any]:
    """Return the one statement of a trust policy."""
    (statement,) = json.loads((FILES / name).read_text(encoding="utf-8"))["Statement"]
    found: dict[str, Any] = statement
    return found


class TestPages:
    """Tests of the pages and their files."""

    @pytest.mark.parametrize(
        "page",
        [page for page in PAGES if page.name not in _OF_THEIR_OWN],
        ids=lambda page: page.name,
    )
    def test_a_block_is_part_of_the_file_before_it(self, page: Path) -> None:
        """Each block is an exact part of that file, so that a page shows only what is tested."""
        for file, block in blocks(page):
            assert file != page, block
            assert block in file.read_text(encoding="utf-8"), f"{file.name}: {block}"

    @pytest.mark.parametrize(("page", "test"), _OF_THEIR_OWN.items())
    def test_a_page_without_files_has_a_test_of_its_own(self, page: str, test: str) -> None:
        """The blocks of such a page are read from it and tried."""
        path = RECIPES.parents[1] / test
        files = path.rglob("test_*.py") if path.is_dir() else [path]
        assert any(page in file.read_text(encoding="utf-8") for file in files)

    def test_every_file_is_shown_whole(self) -> None:
        """The pages show each file whole, so that readers copy what is tested."""
        shown = {file.resolve(): block for page in PAGES for file, block in blocks(page)}
        for file in sorted(FILES.iterdir()):
            assert shown[file] == file.read_text(encoding="utf-8"), file.name

    def test_the_readme_links_to_every_page(self) -> None:
        """The README links to every recipe."""
        readme = (RECIPES.parents[1] / "README.md").read_text(encoding="utf-8")
        assert all(f"](docs/recipes/{page.name})" in readme for page in PAGES)


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("github-workflows", ("github-push.yml", "github-nightly.yml")),
        ("gitlab-ci", ("gitlab-ci.yml",)),
    ],
)
def test_a_pipeline_matches_its_schema(schema: str, names: tuple[str, ...]) -> None:
    """GitHub and GitLab accept the files; check-jsonschema has the schemas."""
    transform = ("--data-transform", schema) if schema == "gitlab-ci" else ()
    program = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}")
    done = subprocess.run(
        [*program, *transform, *(str(FILES / name) for name in names)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class TestGitHub:
    """Tests of the two workflows and the trust policy."""

    NIGHT = content("github-nightly.yml")
    JOB = NIGHT["jobs"]["aws"]

    def test_the_push_has_no_credentials(self) -> None:
        """The push workflow also runs for pull requests of strangers, so it has no credentials."""
        push = content("github-push.yml")
        jobs = push["jobs"].values()
        assert all("id-token" not in {**push["permissions"], **job["permissions"]} for job in jobs)
        assert "secrets." not in (FILES / "github-push.yml").read_text(encoding="utf-8")

    def test_the_role_is_for_this_environment(self) -> None:
        """The trust policy names the whole repository and environment, and the job uses it."""
        statement = trust("github-trust.json")
        (issuer,) = re.findall(r"oidc-provider/(\S+)$", statement["Principal"]["Federated"])
        assert statement["Condition"] == {
            "StringEquals": {
                f"{issuer}:aud": "sts.amazonaws.com",
                f"{issuer}:sub": "repo:your-organization/your-app:environment:"
                + self.JOB["environment"],
            }
        }
        assert self.JOB["permissions"]["id-token"] == "write"
        assert self.JOB["if"] == "github.ref == 'refs/heads/main'"

    def test_the_night_sweeps_before_and_after(self) -> None:
        """Only one night runs at a time, and the last sweep runs in every case."""
        assert self.NIGHT["concurrency"]["cancel-in-progress"] is False
        steps = self.JOB["steps"]
        names = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
        role = names.index("aws-actions/configure-aws-credentials")
        assert steps[role]["with"]["role-to-assume"].endswith(_ROLE)
        sweep = "cognito-harness sweep --yes"
        assert names[role + 1 :: 2] == [sweep, sweep]
        assert names[role + 2].startswith("pytest ")
        assert "always()" in steps[role + 3]["if"]
        assert steps[role + 2]["timeout-minutes"] < self.JOB["timeout-minutes"]


class TestGitLab:
    """Tests of the jobs and the trust policy."""

    JOB = content("gitlab-ci.yml")["aws"]

    def test_the_role_is_for_this_branch(self) -> None:
        """The audience is that of the token, and the branch that of the schedule."""
        statement = trust("gitlab-trust.json")
        (issuer,) = re.findall(r"oidc-provider/(\S+)$", statement["Principal"]["Federated"])
        (token,) = self.JOB["id_tokens"].values()
        (rule,) = self.JOB["rules"]
        (branch,) = re.findall(r'\$CI_COMMIT_REF_NAME == "(\w+)"', rule["if"])
        assert statement["Condition"] == {
            "StringEquals": {
                f"{issuer}:aud": token["aud"],
                f"{issuer}:sub": f"project_path:your-group/your-app:ref_type:branch:ref:{branch}",
            }
        }
        assert self.JOB["variables"]["AWS_ROLE_ARN"].endswith(_ROLE)

    def test_the_night_sweeps_before_and_after(self) -> None:
        """Only one night runs at a time, and the last sweep has its own shell."""
        sweep = "cognito-harness sweep --yes"
        assert self.JOB["script"][0] == self.JOB["after_script"][0] == sweep
        assert self.JOB["resource_group"]
        assert "RUNNER_SCRIPT_TIMEOUT" in self.JOB["variables"]


class TestCodeBuild:
    """Tests of the buildspecs and the trust policy."""

    @pytest.mark.parametrize("name", ["buildspec.yml", "buildspec-nightly.yml"])
    def test_a_buildspec_has_what_codebuild_knows(self, name: str) -> None:
        """The buildspec has only version 0.2, phases and a report group, as the reference says."""
        found = content(name)
        assert found["version"] == 0.2
        assert set(found) <= {"version", "env", "phases", "reports"}
        assert set(found["phases"]) <= {"install", "pre_build", "build", "post_build"}
        for phase in found["phases"].values():
            assert set(phase) <= {"runtime-versions", "commands"}
        (report,) = found["reports"].values()
        assert report == {
            "base-directory": "reports",
            "files": ["*.xml"],
            "file-format": "JUNITXML",
        }

    def test_the_role_is_for_this_project(self) -> None:
        """The trust policy names the whole project."""
        statement = trust("codebuild-trust.json")
        assert statement["Principal"] == {"Service": "codebuild.amazonaws.com"}
        source = statement["Condition"]["StringEquals"]["aws:SourceArn"]
        assert source == "arn:aws:codebuild:eu-west-1:111122223333:project/cognito-nightly"


def test_no_role_has_a_wildcard() -> None:
    """No trust policy has a wildcard, or a comparison that allows one."""
    for file in sorted(FILES.glob("*-trust.json")):
        text = file.read_text(encoding="utf-8")
        assert "*" not in text
        assert "Like" not in text
