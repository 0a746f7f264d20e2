"""Turn the properties of CloudFormation's Cognito resources into requests of Cognito's API.

CloudFormation refuses an unknown property before it creates anything, and accepts strings for
numbers and booleans. This page says where its names differ from the API's:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from harness.emulator.api.service_model import ApiShape, input_shape, is_document
from harness.emulator.refusals import Refusal

__all__ = ["CREATIONS", "MFA_PROPERTIES", "mfa_request", "request_members", "violations"]

#: The operation that creates each resource.
CREATIONS = {
    "ManagedLoginBranding": "CreateManagedLoginBranding",
    "UserPool": "CreateUserPool",
    "UserPoolClient": "CreateUserPoolClient",
    "UserPoolDomain": "CreateUserPoolDomain",
    "UserPoolGroup": "CreateGroup",
    "UserPoolIdentityProvider": "CreateIdentityProvider",
    "UserPoolResourceServer": "CreateResourceServer",
    "UserPoolUser": "AdminCreateUser",
}
#: Properties of a user pool that go to SetUserPoolMfaConfig, where the members have other names.
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
#: API members that are not properties, and properties that have no member of the same name.
_NOT_PROPERTIES = {
    "UserPool": {"PoolName"},
    "UserPoolUser": {"TemporaryPassword"},
    "UserPoolClient": {"ClientSecret"},
}
_ONLY_PROPERTIES = {
    "ManagedLoginBranding": {"ReturnMergedResources"},
    "UserPool": {"UserPoolName", *MFA_PROPERTIES},
}
_FACTORS = {
    "EMAIL_OTP": "EmailMfaConfiguration",
    "SMS_MFA": "SmsMfaConfiguration",
    "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaConfiguration",
}
_BOOLEANS = {"true": True, "false": False}


def violations(resource: str, properties: Mapping[str, Any]) -> list[str]:
    """Return the properties that a resource does not have, in CloudFormation's words."""
    return list(_extraneous(_properties_of(resource), properties, "#"))


def request_members(resource: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of the request that creates a resource, without a pool's MFA members."""
    members = {name: value for name, value in properties.items() if name not in MFA_PROPERTIES}
    if "UserPoolName" in members:
        members["PoolName"] = members.pop("UserPoolName")
    shapes = _members(CREATIONS[resource])
    return {
        name: _typed(shapes[name], value) if name in shapes else value
        for name, value in members.items()
    }


def mfa_request(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig for a pool's properties, without UserPoolId.

    Raises:
        Refusal: EnabledMfas has a value that is not a factor.
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
    return {
        name: properties[property_name]
        for name, property_name in names.items()
        if property_name in properties
    }


def _web_authn(properties: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "RelyingPartyId": "WebAuthnRelyingPartyID",
        "UserVerification": "WebAuthnUserVerification",
        "FactorConfiguration": "WebAuthnFactorConfiguration",
    }
    members = {
        name: properties[property_name]
        for name, property_name in names.items()
        if property_name in properties
    }
    return {"WebAuthnConfiguration": members} if members else {}


def _members(operation: str) -> Mapping[str, ApiShape]:
    shape = input_shape(operation)
    members: Mapping[str, ApiShape] = {} if shape is None else shape.members
    return members


def _properties_of(resource: str) -> dict[str, ApiShape | None]:
    members = _members(CREATIONS[resource])
    hidden = _NOT_PROPERTIES.get(resource, set())
    known: dict[str, ApiShape | None] = {
        name: shape for name, shape in members.items() if name not in hidden
    }
    for name in _ONLY_PROPERTIES.get(resource, ()):
        known.setdefault(name, None)
    return known


def _extraneous(
    known: Mapping[str, ApiShape | None], value: Mapping[str, Any], path: str
) -> Iterator[str]:
    for name, item in value.items():
        if name not in known:
            yield f"{path}: extraneous key [{name}] is not permitted"
            continue
        shape = known[name]
        if shape is None:
            continue
        if is_document(shape):
            continue
        if shape.type_name == "structure" and isinstance(item, Mapping):
            yield from _extraneous(shape.members, item, f"{path}/{name}")
        elif shape.type_name == "list" and shape.member.type_name == "structure":
            for index, part in enumerate(item if isinstance(item, list) else ()):
                if isinstance(part, Mapping):
                    yield from _extraneous(shape.member.members, part, f"{path}/{name}/{index}")


def _typed(shape: ApiShape, value: Any) -> Any:
    """Return a value in the API's type: templates may write numbers and booleans as strings."""
    if shape.type_name == "structure" and isinstance(value, Mapping) and not is_document(shape):
        return {name: _typed(shape.members[name], item) for name, item in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_typed(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {key: _typed(shape.value, item) for key, item in value.items()}
    if isinstance(value, str):
        return _from_text(shape, value)
    if shape.type_name == "string" and isinstance(value, (int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return copy.deepcopy(value)


def _from_text(shape: ApiShape, value: str) -> Any:
    if shape.type_name == "boolean":
        return _BOOLEANS.get(value.lower(), value)
    if shape.type_name in ("integer", "long") and value.isdecimal():
        return int(value)
    return value
