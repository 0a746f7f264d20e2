"""Styles of managed login's pages, which decide whether an app client has pages (H008)."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import refused

EITHER = "useCognitoProvidedValues or settings should be specified (but not both)"
#: Says that the style is the caller's own.
OWN: dict[str, Any] = {"UseCognitoProvidedValues": False}
ASSET = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": "AAAA"}


@pytest.fixture
def app(call: Call, pool_id: str) -> dict[str, str]:
    """The members that name an app client."""
    made = call("CreateUserPoolClient", UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    return {"UserPoolId": pool_id, "ClientId": made["ClientId"]}


def create(call: Call, app: dict[str, str], **members: Any) -> dict[str, Any]:
    """Give an app client a style, by default Cognito's own."""
    members = members or {"UseCognitoProvidedValues": True}
    made = call("CreateManagedLoginBranding", **app, **members)
    return dict(made["ManagedLoginBranding"])


def of_client(call: Call, app: dict[str, str]) -> dict[str, Any]:
    """Return the style of an app client."""
    found = call("DescribeManagedLoginBrandingByClient", **app)
    return dict(found["ManagedLoginBranding"])


def by_id(app: dict[str, str], style: dict[str, Any]) -> dict[str, str]:
    """Return the members that name a style."""
    found = style["ManagedLoginBrandingId"]
    return {"UserPoolId": app["UserPoolId"], "ManagedLoginBrandingId": found}


@pytest.mark.fact("H008", "H008b")
def test_app_client_has_no_style_until_it_gets_one(
    engine: Engine, call: Call, app: dict[str, str]
) -> None:
    """Cognito's own style has no Settings; it is found by its id and by its client."""
    text = f"ManagedLoginBranding for client {app['ClientId']} does not exist."
    with refused("ResourceNotFoundException", text):
        of_client(call, app)
    style = create(call, app)
    assert style["UseCognitoProvidedValues"] is True
    assert style["Assets"] == []
    assert "Settings" not in style
    assert style["CreationDate"] == style["LastModifiedDate"] == engine.clock.time()
    assert of_client(call, app) == style
    found = call("DescribeManagedLoginBranding", **by_id(app, style))
    assert found == {"ManagedLoginBranding": style}


@pytest.mark.fact("H008", "H008b")
def test_app_client_has_one_style(call: Call, app: dict[str, str]) -> None:
    """A second one is refused."""
    create(call, app)
    text = f"A ManagedLoginBranding already exists for client {app['ClientId']}"
    with refused("ManagedLoginBrandingExistsException", text):
        create(call, app)


@pytest.mark.fact("H008b")
@pytest.mark.parametrize(
    "members",
    [
        {"UseCognitoProvidedValues": False},
        {"UseCognitoProvidedValues": True, "Settings": {}},
        {"Assets": [ASSET]},
    ],
)
def test_style_is_cognitos_or_the_callers(
    call: Call, app: dict[str, str], members: dict[str, Any]
) -> None:
    """A request has either UseCognitoProvidedValues or Settings."""
    with refused("InvalidParameterException", EITHER):
        create(call, app, **members)


def test_settings_and_images_are_shown_as_given(call: Call, app: dict[str, str]) -> None:
    """What the pages look like is kept; images may also stand beside Cognito's own style."""
    settings = {"categories": {"form": {"displayGraphics": True}}}
    style = create(call, app, Settings=settings, Assets=[ASSET])
    assert (style["Settings"], style["Assets"]) == (settings, [ASSET])
    assert style["UseCognitoProvidedValues"] is False


def test_update_changes_what_it_names(engine: Engine, call: Call, app: dict[str, str]) -> None:
    """Omitted members stay; the pool need not be named."""
    style = create(call, app, Settings={"a": 1}, Assets=[ASSET])
    engine.clock.advance(5)
    named = {"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    call("UpdateManagedLoginBranding", **named, Settings={"b": 2})
    changed = of_client(call, app)
    assert (changed["Settings"], changed["Assets"]) == ({"b": 2}, [ASSET])
    assert changed["LastModifiedDate"] == style["LastModifiedDate"] + 5
    call("UpdateManagedLoginBranding", **by_id(app, style), UseCognitoProvidedValues=True)
    assert "Settings" not in of_client(call, app)
    for wrong in ({"Settings": {}, "UseCognitoProvidedValues": True}, OWN):
        with refused("InvalidParameterException", EITHER):
            call("UpdateManagedLoginBranding", **named, **wrong)
    call("UpdateManagedLoginBranding", **named, Settings={"c": 3})
    changed = of_client(call, app)
    assert (changed["UseCognitoProvidedValues"], changed["Settings"]) == (False, {"c": 3})


@pytest.mark.fact("H008", "H008b")
def test_style_goes_alone_or_with_its_client(call: Call, app: dict[str, str]) -> None:
    """After both the id is unknown."""
    gone = "ManagedLoginBranding does not exist."
    style = create(call, app)
    call("DeleteManagedLoginBranding", **by_id(app, style))
    with refused("ResourceNotFoundException", gone):
        call("DescribeManagedLoginBranding", **by_id(app, style))
    style = create(call, app)
    call("DeleteUserPoolClient", **app)
    for operation in ("DescribeManagedLoginBranding", "DeleteManagedLoginBranding"):
        with refused("ResourceNotFoundException", gone):
            call(operation, **by_id(app, style))
    with refused("ResourceNotFoundException", gone):
        unnamed = {"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        call("UpdateManagedLoginBranding", **unnamed, UseCognitoProvidedValues=True)


def test_unknown_client_is_not_found(call: Call, app: dict[str, str]) -> None:
    """A style belongs to an app client of the pool."""
    with refused("ResourceNotFoundException"):
        create(call, {**app, "ClientId": "none"})


def test_merged_style_is_refused(call: Call, app: dict[str, str]) -> None:
    """Cognito's own values are not published, so nothing can be merged with them."""
    create(call, app)
    with pytest.raises(Exception, match="ReturnMergedResources is not emulated") as found:
        call("DescribeManagedLoginBrandingByClient", **app, ReturnMergedResources=True)
    assert getattr(found.value, "status", None) == 501


def test_hostile_style_is_refused(call: Call, app: dict[str, str]) -> None:
    """Neither thousands of levels nor bytes that are not base64 are an internal error."""
    deep: Any = {}
    for _ in range(5_000):
        deep = {"a": [deep]}
    with refused("InvalidParameterException"):
        create(call, app, Settings=deep)
    with refused("SerializationException"):
        create(call, app, UseCognitoProvidedValues=True, Assets=[{**ASSET, "Bytes": "ä"}])
