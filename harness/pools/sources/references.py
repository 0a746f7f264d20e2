"""Follows the references of templates to user pools, also from stack to stack.

An app client names its pool with any expression that gives the id of the pool in the end. Each
reference in the expression becomes a mark, which :class:`Functions` carries like any other text;
the mark that comes out is the pool.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown, join
from harness.pools.sources.intrinsics import NO_VALUE
from harness.pools.sources.stacks import POOL, Stack, is_list_parameter

__all__ = ["PoolElsewhere", "PoolKey", "References"]

#: No template has this character, and none of the functions changes it.
_EDGE = "\N{OBJECT REPLACEMENT CHARACTER}"
_MARK = re.compile(rf"{_EDGE}(\d+){_EDGE}(\w+){_EDGE}")
_ELSEWHERE = f"{_EDGE}elsewhere{_EDGE}"
_VARIABLE = re.compile(r"\$\{([^}!]+)\}")
_POOL_ID = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+_[0-9A-Za-z]+")
#: What Fn::GetAtt returns for a pool, with "?" for what only a deployment knows:
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
_ATTRIBUTES = {
    "UserPoolId": "{pool}",
    "Arn": "arn:{unknown}:cognito-idp:{unknown}:{unknown}:userpool/{pool}",
    "ProviderName": "cognito-idp.{unknown}.amazonaws.com/{pool}",
    "ProviderURL": "https://cognito-idp.{unknown}.amazonaws.com/{pool}",
}
_OUTPUT = "Outputs."


class PoolKey(NamedTuple):
    """A user pool of the templates.

    Attributes:
        stack: the index of its stack.
        name: its logical id.
    """

    stack: int
    name: str


@dataclass(frozen=True)
class PoolElsewhere:
    """A user pool that is in none of the templates, such as an existing one."""


@dataclass
class References:
    """Answers which pool an expression means, in templates that are deployed together.

    Attributes:
        stacks: the stacks, each at its own index.
    """

    stacks: list[Stack] = field(default_factory=list)
    _under_way: set[tuple[int, str]] = field(default_factory=set)

    def pool_of(self, stack: Stack, value: Any, path: str) -> PoolKey | PoolElsewhere | Unknown:
        """Return the pool whose id an expression gives.

        Args:
            stack: the stack whose template has the expression.
            value: the expression.
            path: its path in the template.
        """
        try:
            found = self.evaluated(stack, value, path)
        except ConfigurationError as error:
            return Unknown(str(error))
        if isinstance(found, Unknown):
            return found
        if isinstance(found, str):
            if mark := _MARK.fullmatch(found):
                return PoolKey(int(mark[1]), mark[2])
            if found == _ELSEWHERE or _POOL_ID.fullmatch(found):
                return PoolElsewhere()
        return Unknown(_why_not(value, found))

    def evaluated(self, stack: Stack, value: Any, path: str) -> Any:
        """Return the value of an expression, with marks for references to pools."""
        return stack.functions.value(self._marked(stack, value, path), path)

    def passed(self, stack: Stack, value: Any, path: str) -> Any:
        """Return what a stack gives to a parameter; ``None`` if only a deployment knows it."""
        found = self.evaluated(stack, value, path)
        is_known = not isinstance(found, Unknown) and found is not NO_VALUE
        return found if is_known and _EDGE not in str(found) else None

    def _marked(self, stack: Stack, value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [self._marked(stack, item, join(path, at)) for at, item in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            mark = _MARKING[name](self, stack, argument, path) if name in _MARKING else None
            if mark is not None:
                return mark
        below = {key: self._marked(stack, item, path) for key, item in value.items()}
        if len(below) == 1:
            name, argument = next(iter(below.items()))
            if name in _FOLLOWING:
                found = stack.functions.value(argument, path)
                mark = _FOLLOWING[name](self, stack, found, path)
                return below if mark is None else mark
        return below

    def _ref(self, stack: Stack, argument: Any, _path: str) -> Any:
        if not isinstance(argument, str):
            return None
        if argument in stack.of_type(POOL):
            return self._attribute(stack, argument, "UserPoolId")
        if argument not in stack.passed:
            return None
        key = (stack.index, f"Parameters.{argument}")
        found = self._known_text(key, stack.passed[argument])
        if found is None or _EDGE not in found:
            return None
        return found.split(",") if is_list_parameter(stack.document, argument) else found

    def _get_att(self, stack: Stack, argument: Any, _path: str) -> str | None:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            return None
        name, attribute = parts[0], ".".join(parts[1:])
        if name in stack.of_type(POOL):
            return self._attribute(stack, name, attribute)
        if name in stack.nested and attribute.startswith(_OUTPUT):
            return self._output(stack.nested[name], attribute.removeprefix(_OUTPUT))
        return None

    def _sub(self, stack: Stack, argument: Any, path: str) -> Any:
        text, own = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], Mapping):
            text, own = argument
        if not isinstance(text, str):
            return None

        def replaced(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in own:
                return found[0]
            mark = (self._get_att if "." in name else self._ref)(stack, name, path)
            return mark if isinstance(mark, str) else found[0]

        marked = _VARIABLE.sub(replaced, text)
        return {"Fn::Sub": [marked, self._marked(stack, own, path)] if own else marked}

    def _import(self, _stack: Stack, name: Any, _path: str) -> str | None:
        if len(self.stacks) == 1 and isinstance(name, Unknown):
            # Another stack must have exported it, and there is no other one.
            return _ELSEWHERE
        exports = list(self._exports())
        found = [(one, output) for one, output, exported in exports if exported == name]
        if len(found) == 1:
            return self._output(*found[0])
        is_unknown = isinstance(name, Unknown) or (
            len(self.stacks) > 1
            and any(isinstance(exported, Unknown) for _, _, exported in exports)
        )
        return None if found or is_unknown else _ELSEWHERE

    def _stack_output(self, _stack: Stack, found: Any, _path: str) -> str | None:
        """Return the output of another stack, which the CDK reads without an export.

        https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.ReferenceStrength.html
        """
        if not isinstance(found, Mapping):
            return None
        named = [
            one
            for one in self.stacks
            if found.get("StackName") in (one.name, *one.other_names) and one.name
        ]
        return self._output(named[0], str(found.get("OutputName"))) if len(named) == 1 else None

    def _exports(self) -> Iterator[tuple[Stack, str, Any]]:
        for stack in self.stacks:
            for name, output in stack.outputs.items():
                export = output.get("Export") if isinstance(output, Mapping) else None
                if isinstance(export, Mapping) and "Name" in export:
                    path = f"Outputs.{name}.Export.Name"
                    yield stack, name, stack.functions.value(export["Name"], path)

    def _output(self, stack: Stack, name: str) -> str | None:
        output = stack.outputs.get(name)
        if not isinstance(output, Mapping):
            return None
        path = f"Outputs.{name}.Value"
        return self._known_text(
            (stack.index, path), lambda: self.evaluated(stack, output.get("Value"), path)
        )

    def _known_text(self, key: tuple[int, str], value: Callable[[], Any]) -> str | None:
        with self._once(key) as is_first:
            found = value() if is_first else None
        return found if isinstance(found, str) else None

    @contextmanager
    def _once(self, key: tuple[int, str]) -> Iterator[bool]:
        """Yield whether this is not being evaluated already: templates can refer in circles."""
        is_first = key not in self._under_way
        self._under_way.add(key)
        try:
            yield is_first
        finally:
            if is_first:
                self._under_way.discard(key)

    def _attribute(self, stack: Stack, pool: str, attribute: str) -> str | None:
        text = _ATTRIBUTES.get(attribute)
        mark = f"{_EDGE}{stack.index}{_EDGE}{pool}{_EDGE}"
        return None if text is None else text.format(pool=mark, unknown=f"{_EDGE}?{_EDGE}")


_Marking = Callable[[References, Stack, Any, str], Any]
#: The functions that take names as the template has them.
_MARKING: dict[str, _Marking] = {
    "Ref": References._ref,
    "Fn::GetAtt": References._get_att,
    "Fn::Sub": References._sub,
}
#: The functions that take what their argument gives, which is evaluated only once.
_FOLLOWING: dict[str, _Marking] = {
    "Fn::GetStackOutput": References._stack_output,
    "Fn::ImportValue": References._import,
}


def _why_not(value: Any, found: Any) -> str:
    if found is None or found is NO_VALUE:
        return "not set"
    if isinstance(value, str):
        return f"{value!r}, which is not the id of a user pool"
    # The value itself can come from a parameter that is secret.
    function = next(iter(value), None) if isinstance(value, Mapping) else None
    argument = value[function] if isinstance(value, Mapping) else None
    shown = f"{function} {argument}" if isinstance(argument, str) else function
    return f"{shown or 'a value'}, which is not the id of a user pool"
