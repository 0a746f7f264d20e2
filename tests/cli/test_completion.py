"""Completion in shells: its scripts, what a shell gets, and shells that do not exist."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.completion import SHELLS, VARIABLE
from tests.cli.conftest import CommandLine


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_an_unknown_shell_is_refused(cli: CommandLine, option: str) -> None:
    """A shell without a completion is misuse, and the line names those that have one."""
    outcome = cli(option, "zzz")

    assert (outcome.code, outcome.out) == (2, "")
    allowed = ", ".join(SHELLS)
    assert outcome.err == f"cognito-harness: {option}: cannot use 'zzz'; allowed: {allowed}\n"


@pytest.mark.parametrize(("found", "said"), [(None, "cannot be told"), ("tcsh", "shell tcsh")])
def test_a_shell_that_is_not_known_is_asked_for(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, found: str | None, said: str
) -> None:
    """Without a name, a shell that cannot be told or has no completion is one line."""
    monkeypatch.setattr("typer.completion._get_shell_name", lambda: found, raising=False)

    outcome = cli("--show-completion")

    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert ", ".join(SHELLS) in outcome.err


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(cli: CommandLine, shell: str) -> None:
    """The script of each shell calls the program, by its name and its variable."""
    outcome = cli("--show-completion", shell)

    assert (outcome.code, outcome.err) == (0, "")
    assert "cognito-harness" in outcome.out
    assert VARIABLE in outcome.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_installed(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell: str
) -> None:
    """The script is written below the home folder, and the line says where."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    outcome = cli("--install-completion", shell)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"installed for {shell} in {tmp_path}")


def test_a_missing_powershell_is_one_line(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where PowerShell is not installed, the line says so, without a traceback."""
    monkeypatch.setenv("PATH", str(tmp_path))

    outcome = cli("--install-completion", "pwsh")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("cognito-harness: --install-completion: pwsh could not be set up")
    assert outcome.err.count("\n") == 1


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "found"),
    [("cognito-harness se", "selfcheck"), ("cognito-harness serve --po", "--port")],
)
def test_bash_completes(tmp_path: Path, words: str, found: str) -> None:
    """bash itself, with the script, offers commands and options."""
    program = tmp_path / "cognito-harness"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m harness "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = f"""
        eval "$(cognito-harness --show-completion bash)"
        COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _cognito_harness_completion cognito-harness
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"

    finished = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert found in finished.stdout.splitlines(), finished.stderr
