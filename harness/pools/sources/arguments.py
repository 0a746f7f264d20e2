"""Converts the arguments of Terraform's resources to Cognito's names, using botocore's model.

An argument that is left out has the value that the provider sends for it, where that is not
Cognito's default.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/cognitoidp/user_pool.go
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.model import ListShape, Shape, StructureShape

from harness.pools.configuration.pool_configuration import Kind, Unknown, join
from harness.pools.configuration.service_members import member_shapes

__all__ = [
    "ConvertedArguments",
    "convert_beside",
    "convert_client",
    "convert_pool",
    "with_unknown",
]

AFTER_APPLY = Unknown("known after apply")
#: Arguments whose names are not Cognito's names in lower case.
_RENAMED = {
    "name": "PoolName",
    "tags": "UserPoolTags",
    "password_policy": "Policies.PasswordPolicy",
    "sign_in_policy": "Policies.SignInPolicy",
}
_RENAMED_BELOW = {"fromemailaddress": "From", "recoverymechanism": "RecoveryMechanisms"}
#: What the provider sends for arguments that are left out, by botocore's name of the structure. Its
#: other booleans are not sent unless they are true, and Cognito takes them for false.
_SENT: dict[str, Mapping[str, Any]] = {
    "SchemaAttributeType": {"DeveloperOnlyAttribute": False, "Mutable": False, "Required": False},
}
#: Members that the provider does not send if they are 0, so that they get Cognito's default.
_NOT_SENT_AS_ZERO = frozenset({"TemporaryPasswordValidityDays"})
#: Blocks that switch something on by being there.
_SWITCHES = frozenset({"EmailMfaConfigType"})
#: Arguments that are members of SetUserPoolMfaConfig.
_OF_MFA = {
    "mfa_configuration": "MfaConfiguration",
    "software_token_mfa_configuration": "SoftwareTokenMfaConfiguration",
    "email_mfa_configuration": "EmailMfaConfiguration",
    "web_authn_configuration": "WebAuthnConfiguration",
    "sms_configuration": "SmsMfaConfiguration.SmsConfiguration",
    "sms_authentication_message": "SmsMfaConfiguration.SmsAuthenticationMessage",
}
#: The arguments that are read of what belongs to a pool beside its app clients.
_BESIDE: Mapping[Kind, Mapping[str, str]] = {
    "domain": {
        "domain": "Domain",
        "certificate_arn": "CustomDomainConfig.CertificateArn",
        "managed_login_version": "ManagedLoginVersion",
    },
    "resource_server": {
        "identifier": "Identifier",
        "name": "Name",
        "scope": "Scopes",
        "scopes": "Scopes",
    },
    "branding": {"client_id": "ClientId"},
}


@dataclass
class ConvertedArguments:
    """The members of a request, and the argument that each of them came from.

    Attributes:
        members: the members, as a request takes them.
        arguments: the path of the argument, by the path of the member.
    """

    members: dict[str, Any] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)

    def put(self, member: str, shape: Shape, value: Any, argument: str) -> None:
        """Set a member whose path has one or two names; an empty value sets nothing."""
        converted = self._converted(shape, value, member, argument)
        if converted is None:
            return
        outer, _, last = member.rpartition(".")
        found = self.members.setdefault(outer, {}) if outer else self.members
        found[last] = converted
        self.arguments[member] = argument

    def _converted(self, shape: Shape, value: Any, member: str, argument: str) -> Any:
        if value is None or value in ("", [], {}):
            return None
        if isinstance(value, Unknown):
            return value
        self.arguments[member] = argument
        if isinstance(shape, StructureShape) and isinstance(value, list):
            # Terraform represents a block as a list with one item.
            return self._converted(shape, value[0], member, f"{argument}[0]")
        if isinstance(shape, StructureShape) and isinstance(value, Mapping):
            return self._structure(shape, value, member, argument)
        if isinstance(shape, ListShape) and isinstance(value, list):
            items = (
                self._converted(shape.member, item, join(member, index), join(argument, index))
                for index, item in enumerate(value)
            )
            return [item for item in items if item is not None]
        return value

    def _structure(self, shape: StructureShape, value: Any, member: str, argument: str) -> Any:
        if not isinstance(value, Mapping):
            # A block that is none keeps its value; the check refuses it.
            return value
        by_argument = {name.lower(): name for name in shape.members}
        found = {}
        for key, item in value.items():
            plain = str(key).replace("_", "")
            # An argument that botocore's model does not have keeps its name; the check refuses it.
            name = _RENAMED_BELOW.get(plain) or by_argument.get(plain, str(key))
            below = shape.members.get(name, shape)
            converted = (
                item
                if name not in shape.members
                else self._converted(below, item, join(member, name), join(argument, key))
            )
            if converted is not None and not (name in _NOT_SENT_AS_ZERO and converted == 0):
                found[name] = converted
        if not found and shape.name not in _SWITCHES:
            # The provider does not send a block without any argument.
            return None
        return {**_SENT.get(shape.name, {}), **found}


def convert_pool(values: Mapping[str, Any], kind: Literal["pool", "mfa"]) -> ConvertedArguments:
    """Convert arguments to the members of CreateUserPool or SetUserPoolMfaConfig."""
    settings = ConvertedArguments()
    members = member_shapes(kind)
    by_argument = {name.lower(): name for name in members}
    for argument, value in values.items():
        member = _OF_MFA.get(argument) if kind == "mfa" else _RENAMED.get(argument)
        if kind == "pool" and member is None:
            member = by_argument.get(argument.replace("_", ""))
        if member is not None:
            settings.put(member, _shape(members, member), value, argument)
    if kind == "mfa":
        _drop_unused(settings)
    return settings


def convert_client(values: Mapping[str, Any]) -> ConvertedArguments:
    """Convert arguments to the members of CreateUserPoolClient."""
    settings = ConvertedArguments()
    members = member_shapes("client")
    by_argument = {name.lower(): name for name in members} | {"name": "ClientName"}
    for argument, value in values.items():
        member = by_argument.get(argument.replace("_", ""))
        # In a state, 0 means that no validity was set.
        is_unset = argument.endswith("_validity") and value == 0
        if member is not None and not is_unset:
            settings.put(member, members[member], value, argument)
    if isinstance(values.get("client_secret"), str) and values["client_secret"]:
        settings.members["GenerateSecret"] = True
    return settings


def convert_beside(values: Mapping[str, Any], kind: Kind) -> ConvertedArguments:
    """Convert arguments to the members of what belongs to a pool beside its app clients.

    Args:
        values: the arguments; Pulumi has some names in the plural.
        kind: ``domain``, ``resource_server`` or ``branding``.
    """
    settings = ConvertedArguments()
    members = member_shapes(kind)
    for argument, value in values.items():
        member = _BESIDE[kind].get(argument)
        if member is not None:
            settings.put(member, _shape(members, member), value, argument)
    return settings


def with_unknown(
    values: Mapping[str, Any],
    unknown: Mapping[str, Any],
    expressions: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return planned values, with :data:`AFTER_APPLY` for those that the plan does not know.

    Args:
        values: the planned values.
        unknown: ``after_unknown`` of the change.
        expressions: the arguments in the configuration; an argument that is not in it gets
            Cognito's default and is not unknown. ``None`` if the configuration is not available.
    """
    merged: dict[str, Any] = _merged(values, unknown)
    if expressions is None:
        return merged
    return {
        name: value
        for name, value in merged.items()
        if value is not AFTER_APPLY or name in expressions
    }


def _merged(value: Any, unknown: Any) -> Any:
    if unknown is True:
        return AFTER_APPLY
    if isinstance(unknown, Mapping) and isinstance(value, Mapping):
        names = [*value, *(name for name in unknown if name not in value)]
        found = {name: _merged(value.get(name), unknown.get(name)) for name in names}
        return {name: item for name, item in found.items() if item is not None}
    if isinstance(unknown, list) and isinstance(value, list):
        more = [None] * max(0, len(value) - len(unknown))
        return [_merged(*pair) for pair in zip(value, [*unknown, *more], strict=False)]
    return value


def _shape(members: Mapping[str, Shape], path: str) -> Shape:
    outer, _, last = path.partition(".")
    shape = members[outer]
    return shape.members[last] if last and isinstance(shape, StructureShape) else shape


def _drop_unused(settings: ConvertedArguments) -> None:
    """Remove the SMS factor without a role: message texts alone do not switch it on."""
    sms = settings.members.get("SmsMfaConfiguration")
    if isinstance(sms, Mapping) and "SmsConfiguration" not in sms:
        del settings.members["SmsMfaConfiguration"]
