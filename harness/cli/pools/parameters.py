"""The options that give the parameters of a template their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel

if TYPE_CHECKING:
    from harness.pools.sources.parameters import GivenParameters

__all__ = ["ParameterFiles", "ParameterTexts", "parameters_of"]

ParameterTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="The value of a parameter of the template; in a folder of cdk synth also "
        "STACK:NAME=VALUE. Can be repeated; counts more than --parameters.",
        show_default="the parameter's Default",
        rich_help_panel=Panel.SOURCE,
    ),
]
ParameterFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--parameters",
        metavar="FILE",
        help="A file with values of parameters: CloudFormation's JSON, a samconfig.toml "
        "(FILE:ENVIRONMENT chooses an environment), or an object of names and values. Can be "
        "repeated; a later file counts more.",
        show_default="none",
        rich_help_panel=Panel.SOURCE,
    ),
]


def parameters_of(texts: list[str] | None, files: list[str] | None) -> GivenParameters:
    """Return the values that the two options give.

    Raises:
        ConfigurationError: a file cannot be read or has another form, or a text has no name.
    """
    from harness.pools.sources.parameter_files import given_parameters

    return given_parameters(files or (), texts or ())
