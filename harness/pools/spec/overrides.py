"""Overrides settings of a pool that a file describes, by fields of a specification.

Each field changes the members of Cognito's requests that it stands for, and nothing else in the
configuration. So a pool that is made of the result is what the file says in everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from harness.errors import ConfigurationError, HarnessError
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import (
    Part,
    PoolConfiguration,
    SourceLocation,
)
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.login_conversion import OAUTH_MEMBERS, with_login_fields
from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.spec_match import format_field

__all__ = ["OVERRIDABLE", "member_behind", "overridden", "requests_of"]

_POLICY = "Policies.PasswordPolicy"
#: A policy without these would require nothing of them.
_RULES = tuple(
    ("pool", f"{_POLICY}.{name}")
    for name in (
        "MinimumLength",
        "RequireLowercase",
        "RequireNumbers",
        "RequireSymbols",
        "RequireUppercase",
    )
)
#: The members that each field stands for: the part of the configuration, and the path in it.
_MEMBERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "name": (("pool", "PoolName"),),
    "mfa": (("mfa", "MfaConfiguration"), ("mfa", "SoftwareTokenMfaConfiguration")),
    "device_tracking": (("pool", "DeviceConfiguration"),),
    "sign_in_names": (("pool", "UsernameAttributes"), ("pool", "AliasAttributes")),
    "client_secret": (("client", "GenerateSecret"),),
    "auth_flows": (("client", "ExplicitAuthFlows"),),
    "password_policy": _RULES,
    "auth_session_validity": (("client", "AuthSessionValidity"),),
    "access_token_validity": (
        ("client", "AccessTokenValidity"),
        ("client", "TokenValidityUnits.AccessToken"),
    ),
    "id_token_validity": (
        ("client", "IdTokenValidity"),
        ("client", "TokenValidityUnits.IdToken"),
    ),
    "refresh_token_validity": (
        ("client", "RefreshTokenValidity"),
        ("client", "TokenValidityUnits.RefreshToken"),
    ),
    "refresh_token_rotation": (("client", "RefreshTokenRotation"),),
    "prevent_user_existence_errors": (("client", "PreventUserExistenceErrors"),),
    "case_sensitive": (("pool", "UsernameConfiguration.CaseSensitive"),),
    "auto_verified": (("pool", "AutoVerifiedAttributes"),),
    "allow_admin_create_user_only": (("pool", "AdminCreateUserConfig.AllowAdminCreateUserOnly"),),
    "token_revocation": (("client", "EnableTokenRevocation"),),
    "temporary_password_validity_days": (
        ("pool", f"{_POLICY}.TemporaryPasswordValidityDays"),
        ("pool", "AdminCreateUserConfig.UnusedAccountValidityDays"),
    ),
    "password_history_size": (("pool", f"{_POLICY}.PasswordHistorySize"),),
    "recovery_by_administrator_only": (("pool", "AccountRecoverySetting"),),
    "write_attributes": (("client", "WriteAttributes"),),
    "read_attributes": (("client", "ReadAttributes"),),
    "first_factors": (("pool", "Policies.SignInPolicy.AllowedFirstAuthFactors"),),
    "relying_party_id": (("mfa", "WebAuthnConfiguration.RelyingPartyId"),),
    "passkeys_verify_user": (("mfa", "WebAuthnConfiguration.UserVerification"),),
    "passkeys_count_as_mfa": (("mfa", "WebAuthnConfiguration.FactorConfiguration"),),
    # DefaultRedirectURI would have to be among the new CallbackURLs (H016).
    "managed_login": tuple(("client", name) for name in (*OAUTH_MEMBERS, "DefaultRedirectURI")),
}
#: The fields that can be overridden.
OVERRIDABLE = (*_MEMBERS, "required_attributes", "resource_servers")
#: A lifetime that is Cognito's default is no value in a specification (A256).
_USUAL_LIFETIMES = {
    "access_token_validity": timedelta(hours=1),
    "id_token_validity": timedelta(hours=1),
    "refresh_token_validity": timedelta(days=30),
}
#: Why a value cannot be had alone.
_REASONS = {
    ("sign_in_names", "email_alias"): "an alias is a name only once a sign-up verifies it (A025), "
    "so auto_verified must be email alone"
}
_POLICY_DETAILS = ("temporary_password_validity_days", "password_history_size")
_OTHER_FACTORS = ("EmailMfaConfiguration", "SmsMfaConfiguration")


def member_behind(field: str) -> str:
    """Return the member of Cognito that a field stands for; other names stand for themselves."""
    members = _MEMBERS.get(field)
    return members[0][1] if members else field


def requests_of(fields: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the members of Cognito's requests of a pool with these fields, by kind of part.

    Raises:
        ConfigurationError: a field has a value that Cognito does not allow.
        TypeError: there is no such field.
    """
    # Which flows go with a rotation, and which factors with MFA, is a question of the whole client
    # and pool, which are known later.
    spec = PoolSpec(**{"auth_flows": (), "passkeys_count_as_mfa": True, **fields})
    return {
        "pool": spec.create_user_pool_request(),
        "mfa": spec.mfa_config_request("") or {"MfaConfiguration": spec.mfa},
        "client": spec.create_client_request(""),
    }


def overridden(
    configuration: PoolConfiguration, client: str, fields: Mapping[str, Any], said_by: str
) -> PoolConfiguration:
    """Return a configuration in which the fields have the given values.

    Args:
        configuration: what the file says; fields that have their values already change nothing.
        client: name of the app client that the fields are about.
        fields: fields of a specification, with their values.
        said_by: what overrides the file, for messages, such as ``marker cognito_pool``.

    Raises:
        ConfigurationError: a field cannot be overridden, or has a value that Cognito does not allow
            in this pool.
    """
    for field in fields:
        if field not in OVERRIDABLE:
            hint = f"{said_by} cannot override it in a file"
            raise ConfigurationError("field", given=field, allowed=OVERRIDABLE, hint=hint)
    before = _spec_or_none(configuration, client)
    wanted = {
        field: value
        for field, value in fields.items()
        if field == "name" or before is None or not _holds(before, field, value)
    }
    changed = _changed(configuration, client, wanted, said_by)
    for field, value in wanted.items():
        found = spec_of(changed, client)
        if field != "name" and not _holds(found, field, value):
            stays = format_field(getattr(found, field))
            hint = f"with the other settings of {configuration.origin.name} it is {stays}"
            why = _REASONS.get((field, value)) if isinstance(value, str) else None
            raise ConfigurationError(field, given=value, hint=f"{hint}; {why}" if why else hint)
    return changed


def _changed(
    configuration: PoolConfiguration, client: str, fields: Mapping[str, Any], said_by: str
) -> PoolConfiguration:
    requests = requests_of(fields)
    parts: dict[str, Part] = {
        "pool": configuration.pool,
        "mfa": configuration.mfa,
        "client": configuration.client(client),
    }
    for field in fields:
        for kind, path in _MEMBERS.get(field, ()):
            value = Part("pool", "", requests[kind]).value(path)
            parts[kind] = _with(parts[kind], path, value, f"{field} of {said_by}")
    if "required_attributes" in fields:
        schema = _schema(parts["pool"].value("Schema", []), fields["required_attributes"])
        parts["pool"] = _with(parts["pool"], "Schema", schema, f"required_attributes of {said_by}")
    if fields.get("mfa") == "OFF":
        for member in _OTHER_FACTORS:
            parts["mfa"] = _with(parts["mfa"], member, None, f"mfa of {said_by}")
    if any(field in fields for field in _POLICY_DETAILS):
        parts["pool"] = _with_rules(parts["pool"], configuration)
    own = parts["client"]
    clients = tuple(own if part.name == own.name else part for part in configuration.clients)
    changed = replace(configuration, pool=parts["pool"], mfa=parts["mfa"], clients=clients)
    return with_login_fields(changed, own.name, fields, SourceLocation(said_by))


def _with(part: Part, path: str, value: Any, said_by: str) -> Part:
    """Return a part with a member at a path; ``None`` takes it away."""
    members = _put(part.members, path.split("."), value)
    places = {
        known: place
        for known, place in part.places.items()
        if known != path and not known.startswith((f"{path}.", f"{path}["))
    }
    return replace(part, members=members, places={**places, path: SourceLocation(said_by)})


def _put(members: Any, keys: list[str], value: Any) -> dict[str, Any]:
    """Return members with a value at a path of keys, without what is empty afterwards."""
    first, *rest = keys
    found = dict(members) if isinstance(members, Mapping) else {}
    inside = _put(found.get(first), rest, value) if rest else value
    if inside is None or (rest and not inside):
        found.pop(first, None)
    else:
        found[first] = inside
    return found


def _with_rules(part: Part, before: PoolConfiguration) -> Part:
    """Return a pool whose password policy says what held before, if there was none."""
    policy = completed(before).pool.value(_POLICY)
    for _, path in _RULES:
        name = path.rpartition(".")[2]
        if part.value(path) is None and isinstance(policy, Mapping):
            place = part.places
            part = replace(_with(part, path, policy.get(name), ""), places=place)
    return part


def _schema(schema: Any, required: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a schema that requires these standard attributes and no others."""
    listed = list(schema) if isinstance(schema, list) else []
    kept = [
        {**attribute, "Required": attribute.get("Name") in required}
        if attribute.get("Required") or attribute.get("Name") in required
        else attribute
        for attribute in listed
    ]
    names = {attribute.get("Name") for attribute in listed}
    return [*kept, *({"Name": name, "Required": True} for name in required if name not in names)]


def _spec_or_none(configuration: PoolConfiguration, client: str) -> PoolSpec | None:
    """Return the specification of the file; ``None`` if it has none before it is overridden."""
    try:
        return spec_of(configuration, client)
    except HarnessError:
        return None


def _holds(spec: PoolSpec, field: str, value: Any) -> bool:
    found = getattr(spec, field)
    if isinstance(value, ManagedLogin):
        return value.is_like(found)
    if field == "resource_servers":
        return _scopes_by_server(value) == _scopes_by_server(found)
    if isinstance(value, (tuple, list)) and isinstance(found, tuple):
        return set(value) == set(found)
    if field in _USUAL_LIFETIMES:
        usual = _USUAL_LIFETIMES[field]
        return bool((found or usual) == (value or usual))
    return bool(found == value)


def _scopes_by_server(servers: Iterable[ResourceServer]) -> dict[str, frozenset[str]]:
    return {server.identifier: frozenset(server.scopes) for server in servers}
