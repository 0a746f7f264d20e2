"""Recognizes the format of a file from its content, and reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import (
    amplify,
    cloudformation,
    describe_output,
    pulumi,
    serverless,
    snapshot,
    terraform,
    terraform_state,
)
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.folders import HAS_VALUES, find_in_folder, packaged_template
from harness.pools.sources.other_files import hint_about_text, hint_about_value
from harness.pools.sources.parameters import GivenParameters
from harness.pools.sources.pool_choice import FoundPools, ready

__all__ = ["FORMATS", "find_pools"]

#: The formats that can be read, as a message lists them.
FORMATS = (
    "a CloudFormation or SAM template (YAML or JSON)",
    "the output of cdk synth (a template or the folder cdk.out)",
    "the output of terraform show -json, or a terraform.tfstate",
    "the output of aws cognito-idp describe-user-pool (a file, or a folder with those of "
    "get-user-pool-mfa-config and describe-user-pool-client)",
    "a serverless.yml",
    "the output of pulumi stack export",
    "the folder of an Amplify project of generation 1",
    "a snapshot from cognito-harness snapshot",
)
_PLANNED = (
    "the values of the variables are in {} already; give them to terraform plan with -var or "
    "-var-file, and show that plan with terraform show -json"
)
_IS_SNAPSHOT = "{} is a snapshot, which has values in place of parameters"
#: The member of GetTemplate's answer with the template.
_BODY = "TemplateBody"
#: How much of a file is looked at to say what it is instead.
_START = 200_000

_Recognizes = Callable[[Document], bool]
_Finds = Callable[[Document, GivenParameters], FoundPools]


def find_pools(path: str | Path, parameters: GivenParameters) -> FoundPools:
    """Return the user pools of a file or folder; a pool is read when it is chosen.

    Args:
        path: the file or folder as the user wrote it.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the format is unknown, the file has no pool, or a setting is not valid.
    """
    if Path(path).is_dir():
        template = packaged_template(Path(path))
        if template is None:
            return _some(find_in_folder(Path(path), parameters), path, cloudformation.POOL)
        path = template
    document = _without_envelope(_document(path))
    for recognizes, finds, resource_type in _FORMATS:
        if recognizes(document):
            return _some(finds(document, parameters), path, resource_type)
    raise _unrecognized(document)


def _document(path: str | Path) -> Document:
    """Read a file; of one that is neither YAML nor JSON, say what it is if that is known."""
    try:
        document = read_document(path)
    except ConfigurationError:
        if hint := hint_about_text(_start_of(path)):
            raise ConfigurationError("file", given=str(path), hint=hint) from None
        raise
    # A plain text is valid YAML.
    if not isinstance(document.value, (dict, list)) and (hint := hint_about_text(_start_of(path))):
        raise ConfigurationError("file", given=str(path), hint=hint)
    return document


def _without_envelope(document: Document) -> Document:
    """Return the template in what aws cloudformation get-template prints of a JSON template."""
    found = document.value
    body = found.get(_BODY) if isinstance(found, dict) else None
    if not isinstance(body, dict):
        return document
    below = {path: line for path, line in document.lines.items() if path.startswith(f"{_BODY}.")}
    lines = {path.removeprefix(f"{_BODY}."): line for path, line in below.items()}
    return replace(document, value=body, lines=lines)


def _start_of(path: str | Path) -> str:
    try:
        with Path(path).open("rb") as file:
            return file.read(_START).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _some(found: FoundPools, path: str | Path, resource_type: str) -> FoundPools:
    """Return the pools of a file that has some; refuse a file without one."""
    if not found.pools and not found.problems:
        hint = f"the file has no user pool ({resource_type})"
        raise ConfigurationError("file", given=str(path), hint=hint)
    return found


def _unrecognized(document: Document) -> ConfigurationError:
    found = document.value
    problem = "it is not an object"
    if isinstance(found, dict):
        problem = f"it has the members {', '.join(map(str, found))}"
    hint = hint_about_value(found) or hint_about_text(_start_of(document.name))
    hint = hint or f"{problem}, but must be one of these: {'; '.join(FORMATS)}"
    return ConfigurationError("file", given=document.name, hint=hint)


def _find_in_template(document: Document, parameters: GivenParameters) -> FoundPools:
    found = cloudformation.find(document, None, parameters)
    return found.each(lambda read: amplify.with_totp(read(), document))


def _read_outputs(document: Document) -> list[PoolConfiguration]:
    return describe_output.read([document], document.name)


def _with_values(
    read: Callable[[Document], list[PoolConfiguration]], reason: str = HAS_VALUES
) -> _Finds:
    """Return a function that reads a format without parameters, and says why it has none."""

    def finds(document: Document, parameters: GivenParameters) -> FoundPools:
        parameters.have_no_use(reason.format(document.name))
        return ready(document.name, read(document))

    return finds


def _find_in_plan(document: Document, parameters: GivenParameters) -> FoundPools:
    parameters.have_no_use(_PLANNED.format(document.name))
    return terraform.find(document)


#: How each format is recognized and read, and the name of a user pool in it; the first counts.
_FORMATS: tuple[tuple[_Recognizes, _Finds, str], ...] = (
    (snapshot.recognizes, _with_values(snapshot.read, _IS_SNAPSHOT), "UserPool"),
    (terraform.recognizes, _find_in_plan, terraform.POOL),
    (terraform_state.recognizes, _with_values(terraform_state.read), terraform_state.POOL),
    (pulumi.recognizes, _with_values(pulumi.read), pulumi.POOL),
    (serverless.recognizes, serverless.find, cloudformation.POOL),
    (serverless.is_included_template, serverless.find_in_included_template, cloudformation.POOL),
    (cloudformation.recognizes, _find_in_template, cloudformation.POOL),
    (describe_output.recognizes, _with_values(_read_outputs), "UserPool"),
)
