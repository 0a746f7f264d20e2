"""The full flow through boto3, from sign-up to a sign-in with a device and no MFA code."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from harness.flows.actions import Actions
from harness.flows.devices import track_device
from harness.flows.sign_in import SignIn, SignInContext
from harness.flows.sign_up import confirm_by_code, resend_code, sign_up
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.srp.engines import load_engine
from harness.targets.base import Target
from harness.users.person import Person, PersonFactory

SPEC = PoolSpec(mfa="ON", device_tracking=DeviceTracking(), auto_verified=("email",))


class FullFlow:
    """A pool with MFA and tracked devices, in which one person after another signs up."""

    def __init__(self, target: Target) -> None:
        client = target.client()
        pool = provision(client, SPEC, name_prefix="benchmark-", tags={})
        self.actions = Actions(client, pool.app, admin=client)
        self._sign_in = SignIn(self.actions, load_engine("native"), target.clock)
        self._mailbox = target.mailbox(pool.user_pool_id)
        self._made = _people()

    def people(self, number: int) -> list[Person]:
        """Return new people who have not signed up yet, so that Faker's time is not measured."""
        return list(itertools.islice(self._made, number))

    def run(self, person: Person) -> None:
        """Take one person through the whole flow, with its twelve operations."""
        sign_up(self.actions, person)
        resend_code(self.actions, person, self._mailbox)
        confirm_by_code(self.actions, person, self._mailbox, kind="resend")
        self.actions.admin_get_user(person.username)
        self.actions.list_users(filter=f'username = "{person.username}"')
        first = self._sign_in.run(SignInContext.for_person(person), "ADMIN_USER_PASSWORD_AUTH")
        context = SignInContext.for_person(person, authenticator=first.authenticator)
        second = self._sign_in.run(context, "USER_PASSWORD_AUTH")
        assert second.steps == ("SOFTWARE_TOKEN_MFA",), second.steps
        device = track_device(self.actions, second.tokens.access, second.new_device)
        tracked = SignInContext.for_person(person, authenticator=first.authenticator, device=device)
        third = self._sign_in.run(tracked, "USER_SRP_AUTH")
        assert "SOFTWARE_TOKEN_MFA" not in third.steps, third.steps
        assert third.steps[-1] == "DEVICE_PASSWORD_VERIFIER", third.steps


def _people() -> Iterator[Person]:
    factory = PersonFactory(seed=1, namespace="bench-")
    while True:
        yield factory.make()
