"""The targets ``emulator`` and ``preflight``: the emulator in this process, without a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from harness.clock import VirtualClock
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.targets.base import Capability
from harness.targets.domain_urls import domain_url_below
from harness.targets.faults import EmulatorFaults, check_faults, longest_wait, look_every
from harness.users.mailboxes.outbox import OutboxMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.emulator import Emulator
    from harness.emulator.server import EmulatorServer
    from harness.emulator.triggers import TriggerHandlers
    from harness.targets.base import AppCallListener

__all__ = ["EmulatedTarget", "PreflightTarget"]


#: The emulator sends a code before it responds, unless a fault makes it late.
_PATIENCE_SECONDS = 1.0


class EmulatedTarget:
    """Cognito in this process, with a clock that can be moved.

    It responds only to the target's own client, and to others that call its :attr:`url`; moto's
    mocks in other tests are not affected.

    Args:
        region: AWS region of the emulated pools.
        seed: repeats the identifiers and codes of the emulator; random by default.
        faults: the fault profile of the emulator, or the name of its file.
    """

    name = "emulator"
    capabilities = frozenset(
        {
            Capability.ADMIN,
            Capability.CLOCK,
            Capability.FAULTS,
            Capability.OUTBOX,
            Capability.PROVISIONING,
            Capability.SENDERS,
        }
    )

    def __init__(self, *, region: str, seed: int | None = None, faults: str | None = None) -> None:
        self.region = region
        self._faults = faults
        self.clock = VirtualClock()
        self.triggers: TriggerHandlers | None = None
        self._seed = seed
        self._emulator: Emulator | None = None
        self._client: CognitoIdentityProviderClient | None = None
        self._server: EmulatorServer | None = None
        self._starting = Lock()

    @property
    def url(self) -> str:
        """The URL of the emulator, which a thread of this process serves from now on.

        It is on the loopback interface, and has the emulator's clock, users and messages.

        Raises:
            HarnessError: the target is not started.
        """
        with self._starting:
            if self._server is None:
                from harness.emulator.server import EmulatorServer

                self._server = EmulatorServer(emulator=self.emulator, cognito_only=True).start()
            return self._server.url

    @property
    def emulator(self) -> Emulator:
        """The emulator.

        Raises:
            HarnessError: the target is not started.
        """
        if self._emulator is None:
            raise HarnessError("the target emulator is not started")
        return self._emulator

    def domain_url(self, domain: str) -> str:
        """Return the URL of the domain of a pool, below :attr:`url`."""
        return domain_url_below(self.url, domain)

    def describe(self) -> dict[str, str]:
        """Return the facts for the header."""
        return {"clock": "virtual"}

    def check(self) -> None:
        """Check that moto is installed and that the faults can be used."""
        if find_spec("moto") is None:
            raise ConfigurationError(
                "--cognito-target", given=self.name, hint="it needs moto: pip install moto"
            )
        check_faults(self._faults)

    def start(self) -> None:
        """Create the emulator."""
        from harness.emulator import Emulator, EmulatorSettings

        if self._emulator is None:
            self._emulator = Emulator(
                clock=self.clock,
                settings=EmulatorSettings(seed=self._seed, faults=self._faults or ""),
                triggers=self.triggers,
                mock=False,
            )

    def stop(self) -> None:
        """Drop the emulator with all its data.

        Raises:
            HarnessError: it had an internal error while it was served.
        """
        server, self._server = self._server, None
        self._emulator = self._client = None
        if server is not None:
            server.stop()

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, whose calls the emulator handles."""
        if self._client is None:
            from harness.targets.clients import offline_client

            url = f"https://cognito-idp.{self.region}.amazonaws.com"
            self._client = offline_client(self.region, url)
            self.emulator.attach(self._client)
        return self._client

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Return the mailbox of the users of one pool."""
        late = longest_wait(self._faults)
        return OutboxMailbox(
            self._read,
            user_pool_id,
            self.clock,
            patience_seconds=_PATIENCE_SECONDS + late,
            # A late email comes by the emulator's clock, for which nobody has to wait.
            waiting=self.clock if late else None,
            poll_seconds=look_every(late),
        )

    def upload_user_import(self, url: str, content: bytes) -> None:
        """Take the file of a user import job, which has no HTTP to come by."""
        self.emulator.upload_user_import(url, content)

    def faults(self) -> EmulatorFaults:
        """Return the means to make operations fail."""
        return EmulatorFaults(self.emulator)

    def app_calls(self, listener: AppCallListener) -> AbstractContextManager[None]:
        """Tell a listener of the calls of apps."""
        from harness.targets.app_calls import watch_apps

        return watch_apps(self.emulator, listener)

    def why_refused(self, request_id: str) -> str:
        """Return why a recent call was refused."""
        return self.emulator.engine.call_log.why_refused(request_id)

    def plant_seed(self, seed: Mapping[str, Any]) -> None:
        """Make the pools of a seed."""
        self.emulator.seed(seed)

    def forget_users(self, user_pool_id: str, names: Collection[str]) -> None:
        """Delete users and everything that is kept of them."""
        self.emulator.forget_users(user_pool_id, names)

    def _read(
        self, *, username: str, user_pool_id: str, kind: str | None
    ) -> Sequence[Mapping[str, Any]]:
        messages = self.emulator.outbox.messages(
            username=username, user_pool_id=user_pool_id, kind=kind
        )
        return [dataclasses.asdict(message) for message in messages]


class PreflightTarget(EmulatedTarget):
    """The emulator with only the capabilities of AWS: it runs the tests that AWS would run."""

    name = "preflight"
    capabilities = frozenset({Capability.ADMIN, Capability.PROVISIONING})

    def describe(self) -> dict[str, str]:
        """Return the facts for the header."""
        return {
            "clock": "virtual",
            "endpoint": "none: the emulator in this process, in place of AWS",
        }

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Refuse, as the target ``aws`` does."""
        raise MissingCapability(
            Capability.OUTBOX.value,
            self.name,
            f"the messages to the users of {user_pool_id} cannot be read on AWS",
        )
