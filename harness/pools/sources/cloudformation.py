"""Reads the user pools of a CloudFormation or SAM template.

CloudFormation has its own names for a few settings; all other names are Cognito's:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    Unknown,
)
from harness.pools.configuration.service_members import check_members, member_names
from harness.pools.sources.documents import Document
from harness.pools.sources.intrinsics import NO_VALUE, Functions
from harness.pools.sources.parameters import NO_PARAMETERS, GivenParameters
from harness.pools.sources.renaming import EMAIL_MFA, MFA_SWITCHES, Renamed
from harness.pools.sources.template_parameters import TemplateParameters

__all__ = ["POOL", "POOL_CLIENT", "read", "recognizes"]

POOL = "AWS::Cognito::UserPool"
POOL_CLIENT = "AWS::Cognito::UserPoolClient"
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
    return _Template(document, source_format, parameters).pools()


class _Template:
    def __init__(
        self, document: Document, source_format: SourceFormat | None, parameters: GivenParameters
    ) -> None:
        self._document = document
        self._functions = Functions(document, TemplateParameters(document, parameters))
        found: SourceFormat = "SAM template" if _is_sam(document) else "CloudFormation template"
        self._origin = Origin(source_format or found, document.name)
        self._resources: Mapping[str, Any] = document.value["Resources"]

    def pools(self) -> list[PoolConfiguration]:
        return [self._pool(name) for name in self._of_type(POOL)]

    def _of_type(self, wanted: str) -> list[str]:
        return [
            name
            for name, resource in self._resources.items()
            if self._resource(name, resource).get("Type") == wanted and self._is_made(resource)
        ]

    def _resource(self, name: str, resource: Any) -> Mapping[str, Any]:
        if isinstance(resource, Mapping):
            return resource
        raise self._refusal(f"Resources.{name}", resource, hint="it must be an object")

    def _is_made(self, resource: Mapping[str, Any]) -> bool:
        condition = resource.get("Condition")
        return condition is None or self._functions.condition(condition) is not False

    def _pool(self, name: str) -> PoolConfiguration:
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
        self._add_triggers(name, renamed)
        return PoolConfiguration(
            origin=self._origin,
            pool=self._part("pool", name, renamed),
            mfa=self._part("mfa", name, renamed),
            clients=tuple(self._client(client) for client in self._clients_of(name)),
        )

    def _client(self, name: str) -> Part:
        renamed = Renamed(self._places(name))
        for setting, value in self._properties(name).items():
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
        condition = self._resources[name].get("Condition")
        if condition is None or not isinstance(self._functions.condition(condition), Unknown):
            return None
        return Unknown(f"Condition {condition}", self._functions.needed.of_condition(condition))

    def _properties(self, name: str) -> dict[str, Any]:
        path = f"Resources.{name}.Properties"
        expression = self._resources[name].get("Properties") or {}
        found = self._functions.needed.noted(self._functions.value(expression, path), expression)
        if not isinstance(found, Mapping):
            raise self._refusal(path, str(found), hint="it must be an object")
        return {name: value for name, value in found.items() if value is not NO_VALUE}

    def _places(self, name: str) -> dict[str, SourceLocation]:
        return self._document.places(f"Resources.{name}.Properties", self._functions.notes)

    def _clients_of(self, pool: str) -> list[str]:
        clients = self._of_type(POOL_CLIENT)
        only_pool = len(self._of_type(POOL)) == 1
        return [client for client in clients if self._belongs(client, pool, only_pool)]

    def _belongs(self, client: str, pool: str, only_pool: bool) -> bool:
        properties = self._resources[client].get("Properties")
        pool_id = properties.get("UserPoolId") if isinstance(properties, Mapping) else None
        if isinstance(pool_id, Mapping) and pool_id.get("Ref") in self._of_type(POOL):
            return bool(pool_id["Ref"] == pool)
        # The pool is in another stack, or only a deployment can resolve the reference.
        return only_pool and not isinstance(pool_id, str) and not _imported(pool_id)

    def _enabled_mfas(self, pool: str, value: Any, renamed: Renamed) -> None:
        for index, factor in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(factor, Unknown):
                for member in MFA_SWITCHES.values():
                    renamed.put("mfa", member, factor, "EnabledMfas")
                continue
            if factor not in MFA_SWITCHES:
                path = f"Resources.{pool}.Properties.EnabledMfas[{index}]"
                raise self._refusal(path, factor, allowed=tuple(MFA_SWITCHES))
            renamed.switch(factor, "EnabledMfas")

    def _add_triggers(self, pool: str, renamed: Renamed) -> None:
        """Add the triggers of SAM functions, which name their pool in an event."""
        for name, resource in self._resources.items():
            properties = resource.get("Properties") if isinstance(resource, Mapping) else None
            events = properties.get("Events") if isinstance(properties, Mapping) else None
            for event in events.values() if isinstance(events, Mapping) else ():
                if not isinstance(event, Mapping) or event.get("Type") != "Cognito":
                    continue
                trigger_event = event.get("Properties") or {}
                if trigger_event.get("UserPool") == {"Ref": pool}:
                    triggers = trigger_event.get("Trigger")
                    for trigger in triggers if isinstance(triggers, list) else [triggers]:
                        arn = Unknown(f"Fn::GetAtt {name}.Arn")
                        renamed.put("pool", f"LambdaConfig.{trigger}", arn, "LambdaConfig")

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
    """Return what to write instead of an unknown property: the nearest one first."""
    nearest = nearest_match(setting, allowed)
    listed = ", ".join(sorted(allowed))
    return f"did you mean {nearest!r}? allowed: {listed}" if nearest else f"allowed: {listed}"


def _is_sam(document: Document) -> bool:
    transform = document.value.get("Transform")
    return _SAM in (transform if isinstance(transform, list) else [transform])


def _imported(pool_id: Any) -> bool:
    return isinstance(pool_id, Mapping) and "Fn::ImportValue" in pool_id
