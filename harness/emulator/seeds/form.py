"""The form of a seed document: the checks of its JSON Schema, with messages that show no secret.

A library for JSON Schema is not used here, because its messages quote the values that they refuse.
The tests hold every document against one as well.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from harness.emulator.seeds.refused import SeedRefused

__all__ = ["VERSION", "check_form", "join", "require_shallow", "schema", "schema_text"]

#: The version of the format; it goes up when a release can no longer read the files before.
VERSION = 1
#: How deeply a document may be nested; requests of Cognito's API have seven levels.
_MOST_LEVELS = 40
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
}


def schema_text() -> str:
    """Return the JSON Schema of seed files."""
    return files(__package__).joinpath("seed.schema.json").read_text(encoding="utf-8")


@functools.cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of seed files, which nobody may change."""
    read: dict[str, Any] = json.loads(schema_text())
    return read


def join(path: str, key: str | int) -> str:
    """Return the path of a member or item below a path, such as ``pools[0].users``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def require_shallow(value: Any) -> None:
    """Refuse what has more levels than any seed, one level after the other."""
    level = [value]
    for _ in range(_MOST_LEVELS):
        containers = [item for item in level if isinstance(item, (dict, list))]
        level = [
            inner
            for item in containers
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise SeedRefused("seed", given="a deep value", hint=f"it has more than {_MOST_LEVELS} levels")


def check_form(document: Any) -> None:
    """Check a document against the schema.

    Raises:
        SeedRefused: it does not fit; names the first place where it does not.
    """
    if not isinstance(document, dict):
        raise SeedRefused("seed", given=type(document).__name__, hint="it must be an object")
    version = document.get("cognito_harness_seed")
    # 1.0 and true are equal to 1 in Python, but no seed file has them.
    if type(version) is not int or version != VERSION:
        hint = f"this release reads seed files of version {VERSION}"
        raise SeedRefused("cognito_harness_seed", given=_shown(version, {}), hint=hint)
    _check(document, schema(), "")


def _check(value: Any, rule: Mapping[str, Any], path: str) -> None:
    if "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    _check_type(value, rule, path)
    if isinstance(value, dict):
        _check_members(value, rule, path)
    elif isinstance(value, list):
        _check_items(value, rule, path)
    else:
        _check_scalar(value, rule, path)


def _check_type(value: Any, rule: Mapping[str, Any], path: str) -> None:
    allowed = rule.get("type", [])
    names = [allowed] if isinstance(allowed, str) else list(allowed)
    types = {kind for name in names for kind in _TYPES[name]}
    if type(value) in types and not _is_infinite(value):
        return
    words = " or ".join(_WORDS[name] for name in names)
    hint = f"it must be {words}"
    if "string" in names and isinstance(value, (bool, int, float)):
        hint += "; put it in quotes"
    raise _refused(path, value, rule, hint)


def _is_infinite(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _check_members(value: dict[Any, Any], rule: Mapping[str, Any], path: str) -> None:
    known: Mapping[str, Any] = rule.get("properties", {})
    others = rule.get("additionalProperties", {})
    for name in rule.get("required", ()):
        if name not in value:
            raise SeedRefused(join(path, name), hint=known[name]["description"])
    for name, item in value.items():
        place = join(path, str(name))
        if not isinstance(name, str):
            hint = "the name of a member must be a text; put it in quotes"
            raise SeedRefused(place, given=name, hint=hint)
        if name in known:
            _check(item, known[name], place)
        elif others is False:
            where = "at the top" if not path else f"in {path}"
            raise SeedRefused(place, given=name, allowed=sorted(known), hint=f"unknown {where}")
        elif others:
            _check(item, others, place)


def _check_items(value: list[Any], rule: Mapping[str, Any], path: str) -> None:
    most = rule.get("maxItems")
    if most is not None and len(value) > most:
        raise SeedRefused(path, given=f"{len(value)} items", hint=f"at most {most} are allowed")
    for number, item in enumerate(value):
        _check(item, rule.get("items", {}), join(path, number))


def _check_scalar(value: Any, rule: Mapping[str, Any], path: str) -> None:
    if "enum" in rule and value not in rule["enum"]:
        hint = _EXTERNAL if value == "EXTERNAL_PROVIDER" else None
        raise SeedRefused(path, given=value, allowed=map(str, rule["enum"]), hint=hint)
    for problem in _problems(value, rule):
        raise _refused(path, value, rule, problem)


_EXTERNAL = "users of identity providers are not supported in a seed file"


def _problems(value: Any, rule: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        yield from _problems_of_text(value, rule)
    elif isinstance(value, (int, float)):
        if value < rule.get("minimum", value):
            yield f"it must be at least {rule['minimum']}"
        if value > rule.get("maximum", value):
            yield f"it must be at most {rule['maximum']}"


def _problems_of_text(value: str, rule: Mapping[str, Any]) -> Iterator[str]:
    import re  # the patterns use nothing that needs another library

    about = rule.get("description", "")
    if len(value) < rule.get("minLength", 0) or len(value) > rule.get("maxLength", math.inf):
        yield f"it has {len(value)} characters, which is too {'long' if value else 'short'}"
    pattern = rule.get("pattern")
    # `$` also matches before a newline at the end, and \w any letter, unlike in JavaScript.
    if pattern and not re.fullmatch(pattern.removesuffix("$"), value, re.ASCII):
        yield " ".join(filter(None, (about, f"It must match {pattern}")))
    try:
        value.encode()
    except UnicodeEncodeError:
        yield "it is not valid Unicode"


def _refused(path: str, value: Any, rule: Mapping[str, Any], hint: str) -> SeedRefused:
    return SeedRefused(path, given=_shown(value, rule), hint=hint)


def _shown(value: Any, rule: Mapping[str, Any]) -> Any:
    """Return what a message may show of a value: never a secret, nothing long."""
    if rule.get("writeOnly"):
        return "[redacted]"
    if isinstance(value, (dict, list)):
        return f"{'an object' if isinstance(value, dict) else 'a list'}"
    text = str(value)
    return value if len(text) <= 80 else f"{text[:80]}..."
