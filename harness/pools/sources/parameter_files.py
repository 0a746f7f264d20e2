"""Reads the values of parameters from files, in the forms that deployment tools take them in.

CloudFormation's tools have three forms (https://github.com/aws/aws-cli/pull/5443); SAM has a
configuration file; Amplify's ``parameters.json`` and Terraform's ``tfvars.json`` are plain objects.
The form is told from the content.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown, join
from harness.pools.sources import sam_overrides
from harness.pools.sources.documents import Document, read_document, text_of
from harness.pools.sources.json_lines import too_deep
from harness.pools.sources.parameter_rules import as_text
from harness.pools.sources.parameters import GivenParameter, GivenParameters
from harness.redaction import MASK

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["given_parameters", "read_parameters"]

_KEY, _VALUE, _RESOLVED, _PREVIOUS = (
    "ParameterKey",
    "ParameterValue",
    "ResolvedValue",
    "UsePreviousValue",
)
_MEMBERS = (_KEY, _VALUE, _RESOLVED, _PREVIOUS)
_FORMS = (
    'it must be one of these: [{"ParameterKey": …, "ParameterValue": …}], {"Parameters": '
    '{"NAME": "VALUE"}}, ["NAME=VALUE"], {"NAME": "VALUE"}, a samconfig.toml'
)
_HCL = (
    "terraform's own language is not read: a plan already has the values of its variables in it "
    "(terraform plan -var-file=FILE -out=tfplan; terraform show -json tfplan); for a template, "
    'write them as JSON: {"NAME": "VALUE"}'
)
_LOOKS_LIKE_HCL = re.compile(r"^[ \t]*[\w-]+[ \t]*=", re.MULTILINE)


def given_parameters(
    files: Iterable[str],
    texts: Iterable[str],
    *,
    files_from: str = "--parameters",
    texts_from: str = "--parameter",
) -> GivenParameters:
    """Return the values of parameters; a text counts more than a file, a later one more.

    Args:
        files: the files with values; ``FILE:ENVIRONMENT`` chooses an environment of a samconfig.
        texts: values as ``NAME=VALUE`` or ``STACK:NAME=VALUE``.
        files_from: the option or variable that gave the files, for messages.
        texts_from: the option or variable that gave the texts.

    Raises:
        ConfigurationError: a file cannot be read or has another form, or a text has no name.
    """
    found: dict[str, GivenParameter] = {}
    for name, given in _all(files, texts, files_from, texts_from):
        earlier = found.get(name)
        found[name] = given if earlier is None else replace(given, instead_of=earlier.source)
    return GivenParameters(found)


def _all(
    files: Iterable[str], texts: Iterable[str], files_from: str, texts_from: str
) -> Iterator[tuple[str, GivenParameter]]:
    for file in files:
        try:
            yield from read_parameters(file)
        except ConfigurationError as error:
            if error.setting == "file":
                error.setting = files_from
            raise
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            # What was meant as the value could be a secret.
            hint = "it must look like NAME=VALUE"
            raise ConfigurationError(texts_from, given=MASK if equals else name, hint=hint)
        yield name.strip(), GivenParameter(value, texts_from)


def read_parameters(file: str) -> list[tuple[str, GivenParameter]]:
    """Return the names and values in a file, in its order.

    Args:
        file: the file, or ``FILE:ENVIRONMENT`` for an environment of a samconfig.

    Raises:
        ConfigurationError: the file cannot be read, or has another form.
    """
    path, environment = _split(file)
    document = _document(path)
    value = document.value
    if sam_overrides.recognizes(value):
        place, found = sam_overrides.overrides(document, environment)
        return [(name, _given(document, name, one, place)) for name, one in found]
    if environment is not None:
        hint = f"only a samconfig.toml has environments; write {path}"
        raise ConfigurationError("file", given=file, hint=hint)
    if isinstance(value, Mapping):
        return list(_of_object(document, value))
    if isinstance(value, list) and value:
        return [_of_item(document, item, f"[{index}]") for index, item in enumerate(value)]
    raise ConfigurationError("file", given=path, hint=_FORMS)


def _split(file: str) -> tuple[str, str | None]:
    path, colon, environment = file.rpartition(":")
    if colon and environment and not Path(file).exists() and Path(path).is_file():
        return path, environment
    return file, None


def _document(path: str) -> Document:
    """Return the content of JSON, TOML or YAML, which are tried in this order.

    A list with one text is JSON and also TOML.
    """
    text = text_of(path)
    if _is_json(text):
        return read_document(path)
    try:
        value = tomllib.loads(text)
    except RecursionError:
        raise too_deep(path) from None
    except tomllib.TOMLDecodeError:
        return _yaml(path, text)
    except ValueError:
        hint = "it has a number of thousands of digits"
        raise ConfigurationError("file", given=path, hint=hint) from None
    if not sam_overrides.recognizes(value):
        hint = _HCL if value else "it is empty"
        raise ConfigurationError("file", given=path, hint=hint)
    return Document(path, value, sam_overrides.lines_of_toml(text))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _yaml(path: str, text: str) -> Document:
    looks_like_hcl = _LOOKS_LIKE_HCL.search(text) is not None
    try:
        document = read_document(path)
    except ConfigurationError as error:
        if looks_like_hcl and error.setting == "file":
            raise ConfigurationError("file", given=path, hint=_HCL) from None
        raise
    if looks_like_hcl and not isinstance(document.value, (Mapping, list)):
        raise ConfigurationError("file", given=path, hint=_HCL)
    return document


def _of_object(
    document: Document, value: Mapping[str, Any]
) -> Iterator[tuple[str, GivenParameter]]:
    if "Resources" in value:
        hint = f"it is a template, not a file of parameters; {_FORMS}"
        raise ConfigurationError("file", given=document.name, hint=hint)
    if "cognitoConfig" in value:
        hint = (
            "it has the choices that Amplify writes a template for; use the parameters.json beside "
            "that template, in the folder build"
        )
        raise ConfigurationError("file", given=document.name, hint=hint)
    wrapped = value.get("Parameters")
    prefix = "Parameters" if isinstance(wrapped, Mapping) else ""
    for name, item in (wrapped if isinstance(wrapped, Mapping) else value).items():
        yield str(name), _given(document, str(name), item, join(prefix, str(name)))


def _of_item(document: Document, item: Any, path: str) -> tuple[str, GivenParameter]:
    if isinstance(item, Mapping):
        return _of_entry(document, item, path)
    source = document.source(path)
    name, equals, value = item.partition("=") if isinstance(item, str) else ("", "", "")
    if equals and name.strip():
        return name.strip(), GivenParameter(value, source)
    hint = f'it must look like "NAME=VALUE" or {{"{_KEY}": …, "{_VALUE}": …}}'
    # A text could be a secret, also in a list.
    given = MASK if isinstance(item, (str, list)) else item
    raise ConfigurationError(f"parameter {path}", given=given, source=source, hint=hint)


def _of_entry(
    document: Document, entry: Mapping[str, Any], path: str
) -> tuple[str, GivenParameter]:
    """Return the name and value of one of CloudFormation's own entries."""
    setting, source = f"parameter {path}", document.source(path)
    for member in entry:
        if member not in _MEMBERS:
            raise ConfigurationError(setting, given=member, source=source, allowed=_MEMBERS)
    name = entry.get(_KEY)
    if not isinstance(name, str) or _VALUE not in entry:
        hint = f"it must have {_KEY} and {_VALUE}"
        if entry.get(_PREVIOUS):
            hint += f"; there is no earlier stack here that {_PREVIOUS} could mean"
        shown = MASK if name and not isinstance(name, str) else name
        raise ConfigurationError(setting, given=shown, source=source, hint=hint)
    given = _given(document, name, entry[_VALUE], path)
    return name, replace(given, resolved=as_text(entry.get(_RESOLVED)))


def _given(document: Document, name: str, value: Any, path: str) -> GivenParameter:
    """Return a value as the text that the tools make of it; they write a list with commas."""
    source = document.source(path)
    texts = [as_text(item) for item in value] if isinstance(value, list) else [as_text(value)]
    if value is None:
        hint = "null is no value; leave the parameter out, or write a text"
        raise ConfigurationError(f"parameter {name}", source=source, hint=hint)
    if None in texts:
        return GivenParameter(Unknown(f"the value of {name} in {source} is not a text"), source)
    return GivenParameter(",".join(str(text) for text in texts), source)
