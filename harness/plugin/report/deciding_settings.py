"""The settings of a pool and its app client that decide how users sign in, in Cognito's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.pools.spec.pool_spec import PoolSpec

__all__ = ["deciding_settings"]

_NAMES = {
    "username": {},
    "email": {"UsernameAttributes": "email"},
    "email_alias": {"AliasAttributes": "email"},
    "phone_number": {"UsernameAttributes": "phone_number"},
}


def deciding_settings(spec: PoolSpec) -> dict[str, str]:
    """Return what decides how users sign in, by Cognito's names of the settings."""
    return {
        "MfaConfiguration": spec.mfa,
        "DeviceConfiguration": _devices(spec),
        **_NAMES[spec.sign_in_names],
        "app client": "with secret" if spec.client_secret else "without secret",
        "ExplicitAuthFlows": " ".join(map(_shortened, spec.auth_flows)),
        **_unusual(spec),
    }


def _shortened(flow: str) -> str:
    return flow.removeprefix("ALLOW_").removesuffix("_AUTH")


def _devices(spec: PoolSpec) -> str:
    tracking = spec.device_tracking
    if tracking is None:
        return "none"
    instead = "instead of MFA" if tracking.challenge_required_on_new_device else "beside MFA"
    opt_in = tracking.device_only_remembered_on_user_prompt
    return f"{instead}, remembered {'on user prompt' if opt_in else 'always'}"


def _passkeys(spec: PoolSpec) -> dict[str, str]:
    counted = "MULTI_FACTOR" if spec.passkeys_count_as_mfa else "SINGLE_FACTOR"
    verified = "required" if spec.passkeys_verify_user else "preferred"
    return {
        "RelyingPartyId": spec.relying_party_id or "the pool's domain",
        "UserVerification": verified,
        "FactorConfiguration": counted,
    }


def _unusual(spec: PoolSpec) -> dict[str, str]:
    """Return the settings that are not as most pools have them."""
    lifetimes = {
        "AccessTokenValidity": spec.access_token_validity,
        "IdTokenValidity": spec.id_token_validity,
        "RefreshTokenValidity": spec.refresh_token_validity,
    }
    found = {name: str(value) for name, value in lifetimes.items() if value is not None}
    if not spec.prevent_user_existence_errors:
        found["PreventUserExistenceErrors"] = "LEGACY"
    if spec.auth_session_validity != 3:
        found["AuthSessionValidity"] = f"{spec.auth_session_validity} min"
    if spec.refresh_token_rotation is not None:
        found["RefreshTokenRotation"] = "ENABLED"
    if not spec.token_revocation:
        found["EnableTokenRevocation"] = "false"
    if spec.allow_admin_create_user_only:
        found["AllowAdminCreateUserOnly"] = "true"
    if spec.case_sensitive:
        found["CaseSensitive"] = "true"
    attributes = {"ReadAttributes": spec.read_attributes, "WriteAttributes": spec.write_attributes}
    found |= {name: " ".join(names) for name, names in attributes.items() if names is not None}
    if spec.mfa != "OFF" and spec.second_factors != ("SOFTWARE_TOKEN_MFA",):
        found["EnabledMfas"] = " ".join(spec.second_factors)
    if spec.first_factors != ("PASSWORD",):
        found["AllowedFirstAuthFactors"] = " ".join(spec.first_factors)
    if "WEB_AUTHN" in spec.first_factors:
        found |= _passkeys(spec)
    if spec.confirms_by_link:
        found["DefaultEmailOption"] = "CONFIRM_WITH_LINK"
    return found
