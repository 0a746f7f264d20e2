"""The operations on the styles of managed login's pages (H008).

A style decides whether managed login (version 2) shows its pages to an app client. How the pages
look is the emulator's own: what a style says about it is kept and shown, and nothing more.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.user_pool_domains import ManagedLoginBranding
from harness.emulator.service import Handler, Service

#: Real settings have about eight levels; what is copied and saved level by level needs an end.
_MOST_LEVELS = 32


def create_managed_login_branding(service: Service, request: Request) -> dict[str, Any]:
    """Give an app client a style: Cognito's own, or one with settings."""
    pool, params = service.pool(request), request.params
    with pool.lock:
        client_id = service.client_of(pool, params["ClientId"]).client_id
        style = _style_of(params)
        if client_id in pool.branded_clients:
            raise refusals.branding_exists(client_id)
        now = service.clock.time()
        branding = ManagedLoginBranding(service.random.uuid(), created=now, modified=now, **style)
        pool.branded_clients[client_id] = branding
        return _described(pool, branding)


def _style_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a request says about the style; exactly one of two members decides."""
    provided, settings = bool(params.get("UseCognitoProvidedValues")), params.get("Settings")
    if provided == (settings is not None):
        raise refusals.branding_values_or_settings()
    return {"provided": provided, "settings": _kept(settings), "assets": _assets(params)}


def _assets(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the images of a request, whose bytes are base64."""
    assets = [dict(asset) for asset in params.get("Assets") or ()]
    for asset in assets:
        try:
            base64.b64decode(asset.get("Bytes", ""), validate=True)
        except ValueError:
            raise refusals.serialization().because("Bytes of an asset are not base64") from None
    return assets


def _kept(settings: Any) -> Any:
    """Return settings that have few enough levels to be copied and saved."""
    level = [settings]
    for _ in range(_MOST_LEVELS):
        held = [item for item in level if isinstance(item, (dict, list))]
        level = [part for item in held for part in _parts(item)]
        if not level:
            return copy.deepcopy(settings)
    raise refusals.branding_settings_too_deep().because(f"more than {_MOST_LEVELS} levels")


def _parts(held: dict[str, Any] | list[Any]) -> list[Any]:
    return list(held.values()) if isinstance(held, dict) else held


def describe_managed_login_branding(service: Service, request: Request) -> dict[str, Any]:
    """Show a style by its id."""
    _refuse_merged(request)
    pool = service.pool(request)
    with pool.lock:
        return _described(pool, _find(pool, request)[1])


def describe_managed_login_branding_by_client(service: Service, request: Request) -> dict[str, Any]:
    """Show the style of an app client."""
    _refuse_merged(request)
    pool = service.pool(request)
    with pool.lock:
        client_id = service.client_of(pool, request.params["ClientId"]).client_id
        branding = pool.branded_clients.get(client_id)
        if branding is None:
            raise refusals.branding_of_client_not_found(client_id)
        return _described(pool, branding)


def _refuse_merged(request: Request) -> None:
    """Refuse to merge a style with Cognito's own values, which are not published."""
    if request.params.get("ReturnMergedResources"):
        raise refusals.not_emulated("ReturnMergedResources")


def update_managed_login_branding(service: Service, request: Request) -> dict[str, Any]:
    """Change a style; settings and images that the request omits stay."""
    pool, params = _pool_of(service, request), request.params
    with pool.lock:
        _, branding = _find(pool, request)
        style = _changed(branding, params)
        assets = _assets(params) if "Assets" in params else branding.assets
        branding.provided, branding.settings, branding.assets = *style, assets
        branding.modified = service.clock.time()
        return _described(pool, branding)


def _changed(branding: ManagedLoginBranding, params: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return UseCognitoProvidedValues and Settings as an update leaves them."""
    provided, settings = params.get("UseCognitoProvidedValues"), params.get("Settings")
    if provided is None:
        provided = branding.provided and settings is None
    if settings is None and not provided:
        settings = branding.settings
    if provided == (settings is not None):
        raise refusals.branding_values_or_settings()
    return provided, _kept(settings)


def _pool_of(service: Service, request: Request) -> Pool:
    """Return the pool of an update, which need not name it: the id of a style is unique."""
    if "UserPoolId" in request.params:
        return service.pool(request)
    caller, wanted = request.caller, request.params.get("ManagedLoginBrandingId")
    for pool in list(service.pools.values()):
        owned = (pool.account, pool.region) == (caller.account, caller.region)
        if owned and wanted in [each.branding_id for each in list(pool.branded_clients.values())]:
            return pool
    raise refusals.branding_not_found()


def delete_managed_login_branding(service: Service, request: Request) -> dict[str, Any]:
    """Delete a style; its app client has no pages with managed login from now on."""
    pool = service.pool(request)
    with pool.lock:
        client_id, _ = _find(pool, request)
        del pool.branded_clients[client_id]
    return {}


def _find(pool: Pool, request: Request) -> tuple[str, ManagedLoginBranding]:
    """Return the app client and the style of a request.

    Raises:
        Refusal: ResourceNotFoundException, if the pool has no style with this id.
    """
    wanted = request.params.get("ManagedLoginBrandingId")
    for client_id, branding in pool.branded_clients.items():
        if branding.branding_id == wanted:
            return client_id, branding
    raise refusals.branding_not_found()


def _described(pool: Pool, branding: ManagedLoginBranding) -> dict[str, Any]:
    """Return a style as ManagedLoginBrandingType.

    Settings are missing if it has none, and Assets are always there; both were measured:
    https://github.com/floci-io/floci/pull/2869
    """
    shown: dict[str, Any] = {
        "ManagedLoginBrandingId": branding.branding_id,
        "UserPoolId": pool.pool_id,
        "UseCognitoProvidedValues": branding.provided,
        "Assets": copy.deepcopy(branding.assets),
        "CreationDate": branding.created,
        "LastModifiedDate": branding.modified,
    }
    if branding.settings is not None:
        shown["Settings"] = copy.deepcopy(branding.settings)
    return {"ManagedLoginBranding": shown}


OPERATIONS: dict[str, Handler] = {
    "CreateManagedLoginBranding": create_managed_login_branding,
    "DescribeManagedLoginBranding": describe_managed_login_branding,
    "DescribeManagedLoginBrandingByClient": describe_managed_login_branding_by_client,
    "UpdateManagedLoginBranding": update_managed_login_branding,
    "DeleteManagedLoginBranding": delete_managed_login_branding,
}
