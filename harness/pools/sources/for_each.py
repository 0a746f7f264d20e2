"""Expands the loops of a template: Fn::ForEach of the transform AWS::LanguageExtensions.

A loop stands beside the resources, conditions or outputs that it makes, or beside the members of an
object in them: ``Fn::ForEach::Name: [Identifier, Collection, {Key: Value}]``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown, join
from harness.pools.sources.documents import Document
from harness.pools.sources.intrinsics import Functions
from harness.pools.sources.plain_functions import LONGEST, as_text, first_unknown
from harness.pools.sources.template_parameters import TemplateParameters
from harness.pools.sources.transforms import (
    LANGUAGE_EXTENSIONS,
    has_language_extensions,
    what_is_not_applied,
)

__all__ = ["with_loops_expanded"]

_LOOP = "Fn::ForEach"
_SECTIONS = ("Conditions", "Resources", "Outputs")
#: How many members the loops of a template may make; a template has up to 500 resources.
_MOST_MEMBERS = 5_000
#: How many values; a template of 1 MB, which is the largest after its loops too, has fewer.
_MOST_VALUES = 200_000
_FORM = f"a loop has the form {_LOOP}::Name: [Identifier, [Item, ...], {{Key: Value}}]"
#: What a pool is read from, and types that a loop completes; other resources have nothing to do
#: with it. Functions of SAM become triggers of the pool that they name in a Cognito event.
_OF_POOLS = re.compile(r"AWS::Cognito::UserPool(Client)?$|.*[$&]\{")
_SAM_FUNCTION = "AWS::Serverless::Function"


def with_loops_expanded(document: Document, parameters: TemplateParameters) -> Document:
    """Return a template as it is after its loops have made their members, with their lines.

    Its notes say which transforms cannot be applied, and which loops are left out. A loop over a
    collection that is unknown is left out if it makes no pool and no app client. An
    object inside a resource with such a loop stays as it is, and is unknown when it is evaluated.

    Args:
        document: the template.
        parameters: its parameters.

    Raises:
        ConfigurationError: a loop is malformed, makes a name twice, or may make a pool and loops
            over something that only a deployment knows; or the template has a loop and lacks the
            transform.
    """
    notes = tuple(what_is_not_applied(document.value))
    if has_language_extensions(document.value):
        expansion = _Expansion(document, parameters)
        return expansion.document(notes)
    for name in _SECTIONS:
        for loop in _loops(_section(document, name)):
            source = document.source(join(name, loop))
            hint = f"it needs Transform: {LANGUAGE_EXTENSIONS}"
            raise ConfigurationError(join(name, loop), given=loop, source=source, hint=hint)
    return replace(document, notes=notes)


class _Expansion:
    def __init__(self, document: Document, parameters: TemplateParameters) -> None:
        self._document = document
        self._functions = Functions(document, parameters)
        self._lines = dict(document.lines)
        self._made = 0
        self._values = 0
        self._notes: list[str] = []

    def document(self, notes: tuple[str, ...]) -> Document:
        value = {**self._document.value}
        for name in _SECTIONS:
            if section := _section(self._document, name):
                value[name] = self._mapping(section, name, name, {}, top=name)
        return Document(self._document.name, value, self._lines, (*notes, *self._notes))

    def _mapping(
        self, found: Mapping[str, Any], old: str, new: str, items: Mapping[str, str], top: str = ""
    ) -> dict[str, Any]:
        """Return an object with its loops expanded and the items of outer loops put in.

        Args:
            found: the object.
            old: its path in the file.
            new: its path in the result.
            items: the item of each outer loop, by identifier.
            top: the section, if this is a section of the template or a fragment of it.
        """
        made: dict[str, Any] = {}
        for key, value in found.items():
            if not str(key).startswith(_LOOP):
                self._add(made, key, value, old, new, items)
                continue
            expanded = self._loop(str(key), value, join(old, key), new, items, top)
            if expanded is None:
                # Only the evaluation of a setting that needs it makes it unknown.
                made[key] = value
            for name, member in (expanded or {}).items():
                if name in made:
                    raise self._refusal(join(old, key), name, "the template has this name twice")
                made[name] = member
        return made

    def _add(
        self,
        made: dict[str, Any],
        key: Any,
        value: Any,
        old: str,
        new: str,
        items: Mapping[str, str],
    ) -> None:
        name = self._put_in(str(key), items, join(old, str(key)))
        if name in made:
            raise self._refusal(join(old, str(key)), name, "the template has this name twice")
        before, after = join(old, str(key)), join(new, name)
        if before in self._document.lines:
            self._lines[after] = self._document.lines[before]
        made[name] = self._value(value, before, after, items)

    def _value(self, value: Any, old: str, new: str, items: Mapping[str, str]) -> Any:
        self._values += bool(items)
        if self._values > _MOST_VALUES:
            hint = f"the loops make more than {_MOST_VALUES:,} values"
            raise self._refusal(old, None, hint)
        if old in self._document.lines:
            self._lines[new] = self._document.lines[old]
        if isinstance(value, Mapping):
            reference = value.get("Ref") if len(value) == 1 else None
            if isinstance(reference, str) and reference in items:
                return items[reference]
            return self._mapping(value, old, new, items)
        if isinstance(value, list):
            return [
                self._value(item, join(old, index), join(new, index), items)
                for index, item in enumerate(value)
            ]
        return self._put_in(value, items, old) if isinstance(value, str) else value

    def _put_in(self, text: str, items: Mapping[str, str], path: str) -> str:
        """Put the items of loops into a text; &{Identifier} takes only their letters and digits."""
        for identifier, item in items.items():
            plain = re.sub(r"[^0-9A-Za-z]", "", item)
            for mark, put in ((f"${{{identifier}}}", item), (f"&{{{identifier}}}", plain)):
                if len(text) + text.count(mark) * len(put) > LONGEST:
                    raise self._refusal(
                        path, mark, f"the loops make a text of over {LONGEST:,} letters"
                    )
                text = text.replace(mark, put)
        return text

    def _loop(
        self, key: str, loop: Any, old: str, new: str, items: Mapping[str, str], top: str
    ) -> dict[str, Any] | None:
        """Return what a loop makes; ``None`` if it is unknown and not in a section."""
        identifier, collection, fragment = self._parts(key, loop, old, items)
        found = self._collection(collection, join(old, 1), items)
        if isinstance(found, Unknown):
            return self._left_out(key, fragment, old, found) if top else None
        made: dict[str, Any] = {}
        for item in found:
            self._count(key, old)
            inside = {**items, identifier: item}
            below = self._mapping(fragment, join(old, 2), new, inside, top)
            for name, member in below.items():
                if name in made:
                    raise self._refusal(old, name, f"the loop makes it twice: for {item!r} again")
                made[name] = member
        return made

    def _parts(
        self, key: str, loop: Any, path: str, items: Mapping[str, str]
    ) -> tuple[str, Any, Mapping[str, Any]]:
        if not key.startswith(f"{_LOOP}::") or not isinstance(loop, list) or len(loop) != 3:
            raise self._refusal(path, key, _FORM)
        identifier, collection, fragment = loop
        if not isinstance(identifier, str) or not isinstance(fragment, Mapping):
            raise self._refusal(path, key, _FORM)
        if identifier in items:
            raise self._refusal(path, identifier, "an outer loop has this identifier already")
        return identifier, collection, fragment

    def _collection(self, given: Any, path: str, items: Mapping[str, str]) -> list[str] | Unknown:
        found = self._functions.value(self._value(given, path, path, items), path)
        unknown = first_unknown(found)
        if unknown is not None:
            return unknown
        if not isinstance(found, list) or not all(
            isinstance(item, (str, int, float)) for item in found
        ):
            raise self._refusal(path, found, "a loop needs a list of texts")
        return [as_text(item) for item in found]

    def _left_out(
        self, key: str, fragment: Mapping[str, Any], path: str, cause: Unknown
    ) -> dict[str, Any]:
        if path.startswith("Resources") and _may_concern_pools(fragment):
            hint = (
                f"it may make a part of a pool, and its collection is unknown ({cause.reason}); "
                "give that a value, or take the template with the loop expanded from aws "
                "cloudformation get-template --template-stage Processed"
            )
            raise self._refusal(path, key, hint)
        self._notes.append(f"{key} is left out: its collection is unknown ({cause.reason})")
        return {}

    def _count(self, key: str, path: str) -> None:
        self._made += 1
        if self._made > _MOST_MEMBERS:
            raise self._refusal(path, key, f"the loops make more than {_MOST_MEMBERS} members")

    def _refusal(self, path: str, given: Any, hint: str) -> ConfigurationError:
        source = self._document.source(path)
        return ConfigurationError(path, given=given, source=source, hint=hint)


def _may_concern_pools(fragment: Any) -> bool:
    """Return whether a loop with this fragment, or one inside it, makes a part of a pool."""
    for key, value in fragment.items() if isinstance(fragment, Mapping) else ():
        if str(key).startswith(_LOOP):
            inner = value[2] if isinstance(value, list) and len(value) == 3 else None
            if _may_concern_pools(inner):
                return True
        elif isinstance(value, Mapping):
            kind = str(value.get("Type"))
            if _OF_POOLS.match(kind) or (kind == _SAM_FUNCTION and "Cognito" in str(value)):
                return True
    return False


def _loops(section: Mapping[str, Any]) -> list[str]:
    return [str(key) for key in section if str(key).startswith(_LOOP)]


def _section(document: Document, name: str) -> Mapping[str, Any]:
    found = document.value.get(name)
    return found if isinstance(found, Mapping) else {}
