"""The properties of CloudFormation's Cognito resources, turned into requests of Cognito's API.

CloudFormation refuses a property that it does not know before it makes anything, and takes texts
for numbers and truth values. Where its names differ from the API's is written down here:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from harness.emulator.api.service_model import service_model
from harness.emulator.refusals import Refusal

__all__ = ["CREATIONS", "MFA_PROPERTIES", "mfa_request", "request_members", "violations"]

#: The resources by the operation that makes each.
CREATIONS = {
    "UserPool": "CreateUserPool",
    "UserPoolClient": "CreateUserPoolClient",
    "UserPoolDomain": "CreateUserPoolDomain",
    "UserPoolGroup": "CreateGroup",
    "UserPoolUser": "AdminCreateUser",
}
#: Properties of a user pool that SetUserPoolMfaConfig takes, in members of other names.
MFA_PROPERTIES = (
    "EmailAuthenticationMessage",
    "EmailAuthenticationSubject",
    "EnabledMfas",
    "MfaConfiguration",
    "SmsAuthenticationMessage",
    "WebAuthnRelyingPartyID",
    "WebAuthnUserVerification",
    "WebAuthnFactorConfiguration",
)
#: API members that are no properties, and properties that are no members of the same name.
_NO_PROPERTIES = {
    "UserPool": {"PoolName"},
    "UserPoolUser": {"TemporaryPassword"},
    "UserPoolClient": {"ClientSecret"},
}
_ONLY_PROPERTIES = {"UserPool": {"UserPoolName", *MFA_PROPERTIES}}
_FACTORS = {
    "EMAIL_OTP": "EmailMfaConfiguration",
    "SMS_MFA": "SmsMfaConfiguration",
    "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaConfiguration",
}
_WORDS = {"true": True, "false": False}


def violations(resource: str, properties: Mapping[str, Any]) -> list[str]:
    """What CloudFormation's schema of a resource finds wrong, in its words."""
    return list(_extraneous(_properties_of(resource), properties, "#"))


def request_members(resource: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The members of the request that makes a resource; of a pool without MFA."""
    given = {name: value for name, value in properties.items() if name not in MFA_PROPERTIES}
    if "UserPoolName" in given:
        given["PoolName"] = given.pop("UserPoolName")
    shapes = _members(CREATIONS[resource])
    return {name: _typed(shapes[name], value) for name, value in given.items()}


def mfa_request(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The members of SetUserPoolMfaConfig that a pool's properties say, but for UserPoolId.

    Raises `Refusal` where EnabledMfas names what is no factor.
    """
    mode = properties.get("MfaConfiguration", "OFF")
    request: dict[str, Any] = {"MfaConfiguration": mode, **_web_authn(properties)}
    for factor in properties.get("EnabledMfas") or ():
        if factor not in _FACTORS:
            text = f"#/EnabledMfas: {factor} is not a valid enum value"
            raise Refusal("ValidationError", text)
        if mode != "OFF":
            request[_FACTORS[factor]] = _factor(factor, properties)
    return request


def _factor(factor: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    if factor == "SOFTWARE_TOKEN_MFA":
        return {"Enabled": True}
    if factor == "SMS_MFA":
        names = {"SmsAuthenticationMessage": "SmsAuthenticationMessage"}
        names["SmsConfiguration"] = "SmsConfiguration"
    else:
        names = {"Message": "EmailAuthenticationMessage", "Subject": "EmailAuthenticationSubject"}
    return {name: properties[one] for name, one in names.items() if one in properties}


def _web_authn(properties: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "RelyingPartyId": "WebAuthnRelyingPartyID",
        "UserVerification": "WebAuthnUserVerification",
        "FactorConfiguration": "WebAuthnFactorConfiguration",
    }
    found = {name: properties[one] for name, one in names.items() if one in properties}
    return {"WebAuthnConfiguration": found} if found else {}


def _members(operation: str) -> Mapping[str, Shape]:
    shape = service_model().operation_model(operation).input_shape
    members: Mapping[str, Shape] = shape.members if isinstance(shape, StructureShape) else {}
    return members


def _properties_of(resource: str) -> dict[str, Shape | None]:
    members = _members(CREATIONS[resource])
    hidden = _NO_PROPERTIES.get(resource, set())
    known: dict[str, Shape | None] = {
        name: shape for name, shape in members.items() if name not in hidden
    }
    for name in _ONLY_PROPERTIES.get(resource, ()):
        known.setdefault(name, None)
    return known


def _extraneous(
    known: Mapping[str, Shape | None], value: Mapping[str, Any], path: str
) -> Iterator[str]:
    for name, item in value.items():
        if name not in known:
            yield f"{path}: extraneous key [{name}] is not permitted"
            continue
        shape = known[name]
        if isinstance(shape, StructureShape) and isinstance(item, Mapping):
            yield from _extraneous(shape.members, item, f"{path}/{name}")
        elif isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
            for index, one in enumerate(item if isinstance(item, list) else ()):
                if isinstance(one, Mapping):
                    yield from _extraneous(shape.member.members, one, f"{path}/{name}/{index}")


def _typed(shape: Shape, value: Any) -> Any:
    """A value of the type that the API wants; templates write numbers and truths as texts."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {name: _typed(shape.members[name], item) for name, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_typed(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _typed(shape.value, item) for key, item in value.items()}
    if isinstance(value, str):
        return _from_text(shape, value)
    if shape.type_name == "string" and isinstance(value, (int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return copy.deepcopy(value)


def _from_text(shape: Shape, value: str) -> Any:
    if shape.type_name == "boolean":
        return _WORDS.get(value.lower(), value)
    if shape.type_name in ("integer", "long") and value.isdecimal():
        return int(value)
    return value
