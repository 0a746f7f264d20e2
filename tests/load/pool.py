"""A pool on a served emulator, with people made one by one through boto3."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clock import Clock
from harness.flows.actions import Actions
from harness.flows.devices import track_device
from harness.flows.mfa import enrol
from harness.flows.sign_in import SignIn, SignInContext
from harness.load.flow_names import Kind
from harness.load.people_file import LoadDevice, LoadPerson, People
from harness.load.plan import LoadPlan
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.redaction import Secret
from harness.srp.engines import NativeEngine
from harness.targets.clients import offline_client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.flows.actions import AppClient

__all__ = ["NAMESPACE", "PASSWORD", "REGION", "LoadPool"]

PASSWORD = Secret("Correct-horse-7")
NAMESPACE = "cognito-harness-t0t0t0-"
REGION = "eu-west-1"


@dataclass
class LoadPool:
    """A pool, its app client, and a boto3 client that administers it."""

    url: str
    client: CognitoIdentityProviderClient
    app: AppClient
    clock: Clock

    @classmethod
    def made(cls, url: str, clock: Clock) -> LoadPool:
        """Make a pool with optional MFA that remembers every confirmed device."""
        client = offline_client(REGION, url)
        spec = PoolSpec(mfa="OPTIONAL", device_tracking=DeviceTracking(True, False))
        return cls(url, client, provision(client, spec, name_prefix=NAMESPACE, tags={}).app, clock)

    def person(self, username: str, kind: Kind) -> LoadPerson:
        """Make a confirmed user and what they sign in with."""
        actions = Actions(self.client, self.app, self.client)
        actions.admin_create_user(username, message_action="SUPPRESS")
        actions.admin_set_user_password(username, PASSWORD, permanent=True)
        if kind is Kind.PASSWORD:
            return LoadPerson(username, PASSWORD, username)
        sign_in = SignIn(actions, NativeEngine(), self.clock)
        first = sign_in.run(SignInContext(username, PASSWORD), "USER_SRP_AUTH")
        app = enrol(actions, first.tokens.access, self.clock)
        if kind is Kind.TOTP:
            return LoadPerson(username, PASSWORD, username, app.secret, totp_step=app.newest_spent)
        # Only a device that passed MFA replaces it.
        context = SignInContext(username, PASSWORD, authenticator=app)
        second = sign_in.run(context, "USER_SRP_AUTH")
        device = track_device(actions, second.tokens.access, second.new_device)
        return LoadPerson(
            username,
            PASSWORD,
            username,
            app.secret,
            LoadDevice(device.key, device.group_key, device.password),
            second.tokens.refresh,
            app.newest_spent,
        )

    def people(self, prefix: str, **numbers: int) -> tuple[LoadPerson, ...]:
        """Make so many people of each kind, named by the kind."""
        return tuple(
            self.person(f"{prefix}{kind}-{number}", Kind[kind.upper()])
            for kind, most in numbers.items()
            for number in range(most)
        )

    def plan(self, folder: Path, people: tuple[LoadPerson, ...], **more: object) -> LoadPlan:
        """Write the people to a file of a folder, and return a plan with them."""
        file = folder / "people.json"
        People(self.app.user_pool_id, NAMESPACE, people).write(file)
        return LoadPlan(self.url, REGION, self.app, file, NAMESPACE, **more)  # type: ignore[arg-type]
