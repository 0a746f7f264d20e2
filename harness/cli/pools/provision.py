"""``cognito-harness provision``: creates a user pool from a template, a plan or a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.options import Panel, file_of
from harness.cli.pools.parameters import ParameterFiles, ParameterTexts
from harness.cli.pools.service import PoolEndpoint, PoolName, PoolTarget, Region, client_of
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.pools.sources.documents import Document
    from harness.pools.sources.parameters import GivenParameters
    from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["provision"]

_HIDDEN = "[redacted]"


_Spec = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Create the pool in this file through Cognito's API: a CloudFormation or SAM "
        "template, a plan or state of Terraform, a snapshot, or another file of docs/pools.md.",
        rich_help_panel=Panel.SOURCE,
    ),
]
_Stack = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Create a CloudFormation stack from this template instead.",
        rich_help_panel=Panel.SOURCE,
    ),
]
_StackName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The name of the stack.",
        show_default="the file's name",
        rich_help_panel=Panel.SOURCE,
    ),
]
_AllowUnknown = Annotated[
    bool,
    typer.Option(
        "--allow-unknown",
        help="Create the pool also if a setting that decides how people sign in is unknown: "
        "warn, and leave the setting out.",
        rich_help_panel=Panel.SOURCE,
    ),
]


def provision(
    endpoint_url: PoolEndpoint,
    spec: _Spec = None,
    stack: _Stack = None,
    stack_name: _StackName = None,
    pool: PoolName = None,
    parameter: ParameterTexts = None,
    parameters: ParameterFiles = None,
    allow_unknown: _AllowUnknown = False,
    target: PoolTarget = "server",
    region: Region = "us-east-1",
) -> None:
    """Create a user pool and its app clients from a file.

    Prints UserPoolId=ID, ClientId=ID and Domain=NAME, one per line. Settings whose value only a
    deployment knows are left out and listed on stderr; those that decide how people sign in must
    be known.
    """
    from harness.cli.pools.parameters import parameters_of

    if (spec is None) == (stack is None):
        raise ConfigurationError("--spec, --stack", hint="give exactly one of them")
    given = parameters_of(parameter, parameters)
    if stack is not None:
        if allow_unknown:
            hint = "use it with --spec; of a stack, CloudFormation must know every parameter"
            raise ConfigurationError("--allow-unknown", given="--stack", hint=hint)
        client = client_of("cloudformation", target, region, endpoint_url)
        lines = _deployed(client, stack, stack_name or Path(stack).stem, given)
    else:
        client = client_of("cognito-idp", target, region, endpoint_url)
        lines = _provisioned(client, str(spec), pool, given, allow_unknown=allow_unknown)
    for line in lines:
        print(line)


def _provisioned(
    client: Any, path: str, pool: str | None, given: GivenParameters, *, allow_unknown: bool
) -> Iterator[str]:
    from harness.cli.outcome import complain
    from harness.pools.configuration.undecided import (
        describe_undecided,
        require_decided,
        undecided,
    )
    from harness.pools.making.provision_configuration import provision_configuration
    from harness.pools.sources import load

    with file_of("--spec"):
        configuration = load(path, pool, given, "--pool")
    if not allow_unknown:
        require_decided(configuration, None, "--parameter", "--allow-unknown")
    unclear = undecided(configuration)
    made = provision_configuration(client, configuration)
    for note in configuration.notes:
        complain(note)
    for one in unclear:
        complain(f"warning: made without knowing how people sign in: {describe_undecided(one)}")
    warned = {f"{one.part.kind} {one.part.name}: {one.path}" for one in unclear}
    for setting, unknown in made.left_out.items():
        if setting not in warned:
            complain(f"left out: {setting} is {unknown}")
    yield f"UserPoolId={made.user_pool_id}"
    for name, app in made.apps.items():
        key = "ClientId" if len(made.apps) == 1 else f"ClientId.{name}"
        yield f"{key}={app.client_id}"
    for domain in made.domains:
        yield f"Domain={domain}"


def _deployed(client: Any, path: str, name: str, given: GivenParameters) -> Iterator[str]:
    from harness.cli.outcome import complain
    from harness.pools.sources import cloudformation
    from harness.pools.sources.documents import read_document
    from harness.pools.sources.template_parameters import TemplateParameters

    with file_of("--stack"):
        document = read_document(path)
    if not cloudformation.recognizes(document):
        hint = "it is not a CloudFormation template; --spec also takes other files"
        raise ConfigurationError("--stack", given=path, hint=hint)
    # Reports a mistake in the template with its line before anything is created.
    with given.checked(path):
        cloudformation.read(document, None, given)
    parameters = TemplateParameters(document, given)
    passed = parameters.passed()
    values = [{"ParameterKey": key, "ParameterValue": text} for key, text in passed.items()]
    body = Path(path).read_text(encoding="utf-8-sig")
    client.create_stack(StackName=name, TemplateBody=body, Parameters=values)
    client.get_waiter("stack_create_complete").wait(StackName=name)
    described = client.describe_stacks(StackName=name)["Stacks"][0]
    secrets = set(_secret_outputs(document, parameters))
    if not described.get("Outputs"):
        complain(f"the stack {name} is made, and its template has no Outputs to print")
    for output in described.get("Outputs", ()):
        key = output["OutputKey"]
        yield f"{key}={_HIDDEN if key in secrets else output['OutputValue']}"


def _secret_outputs(document: Document, parameters: TemplateParameters) -> Iterator[str]:
    """Yield the outputs with the secret of an app client, or of a parameter with NoEcho."""
    from harness.pools.sources.needed_parameters import NeededParameters

    needed = NeededParameters(document, parameters)
    outputs = document.value.get("Outputs")
    for name, output in outputs.items() if isinstance(outputs, Mapping) else ():
        value = output.get("Value") if isinstance(output, Mapping) else None
        hidden = {one.name for one in needed.of(value)} & parameters.hidden
        if hidden or "ClientSecret" in str(value):
            yield name
