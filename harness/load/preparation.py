"""Prepares people in bulk, before the clock of a load run starts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Literal

from harness.clock import Clock
from harness.flows.actions import Actions
from harness.flows.devices import track_device
from harness.flows.mfa import enrol
from harness.flows.progress import SignInContext, SignInResult
from harness.flows.sign_in import SignIn
from harness.flows.sign_up import create_by_admin
from harness.load.flow_names import Kind
from harness.load.numbers import Numbers
from harness.load.people_file import LoadDevice, LoadPerson
from harness.srp.engines import SrpEngine
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.person import Person, PersonFactory

__all__ = ["Preparation"]

_FLOW: Literal["USER_SRP_AUTH"] = "USER_SRP_AUTH"
#: Most of the time of a call is the service's, so few threads are enough for a whole quota.
_THREADS = 8


class Preparation:
    """Makes people in one user pool, several at a time.

    Args:
        actions: operations on the pool, with an ``admin`` client; threads share them.
        engine: makes the SRP proofs.
        clock: clock of the service, by which TOTP codes are made.
        factory: makes the people, with the prefix of the run.
        threads: how many people are made at the same time.
    """

    def __init__(
        self,
        actions: Actions,
        engine: SrpEngine,
        clock: Clock,
        factory: PersonFactory,
        threads: int = _THREADS,
    ) -> None:
        self._actions = actions
        self._clock = clock
        self._factory = factory
        self._threads = threads
        self._sign_in = SignIn(actions, engine, clock)

    def make(self, numbers: Numbers, tell: Callable[[int, int], object]) -> tuple[LoadPerson, ...]:
        """Make people and return them, with the kinds in turn.

        If one cannot be made, or on Ctrl-C, no further one is begun; those who exist are left to
        the caller.

        Args:
            numbers: how many people of each kind.
            tell: called with how many people are ready, and of how many.

        Raises:
            ClientError: Cognito refused a call.
        """
        with ThreadPoolExecutor(self._threads, thread_name_prefix="preparation") as pool:
            made = [pool.submit(self._make, self._factory.make(), kind) for kind in numbers.kinds()]
            try:
                for ready, done in enumerate(as_completed(made), 1):
                    done.result()
                    tell(ready, len(made))
            except BaseException:
                # BaseException, because Ctrl-C must not leave hundreds of people to be made.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return tuple(one.result() for one in made)

    def _make(self, person: Person, kind: Kind) -> LoadPerson:
        create_by_admin(self._actions, person)
        context = SignInContext.for_person(person)
        result = self._sign_in.run(context, _FLOW)
        if kind is Kind.PASSWORD:
            return _prepared(person, result)
        # If the pool requires MFA, the sign-in has enrolled an authenticator already.
        authenticator = result.authenticator or enrol(
            self._actions, result.tokens.access, self._clock
        )
        if kind is Kind.TOTP:
            return _prepared(person, result, authenticator)
        return self._with_device(person, authenticator)

    def _with_device(self, person: Person, authenticator: Authenticator) -> LoadPerson:
        """Confirm the device of a sign-in with a TOTP code: only such a device replaces MFA."""
        context = SignInContext.for_person(person, authenticator=authenticator)
        result = self._sign_in.run(context, _FLOW)
        device = track_device(self._actions, result.tokens.access, result.new_device)
        return _prepared(person, result, authenticator, device)


def _prepared(
    person: Person,
    result: SignInResult,
    authenticator: Authenticator | None = None,
    device: Device | None = None,
) -> LoadPerson:
    # Where devices are tracked, a refresh token works only with the confirmed device (D115).
    refreshes = device is not None or result.new_device is None
    kept = None
    if device is not None:
        kept = LoadDevice(device.key, device.group_key, device.password)
    return LoadPerson(
        username=person.sign_in_as,
        password=person.password,
        internal_username=result.username,
        created_as=None if person.username == person.sign_in_as else person.username,
        totp_secret=None if authenticator is None else authenticator.secret,
        totp_step=None if authenticator is None else authenticator.newest_spent,
        device=kept,
        refresh_token=result.tokens.refresh if refreshes else None,
    )
