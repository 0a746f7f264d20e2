"""Reads the user pools of a CloudFormation or SAM template.

CloudFormation has its own names for a few settings; all other names are Cognito's:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.errors import ConfigurationError, nearest_match
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceFormat,
    SourceLocation,
    UnassignedClient,
    Unknown,
    walk,
)
from harness.pools.configuration.service_members import check_members, member_names
from harness.pools.sources.assigned_clients import (
    AssignedClients,
    TemplateClient,
    qualified,
    setting_or_none,
)
from harness.pools.sources.documents import Document
from harness.pools.sources.intrinsics import NO_VALUE
from harness.pools.sources.managed_login import LoginOfTemplates
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.pool_choice import FoundPool, FoundPools
from harness.pools.sources.references import PoolKey, References
from harness.pools.sources.renaming import EMAIL_MFA, MFA_SWITCHES, Renamed, lacks_second_factor
from harness.pools.sources.stacks import POOL, POOL_CLIENT, Stack, make_stack
from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["AMPLIFY_TOTP", "POOL", "POOL_CLIENT", "find", "find_in_stacks", "read", "recognizes"]

_SAM = "AWS::Serverless-2016-10-31"

#: Properties of AWS::Cognito::UserPool that are members of SetUserPoolMfaConfig, or that have
#: another name in Cognito's requests. EnabledMfas is handled separately.
_OF_POOL: dict[str, tuple[Kind, str]] = {
    "UserPoolName": ("pool", "PoolName"),
    "EmailAuthenticationMessage": ("mfa", f"{EMAIL_MFA}.Message"),
    "EmailAuthenticationSubject": ("mfa", f"{EMAIL_MFA}.Subject"),
    "MfaConfiguration": ("mfa", "MfaConfiguration"),
    "SmsAuthenticationMessage": ("mfa", "SmsMfaConfiguration.SmsAuthenticationMessage"),
    "WebAuthnRelyingPartyID": ("mfa", "WebAuthnConfiguration.RelyingPartyId"),
    "WebAuthnUserVerification": ("mfa", "WebAuthnConfiguration.UserVerification"),
    "WebAuthnFactorConfiguration": ("mfa", "WebAuthnConfiguration.FactorConfiguration"),
}
_NOT_IN_TEMPLATES = {"PoolName"}
#: The custom resource with which Amplify switches TOTP on, because a user pool could not:
#: https://github.com/aws-amplify/amplify-cli/tree/dev/packages/amplify-category-auth
AMPLIFY_TOTP = "MFALambdaInputs"
_NO_FACTOR = (
    "Cognito refuses it without a second factor; add EnabledMfas, such as [SOFTWARE_TOKEN_MFA], or "
    "SmsConfiguration"
)


def recognizes(document: Document) -> bool:
    """Return whether a document is a template: an object with Resources."""
    resources = document.value.get("Resources") if isinstance(document.value, Mapping) else None
    return isinstance(resources, Mapping)


def read(
    document: Document,
    source_format: SourceFormat | None = None,
    parameters: GivenParameters = NO_PARAMETERS,
) -> list[PoolConfiguration]:
    """Return the user pools of a template, each with the app clients that refer to it.

    Args:
        document: the template.
        source_format: the format to report, if the template is part of something else.
        parameters: what the user gave for the template's parameters.

    Raises:
        ConfigurationError: a property is unknown, or its value is not valid.
    """
    return find(document, source_format, parameters).read_all()


def find(
    document: Document,
    source_format: SourceFormat | None = None,
    parameters: GivenParameters = NO_PARAMETERS,
) -> FoundPools:
    """Return the user pools of a template, none of which is read yet.

    Args:
        document: the template.
        source_format: the format to report, if the template is part of something else.
        parameters: what the user gave for the template's parameters.

    Raises:
        ConfigurationError: a resource is not an object.
    """
    stack = make_stack(document, TemplateParameters(document, parameters))
    found = find_in_stacks(References([stack]), source_format)
    return FoundPools(document.name, found)


def find_in_stacks(
    references: References, source_format: SourceFormat | None = None
) -> tuple[FoundPool, ...]:
    """Return the user pools of stacks that are deployed together, none of which is read yet.

    Args:
        references: the stacks, and what their references mean.
        source_format: the format to report, if the templates are part of something else.

    Raises:
        ConfigurationError: a resource is not an object.
    """
    clients = AssignedClients(references)
    return tuple(
        _found(PoolKey(stack.index, name), clients, source_format)
        for stack in references.stacks
        for name in stack.of_type(POOL)
    )


def _found(key: PoolKey, clients: AssignedClients, source_format: SourceFormat | None) -> FoundPool:
    stack = clients.references.stacks[key.stack]
    return FoundPool(
        name=qualified(stack.name, key.name),
        pool_name=setting_or_none(stack, key.name, "UserPoolName"),
        clients=tuple(name for name, _ in clients.of_pool(key)),
        read=functools.partial(_read_pool, key, clients, source_format),
        other_names=tuple(_other_names(stack, key.name)),
        short_name=key.name,
    )


def _other_names(stack: Stack, pool: str) -> Iterator[str]:
    yield from (qualified(name, pool) for name in stack.other_names)
    metadata = stack.resource(pool).get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, Mapping) else None
    if isinstance(path, str):
        yield from (path, path.removesuffix("/Resource"))


def _read_pool(
    key: PoolKey, clients: AssignedClients, source_format: SourceFormat | None
) -> PoolConfiguration:
    references = clients.references
    template = _Template(references.stacks[key.stack], references)
    document = references.stacks[key.stack].document
    found: SourceFormat = "SAM template" if _is_sam(document) else "CloudFormation template"
    pool, mfa = template.pool(key)
    login = LoginOfTemplates(key, clients)
    return PoolConfiguration(
        origin=Origin(source_format or found, document.name),
        pool=pool,
        mfa=mfa,
        clients=tuple(_read_client(one, name, key, clients) for name, one in clients.of_pool(key)),
        unassigned=tuple(_unassigned(one, key, clients) for one in clients.of_no_pool()),
        notes=document.notes,
        domains=login.parts("domain"),
        resource_servers=login.parts("resource_server"),
        branding=login.parts("branding"),
    )


def _read_client(client: TemplateClient, name: str, key: PoolKey, clients: AssignedClients) -> Part:
    stack = client.stack
    part = _Template(stack, clients.references).client(client.name)
    if stack.document is clients.references.stacks[key.stack].document:
        return replace(part, name=name)
    file = stack.document.name
    places = {path: replace(place, file=file) for path, place in part.places.items()}
    return replace(part, name=name, places=places)


def _unassigned(client: TemplateClient, key: PoolKey, clients: AssignedClients) -> UnassignedClient:
    assert isinstance(client.pool, Unknown)
    name = clients.name_of(client, key)
    stack = client.stack
    pool_stack = clients.references.stacks[key.stack]
    here = stack is pool_stack
    return UnassignedClient(
        name=name,
        client_name=setting_or_none(stack, client.name, "ClientName"),
        reason=client.pool,
        place=_place_of_pool_id(client),
        remedy=f"UserPoolId: !Ref {key.name}"
        if here
        else f"a reference to {qualified(pool_stack.name, key.name)} as its UserPoolId",
        read=functools.partial(_read_client, client, name, key, clients),
    )


def _place_of_pool_id(client: TemplateClient) -> SourceLocation:
    document = client.stack.document
    path = f"Resources.{client.name}.Properties.UserPoolId"
    line = document.lines.get(path) or document.lines.get(f"Resources.{client.name}")
    return SourceLocation(path, line, file=document.name)


class _Template:
    """Reads the resources of one stack."""

    def __init__(self, stack: Stack, references: References) -> None:
        self._stack = stack
        self._references = references
        self._document = stack.document
        self._functions = stack.functions

    def pool(self, key: PoolKey) -> tuple[Part, Part]:
        """Return a pool and its MFA configuration."""
        name = key.name
        self._stack.is_made(name)  # raises if the condition cannot be used
        properties = self._properties(name)
        renamed = Renamed(self._places(name))
        for setting, value in properties.items():
            if setting == "EnabledMfas":
                self._enabled_mfas(name, value, renamed)
                continue
            kind, member = _OF_POOL.get(setting, ("pool", setting))
            self._require_property(name, setting, "pool", _OF_POOL)
            renamed.put(kind, member, value, setting)
        renamed.finish_mfa()
        lacks_factor = lacks_second_factor(renamed.members("mfa"))
        if lacks_factor and AMPLIFY_TOTP not in self._stack.resources:
            path = f"Resources.{name}.Properties.MfaConfiguration"
            raise self._refusal(path, properties["MfaConfiguration"], hint=_NO_FACTOR)
        self._add_triggers(key, renamed)
        return self._part("pool", name, renamed), self._part("mfa", name, renamed)

    def client(self, name: str) -> Part:
        """Return an app client."""
        self._stack.is_made(name)
        properties = self._properties(name)
        renamed = Renamed(self._places(name))
        for setting, value in properties.items():
            if setting != "UserPoolId":
                self._require_property(name, setting, "client", {})
                renamed.put("client", setting, value, setting)
        return self._part("client", name, renamed)

    def _part(self, kind: Kind, name: str, renamed: Renamed) -> Part:
        part = Part(kind, name, renamed.members(kind), renamed.places(kind))
        checked = check_members(part, self._document.name)
        return checked if kind == "mfa" else replace(checked, condition=self._condition_of(name))

    def _condition_of(self, name: str) -> Unknown | None:
        """Return the condition that decides whether a resource is made, if it is unknown."""
        condition = self._stack.resource(name).get("Condition")
        if condition is None or not isinstance(self._functions.condition(condition), Unknown):
            return None
        return Unknown(f"Condition {condition}", self._functions.needed.of_condition(condition))

    def _properties(self, name: str) -> dict[str, Any]:
        path = f"Resources.{name}.Properties"
        expression = self._stack.resource(name).get("Properties", {})
        self._require_no_null(expression, path)
        found = self._functions.needed.noted(self._functions.value(expression, path), expression)
        if not isinstance(found, Mapping):
            raise self._refusal(path, str(found), hint="it must be an object")
        return {name: value for name, value in found.items() if value is not NO_VALUE}

    def _require_no_null(self, expression: Any, path: str) -> None:
        """Refuse a property that is written without a value, as CloudFormation does.

        https://github.com/aws-cloudformation/cfn-lint/issues/246
        """
        for below, value in walk(expression, path):
            if value is None and below in self._document.lines:
                raise self._refusal(below, None, hint="leave it out, or give it a value")

    def _places(self, name: str) -> dict[str, SourceLocation]:
        return self._document.places(f"Resources.{name}.Properties", self._functions.notes)

    def _enabled_mfas(self, pool: str, value: Any, renamed: Renamed) -> None:
        for index, factor in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(factor, Unknown):
                for member in MFA_SWITCHES.values():
                    renamed.put("mfa", member, factor, "EnabledMfas")
                continue
            if not isinstance(factor, str) or factor not in MFA_SWITCHES:
                path = f"Resources.{pool}.Properties.EnabledMfas[{index}]"
                raise self._refusal(path, factor, allowed=tuple(MFA_SWITCHES))
            renamed.switch(factor, "EnabledMfas")

    def _add_triggers(self, key: PoolKey, renamed: Renamed) -> None:
        """Add the triggers of SAM functions, which name their pool in an event.

        SAM itself takes only a Ref to a pool of the same template:
        https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py
        """
        if isinstance(renamed.members("pool").get("LambdaConfig"), Unknown):
            return
        for function, event, properties in self._stack.events("Cognito"):
            path = f"Resources.{function}.Properties.Events.{event}.Properties.UserPool"
            pool = self._references.pool_of(self._stack, properties.get("UserPool"), path)
            if pool == key:
                value = Unknown(f"Fn::GetAtt {function}.Arn")
            elif isinstance(pool, Unknown):
                value = Unknown(f"the UserPool of the event {event} of {function}: {pool.reason}")
            else:
                continue
            triggers = properties.get("Trigger")
            for trigger in triggers if isinstance(triggers, list) else [triggers]:
                renamed.put("pool", f"LambdaConfig.{trigger}", value, "LambdaConfig")

    def _require_property(
        self, resource: str, setting: str, kind: Kind, others: Mapping[str, Any]
    ) -> None:
        allowed = {*member_names(kind), *others} - _NOT_IN_TEMPLATES
        allowed.add("EnabledMfas" if kind == "pool" else "UserPoolId")
        if setting not in allowed:
            path = f"Resources.{resource}.Properties.{setting}"
            raise self._refusal(path, setting, hint=_instead(setting, allowed))

    def _refusal(
        self,
        path: str,
        given: Any,
        *,
        allowed: tuple[str, ...] | None = None,
        hint: str | None = None,
    ) -> ConfigurationError:
        source = self._document.source(path)
        return ConfigurationError(path, given=given, source=source, allowed=allowed, hint=hint)


def _instead(setting: str, allowed: Iterable[str]) -> str:
    """Return what to write instead of an unknown property: the nearest one first.

    A template has the members of some of Cognito's structures as properties of their own.
    """
    members = [name for name, (_, path) in _OF_POOL.items() if path.split(".")[0] == setting]
    if len(members) > 1:
        return f"a template has {', '.join(members)} in its place"
    nearest = nearest_match(setting, allowed)
    listed = ", ".join(sorted(allowed))
    return f"did you mean {nearest!r}? allowed: {listed}" if nearest else f"allowed: {listed}"


def _is_sam(document: Document) -> bool:
    transform = document.value.get("Transform")
    return _SAM in (transform if isinstance(transform, list) else [transform])
