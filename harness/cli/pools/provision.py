"""``cognito-harness provision``: a user pool of a template, a plan or a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.pools.service import PoolEndpoint, PoolName, PoolTarget, Region, client_of
from harness.errors import ConfigurationError

__all__ = ["provision"]

_HIDDEN = "[redacted]"


def provision(
    endpoint_url: PoolEndpoint,
    spec: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Make the pool of this file by Cognito's API: a CloudFormation or SAM template, "
            "a folder of cdk synth, what terraform show -json prints, or a snapshot.",
        ),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Make a CloudFormation stack of this template instead."),
    ] = None,
    stack_name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The stack's name.", show_default="the file's"),
    ] = None,
    pool: PoolName = None,
    target: PoolTarget = "server",
    region: Region = "us-east-1",
) -> None:
    """Make a user pool with its app clients, and print `UserPoolId=…` and `ClientId=…`.

    What only a deployment knows is left out, and told on stderr.
    """
    if (spec is None) == (stack is None):
        raise ConfigurationError("--spec, --stack", hint="give one of them, and only one")
    if stack is not None:
        client = client_of("cloudformation", target, region, endpoint_url)
        lines = _deployed(client, stack, stack_name or Path(stack).stem)
    else:
        client = client_of("cognito-idp", target, region, endpoint_url)
        lines = _built(client, str(spec), pool)
    for line in lines:
        print(line)


def _built(client: Any, path: str, pool: str | None) -> Iterator[str]:
    from harness.cli.outcome import complain
    from harness.pools.making.provision_configuration import provision_configuration
    from harness.pools.sources import load

    configuration = load(path, pool)
    made = provision_configuration(client, configuration)
    for setting, unknown in made.left_out.items():
        complain(f"left out: {setting} is {unknown}")
    yield f"UserPoolId={made.user_pool_id}"
    for name, app in made.apps.items():
        key = "ClientId" if len(made.apps) == 1 else f"ClientId.{name}"
        yield f"{key}={app.client_id}"


def _deployed(client: Any, path: str, name: str) -> Iterator[str]:
    from harness.pools.sources import cloudformation
    from harness.pools.sources.documents import read_document

    document = read_document(path)
    if not cloudformation.recognizes(document):
        hint = "it is no CloudFormation template; --spec takes other files as well"
        raise ConfigurationError("--stack", given=path, hint=hint)
    # A slip of the pen is told with its line, before anything is made.
    cloudformation.read(document)
    body = Path(path).read_text(encoding="utf-8-sig")
    client.create_stack(StackName=name, TemplateBody=body)
    client.get_waiter("stack_create_complete").wait(StackName=name)
    described = client.describe_stacks(StackName=name)["Stacks"][0]
    secrets = _secret_outputs(document.value)
    for output in described.get("Outputs", ()):
        key = output["OutputKey"]
        yield f"{key}={_HIDDEN if key in secrets else output['OutputValue']}"


def _secret_outputs(template: Mapping[str, Any]) -> set[str]:
    outputs = template.get("Outputs")
    found = outputs.items() if isinstance(outputs, Mapping) else ()
    return {name for name, output in found if "ClientSecret" in str(output)}
