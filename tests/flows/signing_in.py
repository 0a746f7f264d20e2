"""A played user and the means to sign in, for the tests of signing in."""

from __future__ import annotations

from typing import Any, cast

from harness.clock import VirtualClock
from harness.flows.actions import Actions, AppClient
from harness.flows.sign_in import AuthFlow, SignIn, SignInContext
from harness.redaction import Secret
from harness.srp.engines import load_engine
from harness.users.device import Device
from tests.flows.played import CLIENT_ID, DEVICE_METADATA, NOW, PASSWORD, POOL_ID, PlayedCognito

SRP_FLOWS: tuple[AuthFlow, ...] = ("USER_SRP_AUTH", "ADMIN_USER_SRP_AUTH")
FLOWS: tuple[AuthFlow, ...] = (*SRP_FLOWS, "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH")
REMEMBERED = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")

clock = VirtualClock(NOW, frozen=True)
device = Device.from_metadata(DEVICE_METADATA, load_engine("native"))


def sign_in_to(
    cognito: PlayedCognito, *, secret: str | None = None, engine: str = "native"
) -> SignIn:
    """Return a sign-in to a played pool."""
    app = AppClient(POOL_ID, CLIENT_ID, None if secret is None else Secret(secret))
    client = cast(Any, cognito)
    return SignIn(Actions(client, app, admin=client), load_engine(engine), VirtualClock(NOW, True))


def alice(**more: Any) -> SignInContext:
    """Return the context of the one user, who types an alias."""
    return SignInContext(username="alice@example.com", password=Secret(PASSWORD), **more)


def first_factor(flow: AuthFlow) -> tuple[str, ...]:
    """Return the challenges of a flow's first factor."""
    return ("PASSWORD_VERIFIER",) if flow in SRP_FLOWS else ()
