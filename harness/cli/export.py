"""``cognito-harness export``: writes the pools of a served emulator as a seed file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, output_file

__all__ = ["export"]


def _output(text: str) -> str:
    return str(output_file("--output", Path(text).expanduser()))


def export(
    endpoint_url: EndpointUrl,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            parser=_output,
            help="The file to write, readable by its owner alone.",
            show_default="prints it",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="yaml, json or toml.",
            show_default="by the name of the file, else yaml",
        ),
    ] = None,
    secrets: Annotated[
        bool,
        typer.Option(
            "--secrets",
            help="Include passwords, TOTP secrets, devices, client secrets and private keys.",
        ),
    ] = False,
) -> None:
    """Write all pools and users of a served emulator as a seed file.

    What is as the server's seed file made it is written as that file has it. Without --secrets the
    file says what it lacks. Tokens, sessions, codes and messages are never in it.
    """
    from harness.cli.outcome import complain
    from harness.load.private_files import write_private_text
    from harness.pools.seeds.documents import SUFFIXES
    from harness.pools.seeds.writing import seed_format, seed_text
    from harness.targets.control import ControlSurface

    suffix = "" if output is None else Path(output).suffix.lower()
    chosen = seed_format(form or SUFFIXES.get(suffix, "yaml"), "--format")
    document, notes = ControlSurface(endpoint_url).export(secrets=secrets)
    missing = [f"left out {text}" for text in document.get("left_out", ())]
    text = seed_text(document, chosen, notes)
    for note in [*notes, *missing]:
        complain(note)
    if output is None:
        print(text, end="")
    else:
        write_private_text(Path(output).expanduser().resolve(), text)
