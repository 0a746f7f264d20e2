"""``cognito-harness seed``: makes the pools of a seed file in a served emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import ENDPOINT_VARIABLES, endpoint_of, file_of
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.pools.seeds.reading import Seed

__all__ = ["seed"]


def seed(
    endpoint_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar=ENDPOINT_VARIABLES,
            parser=endpoint_of,
            help="The URL of the served emulator.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="The seed file to send.",
            show_default="the server reads its --seed-file again",
        ),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of seed files, and do no more.")
    ] = False,
) -> None:
    """Make the pools of a seed file in a served emulator.

    Afterwards they are as in the file. Pools with the same ids are replaced with everything in
    them; others stay. If anything in the file is not allowed, nothing changes. Prints the ids of
    the pools, one per line.
    """
    if schema:
        from harness.emulator.seeds import schema_text

        print(schema_text(), end="")
        return
    if endpoint_url is None:
        variables = " or ".join(ENDPOINT_VARIABLES)
        hint = f"give the URL that cognito-harness serve prints, or set {variables}"
        raise ConfigurationError("--endpoint-url", hint=hint)
    from harness.targets.control import ControlRefusal, ControlSurface

    planted = _read(file)
    try:
        report = ControlSurface(endpoint_url).seed(planted)
    except ControlRefusal as refusal:
        if planted is None:
            raise
        raise planted.refusal(refusal.members, str(refusal)) from None
    for pool_id in report["made"]:
        print(pool_id)


def _read(file: str | None) -> Seed | None:
    if file is None:
        return None
    from harness.cli.outcome import complain
    from harness.pools.seeds.reading import read_seed

    with file_of("--file"):
        found = read_seed(file)
    for note in found.notes:
        complain(note)
    return found
