"""A reader of the tutorial, with a folder and a shell of their own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.docs.tutorial.same_text import same
from tests.docs.tutorial.steps import Change, Commands, NewFile, Shown, Step
from tests.support.sources import ROOT

__all__ = ["Reader"]

_CLONE = "path/to/the/clone"
_VENV = "python3 -m venv .venv"
_INSTALL = f"python -m pip install {_CLONE}\n"
#: What decides how a run inside of a run looks; a reader has none of it.
_LEFT_OUT = ("AWS_", "COGNITO_", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "TOX_")
_SCRIPTS = {
    "pytest": "from pytest import console_main as main",
    "cognito-harness": "from harness.cli import main",
}


class Reader:
    """Does one step after the other, in a shell that keeps its folder and its variables.

    Args:
        folder: an empty folder.
        installs: whether pip really installs the clone, with all it needs from the package index.
            Otherwise the new environment borrows the libraries of this one, which is quick.
    """

    def __init__(self, folder: Path, *, installs: bool) -> None:
        self._start = folder
        self._kept = folder / ".shell"
        self._installs = installs
        self.output = ""

    def do(self, step: Step) -> None:
        """Do a step of the page, and check what it says about the result."""
        if isinstance(step, Commands):
            self._run(step)
        elif isinstance(step, NewFile):
            self._file(step.name).write_text(step.text, encoding="utf-8")
        elif isinstance(step, Change):
            self._change(step)
        else:
            self._compare(step)

    @property
    def folder(self) -> Path:
        """The folder that the shell is in."""
        cwd = self._kept.with_suffix(".cwd")
        return Path(cwd.read_text("utf-8").strip()) if cwd.exists() else self._start

    def _file(self, name: str) -> Path:
        return self.folder / name

    def _change(self, change: Change) -> None:
        file = self._file(change.name)
        text = file.read_text(encoding="utf-8")
        assert text.count(change.old) == 1, f"{change.name} does not have {change.old!r} once"
        file.write_text(text.replace(change.old, change.new), encoding="utf-8")

    def _compare(self, shown: Shown) -> None:
        assert same(shown.text) in same(self.output), self.output

    def _run(self, commands: Commands) -> None:
        lines = commands.lines
        if _INSTALL in lines and not self._installs:
            before, after = lines.split(_INSTALL)
            # Without pip, which takes seconds to come and has nothing to do.
            self._shell(before.replace(_VENV, f"{_VENV} --without-pip"), 0)
            self._lend(self.folder / ".venv")
            lines = after
        self._shell(lines.replace(_CLONE, shlex.quote(str(ROOT))), commands.exit_code)

    def _shell(self, lines: str, exit_code: int) -> None:
        kept, cwd = self._kept, self._kept.with_suffix(".cwd")
        script = f"set -e\n[ -e {kept} ] && . {kept}\ncd {shlex.quote(str(self.folder))}\n"
        keep = f"export -p >{kept}; pwd >{cwd}"
        done = subprocess.run(
            ["bash", "-c", f"{script}trap {shlex.quote(keep)} EXIT\n{lines}"],
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        self.output = done.stdout + done.stderr
        assert done.returncode == exit_code, f"{lines}{self.output}"

    def _lend(self, environment: Path) -> None:
        """Put what pip would install within reach: this clone, and the libraries of this run."""
        site = next(environment.glob("lib/python*/site-packages"))
        lent = dict.fromkeys((str(ROOT), *(sysconfig.get_path(n) for n in ("purelib", "platlib"))))
        (site / "lent.pth").write_text("\n".join(lent), encoding="utf-8")
        for name, line in _SCRIPTS.items():
            script = environment / "bin" / name
            python = environment / "bin" / "python"
            script.write_text(f"#!{python}\nimport sys\n{line}\nsys.exit(main())\n", "utf-8")
            script.chmod(0o755)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    kept.pop("CI", None)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "COLUMNS": "80", "NO_COLOR": "1"}
