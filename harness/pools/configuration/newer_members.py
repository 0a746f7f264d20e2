"""What Cognito's requests got after botocore 1.40, the oldest one that this project runs on.

Reading a file must not depend on the installed botocore, so this table adds what its model lacks.
Only sending it does: an older botocore refuses to. The versions were found by comparing the service
models of botocore 1.40.0 to 1.44.8, release by release: https://github.com/boto/botocore/blob/develop/CHANGELOG.rst
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "COMPARED_UP_TO",
    "NEWER_MEMBERS",
    "NEWER_VALUES",
    "NewerMember",
    "lacking",
    "with_newer_members",
]

#: The newest botocore that the table was compared with.
COMPARED_UP_TO = (1, 44, 8)


@dataclass(frozen=True)
class NewerMember:
    """A member that botocore's model got in a later release.

    Attributes:
        structure: botocore's name of the structure that has the member.
        name: the name of the member.
        since: the first botocore that knows it.
        form: what it holds: the name of a simple type, a tuple with the allowed texts, a list with
            the form of its items, or a dictionary with the forms of its members. Under the key
            ``*`` it is the form of every value of a map.
    """

    structure: str
    name: str
    since: str
    form: Any


_GRANTS = [("code", "implicit", "client_credentials")]
NEWER_MEMBERS = (
    NewerMember(
        "LambdaConfigType",
        "InboundFederation",
        "1.42.37",
        {"LambdaVersion": ("V1_0",), "LambdaArn": "string"},
    ),
    NewerMember(
        "WebAuthnConfigurationType",
        "FactorConfiguration",
        "1.42.90",
        ("SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"),
    ),
    NewerMember(
        "CreateUserPoolRequest",
        "KeyConfiguration",
        "1.43.19",
        {"KeyType": ("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"), "KmsKeyArn": "string"},
    ),
    NewerMember(
        "CreateUserPoolRequest",
        "IssuerConfiguration",
        "1.43.19",
        {"Type": ("ORIGINAL", "UPDATED")},
    ),
    NewerMember(
        "SmsConfigurationType",
        "EumsSms",
        "1.43.51",
        {
            "CallerArn": "string",
            "ExternalId": "string",
            "OriginationIdentity": "string",
            "ConfigurationSetName": "string",
            "InEntityId": "string",
            "InTemplateId": "string",
            "Region": "string",
        },
    ),
    NewerMember(
        "CreateUserPoolRequest", "AcrConfiguration", "1.43.108", {"*": {"AcrValue": "string"}}
    ),
    NewerMember(
        "CreateUserPoolRequest",
        "DcrConfiguration",
        "1.44.3",
        {
            "EnableStatus": ("Enabled", "Disabled"),
            "OpenDcrEnabled": "boolean",
            "AuthenticatedGrantTypes": _GRANTS,
            "OpenDcrGrantTypes": _GRANTS,
            "AllowedScopes": ["string"],
        },
    ),
    NewerMember(
        "CreateUserPoolClientRequest", "PublishSecretsInAWSSecretsManager", "1.44.7", "boolean"
    ),
)
#: Texts that a shape of the model allows since a later release; botocore sends any text.
NEWER_VALUES = (
    ("AuthFactorType", "SOFTWARE_TOKEN"),
    ("ExplicitAuthFlowsType", "ALLOW_TOKEN_EXCHANGE_DELEGATION"),
    ("ExplicitAuthFlowsType", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"),
)


def lacking(model: Mapping[str, Any]) -> Iterator[NewerMember]:
    """Yield the members of the table that a service model does not have.

    Args:
        model: the description of a service, as botocore's loader returns it.
    """
    for member in NEWER_MEMBERS:
        if member.name not in model["shapes"][member.structure]["members"]:
            yield member


def with_newer_members(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service model that has everything of the table; the given one is not changed.

    Args:
        model: the description of a service, as botocore's loader returns it.
    """
    shapes = {**model["shapes"]}
    for member in lacking(model):
        shape = shapes[member.structure]
        name = _added(shapes, f"{member.structure}.{member.name}", member.form)
        members = {**shape["members"], member.name: {"shape": name}}
        shapes[member.structure] = {**shape, "members": members}
    for name, value in NEWER_VALUES:
        if value not in shapes[name]["enum"]:
            shapes[name] = {**shapes[name], "enum": [*shapes[name]["enum"], value]}
    return {**model, "shapes": shapes}


def _added(shapes: dict[str, Any], name: str, form: Any) -> str:
    """Add a shape with this form, under a name that no model has, and return the name."""
    shapes[name] = _shape(shapes, name, form)
    return name


def _shape(shapes: dict[str, Any], name: str, form: Any) -> dict[str, Any]:
    if isinstance(form, str):
        return {"type": form}
    if isinstance(form, tuple):
        return {"type": "string", "enum": list(form)}
    if isinstance(form, list):
        return {"type": "list", "member": {"shape": _added(shapes, f"{name}.item", form[0])}}
    below = {key: {"shape": _added(shapes, f"{name}.{key}", form[key])} for key in form}
    if "*" in below:
        key = {"shape": _added(shapes, f"{name}.key", "string")}
        return {"type": "map", "key": key, "value": below["*"]}
    return {"type": "structure", "members": below}
