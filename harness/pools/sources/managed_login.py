"""Finds what managed login of a pool needs: its domains, resource servers and branding.

They are no settings of the pool but resources of their own, and a pool that exists only shows the
names of its domains. Of a branding only its existence is read, not how it looks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolresourceserver.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-managedloginbranding.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Kind, Part, SourceLocation, Unknown
from harness.pools.configuration.service_members import check_members, member_names
from harness.pools.sources.assigned_clients import AssignedClients, qualified
from harness.pools.sources.intrinsics import NO_VALUE
from harness.pools.sources.references import PoolKey
from harness.pools.sources.stacks import Stack

__all__ = ["RESOURCES", "LoginOfTemplates", "described_domains"]

#: The resources of templates, by the kind of part.
RESOURCES: Mapping[Kind, str] = {
    "domain": "AWS::Cognito::UserPoolDomain",
    "resource_server": "AWS::Cognito::UserPoolResourceServer",
    "branding": "AWS::Cognito::ManagedLoginBranding",
}
#: A member that only a custom domain has, so that one without it is a custom domain's for sure.
_CERTIFICATE = "CustomDomainConfig"


def described_domains(
    described: Mapping[str, Any],
    more: Unknown,
    names: tuple[str, str] = ("Domain", "CustomDomain"),
) -> tuple[Part, ...]:
    """Return the domains in what a service or a state shows of a pool.

    Args:
        described: the pool.
        more: why their settings are not known.
        names: the members with a prefix domain and with a custom domain.
    """
    prefix, custom = (described.get(name) for name in names)
    found = []
    if isinstance(prefix, str) and prefix:
        found.append(Part("domain", prefix, {"Domain": prefix, "ManagedLoginVersion": more}))
    if isinstance(custom, str) and custom:
        members = {"Domain": custom, "ManagedLoginVersion": more, _CERTIFICATE: more}
        found.append(Part("domain", custom, members))
    return tuple(found)


class LoginOfTemplates:
    """What the templates of stacks give to one pool beside its app clients.

    Args:
        key: the pool.
        clients: the app clients of the stacks, with what their references mean.
    """

    def __init__(self, key: PoolKey, clients: AssignedClients) -> None:
        self._key = key
        self._references = clients.references
        self._clients = clients.of_pool(key)

    def parts(self, kind: Kind) -> tuple[Part, ...]:
        """Return the parts of one kind; a mistake in one of them makes its settings unknown."""
        return tuple(
            self._part(stack, name, kind)
            for stack in self._references.stacks
            for name in stack.of_type(RESOURCES[kind])
            if self._is_of_pool(stack, name)
        )

    def _is_of_pool(self, stack: Stack, name: str) -> bool:
        pool_id = _properties(stack, name).get("UserPoolId")
        path = f"Resources.{name}.Properties.UserPoolId"
        return self._references.pool_of(stack, pool_id, path) == self._key

    def _part(self, stack: Stack, name: str, kind: Kind) -> Part:
        members = dict(self._members(stack, name, kind))
        places = stack.document.places(f"Resources.{name}.Properties", stack.functions.notes)
        if stack is not self._references.stacks[self._key.stack]:
            file = stack.document.name
            places = {path: replace(place, file=file) for path, place in places.items()}
        shown = self._shown_name(stack, name, kind)
        part = Part(kind, shown, members, _with_first(places, stack, name))
        return replace(_checked(part, stack.document.name), condition=_condition(stack, name))

    def _members(self, stack: Stack, name: str, kind: Kind) -> Iterator[tuple[str, Any]]:
        for member, expression in _properties(stack, name).items():
            path = f"Resources.{name}.Properties.{member}"
            if kind == "branding" and member == "ClientId":
                yield member, self._client_of(stack, expression, path)
            elif kind != "branding" and member in member_names(kind):
                value = _value(stack, expression, path)
                if value is not NO_VALUE:
                    yield member, value

    def _client_of(self, stack: Stack, expression: Any, path: str) -> str | Unknown:
        """Return the name of the app client that an expression means."""
        wanted = _referred_to(expression)
        for shown, client in self._clients:
            if client.stack is stack and client.name == wanted:
                return shown
        return Unknown(f"{path}, which names no app client of the template")

    def _shown_name(self, stack: Stack, name: str, kind: Kind) -> str:
        same = [one for one in self._references.stacks if name in one.of_type(RESOURCES[kind])]
        return name if len(same) == 1 else qualified(stack.name, name)


def _properties(stack: Stack, name: str) -> Mapping[str, Any]:
    found = stack.resource(name).get("Properties")
    return found if isinstance(found, Mapping) else {}


def _value(stack: Stack, expression: Any, path: str) -> Any:
    try:
        found = stack.functions.value(expression, path)
    except ConfigurationError as error:
        # A mistake in another resource does not keep the pool from being read.
        return Unknown(str(error))
    return stack.functions.needed.noted(found, expression)


def _checked(part: Part, source: str) -> Part:
    try:
        return check_members(part, source)
    except ConfigurationError as error:
        return replace(part, members=dict.fromkeys(part.members, Unknown(str(error))))


def _condition(stack: Stack, name: str) -> Unknown | None:
    """Return the condition that decides whether a resource is made, if it is unknown."""
    condition = stack.resource(name).get("Condition")
    if condition is None:
        return None
    try:
        is_known = not isinstance(stack.functions.condition(condition), Unknown)
    except ConfigurationError as error:
        return Unknown(str(error))
    if is_known:
        return None
    return Unknown(f"Condition {condition}", stack.functions.needed.of_condition(condition))


def _with_first(
    places: Mapping[str, SourceLocation], stack: Stack, name: str
) -> dict[str, SourceLocation]:
    path = f"Resources.{name}"
    first = SourceLocation(path, stack.document.lines.get(path))
    return {"": first, **places}


def _referred_to(expression: Any) -> str | None:
    """Return the resource of a Ref, or of a GetAtt of its ClientId."""
    if not isinstance(expression, Mapping) or len(expression) != 1:
        return None
    name, argument = next(iter(expression.items()))
    if name == "Fn::GetAtt":
        argument = argument[0] if isinstance(argument, list) and argument else argument
        return str(argument).partition(".")[0]
    return argument if name == "Ref" and isinstance(argument, str) else None
