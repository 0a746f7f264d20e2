"""What is released, what it needs, and the files beside it."""

from __future__ import annotations

import configparser
import email
import importlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.emulator.server import EmulatorServer
from tests.packaging.environments import PYTHONS
from tests.support.arrows import read_package
from tests.support.sources import PACKAGE, ROOT, name_of, python_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Libraries of the package's own extras, imported only where the extra is asked for.
OPTIONAL_IMPORTS = {
    "gevent",
    "hdrh",
    "locust",
    "pycognito",
    "six",
    "tomli_w",
    "testcontainers",
    "trustme",
    "warrant",
}
#: Stubs, imported for type checkers only; they come with the extra `dev`.
STUBS = {"mypy_boto3_cognito_idp", "mypy_boto3_dynamodb", "mypy_boto3_sqs", "_typeshed"}
#: Dependencies that are there for another reason than to be imported.
NOT_IMPORTED = {
    "flask": "moto's HTTP server imports it",
    "flask-cors": "moto's HTTP server imports it",
    "joserfc": "scenarios and tests check tokens with it",
    "pytest-xdist": "the plugin hooks into it when it is there",
}


def pyproject() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))


def ini(name: str) -> configparser.ConfigParser:
    """Return an ini file of the project."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(ROOT.joinpath(name).read_text(encoding="utf-8"))
    return parser


def distribution_of(requirement: str) -> str:
    """Return the name of the distribution that a requirement asks for."""
    match = re.match(r"[\w.-]+", requirement)
    assert match is not None
    return match[0].lower().replace("_", "-")


def dependencies() -> set[str]:
    """Return the names of the hard dependencies."""
    return {distribution_of(item) for item in pyproject()["project"]["dependencies"]}


def imported_libraries() -> set[str]:
    """Return the top-level names of the foreign libraries that the package imports."""
    names = {arrow.imported.partition(".")[0] for arrow in read_package(ROOT / PACKAGE)}
    return names - set(sys.stdlib_module_names) - {PACKAGE}


class TestPackaging:
    """What ``pip`` gets, and what it is told."""

    def test_the_extra_all_holds_everything(self) -> None:
        """``all`` asks for every other extra by name."""
        extras = pyproject()["project"]["optional-dependencies"]
        (everything,) = extras["all"]
        name, _, asked = everything.rstrip("]").partition("[")
        assert name == pyproject()["project"]["name"]
        assert set(asked.split(",")) == set(extras) - {"all"}

    def test_every_extra_is_on_the_page(self) -> None:
        """docs/install.md says what each extra is for."""
        page = ROOT.joinpath("docs", "install.md").read_text(encoding="utf-8")
        table = page.partition("## Extras")[2].partition("\n## ")[0]
        extras = pyproject()["project"]["optional-dependencies"]
        assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(extras)

    def test_every_import_is_declared(self) -> None:
        """What the package imports is a dependency by name, and not by luck of another one."""
        providers = importlib.metadata.packages_distributions()
        undeclared = {
            library
            for library in imported_libraries() - OPTIONAL_IMPORTS - STUBS
            if not dependencies() & {name.lower() for name in providers.get(library, [])}
        }
        assert not undeclared

    def test_every_dependency_is_used(self) -> None:
        """No dependency is asked for that nothing imports, but those with a reason."""
        providers = importlib.metadata.packages_distributions()
        used = {name.lower() for item in imported_libraries() for name in providers.get(item, [])}
        assert dependencies() - used == set(NOT_IMPORTED)

    def test_every_dependency_has_its_reason(self) -> None:
        """CONTRIBUTING.md names each library, of the extras as well."""
        project = pyproject()["project"]
        extras = [item for items in project["optional-dependencies"].values() for item in items]
        table = ROOT.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8").lower()
        libraries = dependencies() | {distribution_of(item) for item in extras}
        unexplained = {name for name in libraries - {project["name"]} if name not in table}
        assert not unexplained

    def test_python_versions_agree(self) -> None:
        """Classifiers, requires-python and tox speak of the same Pythons."""
        project = pyproject()["project"]
        named = re.findall(r"Python :: 3\.(\d+)", "\n".join(project["classifiers"]))
        minors = sorted(int(minor) for minor in named)
        assert project["requires-python"] == f">=3.{minors[0]},<3.{minors[-1] + 1}"
        assert f"testenv:py3{{{','.join(map(str, minors))}}}" in ini("tox.ini").sections()
        assert [f"3.{minor}" for minor in minors] == list(PYTHONS)

    @pytest.mark.parametrize("group", ["scripts", "entry-points"])
    def test_entry_points_lead_somewhere(self, group: str) -> None:
        """The console script and the plugin name things that are there."""
        project = pyproject()["project"]
        targets = project["scripts"] if group == "scripts" else project[group]["pytest11"]
        for target in targets.values():
            module, _, attribute = target.partition(":")
            loaded = importlib.import_module(module)
            assert not attribute or callable(getattr(loaded, attribute))

    def test_the_plugin_is_named_like_its_module(self) -> None:
        """So that pytest takes the installed plugin and a conftest's for one and the same."""
        assert pyproject()["project"]["entry-points"]["pytest11"] == {
            "harness.plugin": "harness.plugin"
        }
        assert 'pytest_plugins = ["harness.plugin"]' in ROOT.joinpath("conftest.py").read_text(
            encoding="utf-8"
        )

    def test_public_names_are_sorted_and_exist(self) -> None:
        """``harness.__all__`` is sorted, and each of its names is there."""
        assert list(harness.__all__) == sorted(harness.__all__)
        missing = [name for name in harness.__all__ if not hasattr(harness, name)]
        assert not missing


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as a release would build it."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: pip install hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


class TestWheel:
    """What a release holds."""

    def test_it_holds_the_package_and_nothing_else(self, wheel: zipfile.ZipFile) -> None:
        """Every module of the package is in it, the page's files, and the mark of types."""
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
        modules = {name_of(path) for path in python_files(PACKAGE)}
        page = {
            name_of(path)
            for path in (ROOT / PACKAGE / "emulator" / "control" / "page").rglob("*.*ml")
        }
        assert modules | page | {"harness/py.typed"} <= held
        assert {name.partition("/")[0] for name in held} == {PACKAGE}

    def test_it_holds_the_scenarios(self, wheel: zipfile.ZipFile) -> None:
        """Every file of the scenarios is in it with pytest.ini, and nothing that was compiled."""
        bundled = "harness/bundled/"
        held = {name.removeprefix(bundled) for name in wheel.namelist() if name.startswith(bundled)}
        assert held == {name_of(path) for path in python_files("scenarios")} | {"pytest.ini"}

    def test_conform_works_where_only_the_package_is(
        self, wheel: zipfile.ZipFile, tmp_path: Path
    ) -> None:
        """The unpacked wheel runs its own scenarios, in a folder with settings of its own."""
        site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
        wheel.extractall(site)
        elsewhere.mkdir()
        (elsewhere / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", "utf-8")
        output = elsewhere / "found.json"
        with EmulatorServer() as server:
            command = [sys.executable, "-m", "harness.cli", "conform", "--json", str(output)]
            command += ["--endpoint-url", server.url, "--workers", "1", "-k", "too_short"]
            done = subprocess.run(
                command,
                cwd=elsewhere,
                env={**os.environ, "PYTHONPATH": str(site), "PYTEST_ADDOPTS": "--no-such-option"},
                capture_output=True,
                text=True,
                check=False,
            )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 variant of scenarios: 1 hold" in done.stdout
        assert json.loads(output.read_text(encoding="utf-8"))["tally"]["by_verdict"]["holds"] == 1

    def test_metadata_is_that_of_the_project(self, wheel: zipfile.ZipFile) -> None:
        """Name, version, license and entry points are the project's."""
        (folder,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
        metadata = email.message_from_bytes(wheel.read(f"{folder}/METADATA"))
        assert metadata["Name"] == "cognito-mfa-harness"
        assert metadata["Version"] == harness.__version__
        assert metadata["License-Expression"] == "Apache-2.0"
        assert f"{folder}/licenses/LICENSE" in wheel.namelist()
        entry_points = wheel.read(f"{folder}/entry_points.txt").decode()
        assert "[console_scripts]\ncognito-harness = harness.cli:main" in entry_points
        assert "[pytest11]\nharness.plugin = harness.plugin" in entry_points


class TestSurroundings:
    """The files beside the package."""

    def test_every_tox_environment_is_described(self) -> None:
        """``tox list`` says what each environment is for."""
        tox = ini("tox.ini")
        environments = [name for name in tox.sections() if name.startswith("testenv")]
        assert [name for name in environments if not tox[name].get("description")] == []

    def test_pytest_is_strict(self) -> None:
        """Unknown markers and options are errors, and so are warnings."""
        options = ini("pytest.ini")["pytest"]
        assert {"--strict-markers", "--strict-config"} <= set(options["addopts"].split())
        assert options["filterwarnings"].split()[0] == "error"
        assert options["testpaths"] == "scenarios"

    def test_the_readme_begins_with_its_two_commands(self) -> None:
        """Both say at once how long they take, set up everything, and name what exists."""
        readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")
        commands = re.findall(r"```sh\n(.+)\n```", readme)[:2]
        ready = "python3 -m venv .venv && .venv/bin/python -m pip install -q tox && .venv/bin/tox"
        assert commands == [
            f'echo "This takes about a minute." && {ready} -e scenarios',
            f'echo "This takes about a quarter of an hour." && {ready} -e tests',
        ]
        assert {"testenv:scenarios", "testenv:tests"} <= set(ini("tox.ini").sections())

    def test_ci_runs_the_readmes_environments(self) -> None:
        """What the README promises is what a clone is checked by, and more besides."""
        script = ROOT.joinpath(".ci", "run").read_text(encoding="utf-8")
        parts = "lint types tests scenarios package pools moto-suite clients async apps"
        parts += " page imap docs"
        assert f"for part in {parts}; do" in script

    def test_the_changelog_speaks_of_this_version(self) -> None:
        """There is an entry for the version, or for what comes next."""
        changelog = ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
        assert re.search(rf"^## \[(Unreleased|{re.escape(harness.__version__)})\]", changelog, re.M)
