"""``--install-completion`` and ``--show-completion``: the shell's Tab key for every command.

Typer has both options too. Its own take no value and ignore one that is given, so that
``--show-completion zsh`` shows the completion of another shell.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from harness.cli.options import Panel, one_of
from harness.errors import ConfigurationError, HarnessError

__all__ = ["InstallOption", "ShowOption", "prepare", "with_shell"]

#: What Typer has scripts for; the last two are the same on Windows and elsewhere.
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_PROGRAM = "cognito-harness"
#: Where the shell passes what to complete: Typer makes the name from that of the program.
VARIABLE = "_COGNITO_HARNESS_COMPLETE"
_INSTALL, _SHOW = "--install-completion", "--show-completion"
#: What stands for the shell that the command runs in.
_THIS_SHELL = "this shell"


def prepare() -> None:
    """Have Typer answer the shell, if the shell asks for completions."""
    if VARIABLE in os.environ:
        # Typer does this for its own two options alone. The type checker is silenced here and below
        # because typer.completion imports these names from a module of its own without naming them.
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()


def with_shell(arguments: Sequence[str]) -> list[str]:
    """Return the arguments, with a value for an option of this module that has none."""
    found: list[str] = []
    for place, word in enumerate(arguments):
        found.append(word)
        following = arguments[place + 1 : place + 2]
        if word in (_INSTALL, _SHOW) and (not following or following[0].startswith("-")):
            found.append(_THIS_SHELL)
    return found


def _shell(option: str, text: str) -> str:
    """Return the name of a shell.

    Raises:
        ConfigurationError: it is none that has a completion, or nobody can tell which it is.
    """
    if text != _THIS_SHELL:
        return one_of(option, text, SHELLS)
    from typer import completion

    # Typer finds the shell above this process; older versions keep that to themselves.
    find = getattr(completion, "_get_shell_name", None)
    name: str | None = None if find is None else find()
    if name is None:
        hint = f"which shell this is cannot be told; name it: {', '.join(SHELLS)}"
        raise ConfigurationError(option, hint=hint)
    if name not in SHELLS:
        hint = f"there is none for the shell {name}; name another: {', '.join(SHELLS)}"
        raise ConfigurationError(option, hint=hint)
    return name


def _show(shell: str | None) -> None:
    if shell is None:
        return
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    print(get_completion_script(prog_name=_PROGRAM, complete_var=VARIABLE, shell=shell))
    raise typer.Exit


def _install(shell: str | None) -> None:
    if shell is None:
        return
    from typer.completion import install  # type: ignore[attr-defined]

    try:
        _, path = install(shell=shell, prog_name=_PROGRAM, complete_var=VARIABLE)
    except OSError as error:
        # For PowerShell, Typer asks PowerShell itself where its profile is.
        reason = f"{error.strerror or error}"
        raise HarnessError(f"{_INSTALL}: {shell} could not be set up: {reason}") from None
    print(f"installed for {shell} in {path}; it works in shells that you open from now on")
    raise typer.Exit


def _option(name: str, callback: Any, text: str) -> Any:
    return typer.Option(
        name,
        metavar="[SHELL]",
        parser=lambda given: _shell(name, given),
        callback=callback,
        is_eager=True,
        help=f"{text}: {', '.join(SHELLS)}.",
        show_default="this shell",
        rich_help_panel=Panel.OTHER,
    )


InstallOption = Annotated[
    str | None, _option(_INSTALL, _install, "Complete commands and options with Tab in a shell")
]
ShowOption = Annotated[
    str | None, _option(_SHOW, _show, "Print the script that --install-completion installs")
]
