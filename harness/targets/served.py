"""The target ``server``: a served emulator, started by the run or already running."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError, HarnessError
from harness.targets.base import Capability
from harness.targets.control import ControlSurface, ServedClock
from harness.targets.domain_urls import domain_url_below
from harness.targets.faults import ServedFaults, check_faults, longest_wait, look_every
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.emulator.server import EmulatorServer
    from harness.emulator.triggers import TriggerHandlers
    from harness.targets.base import AppCallListener

__all__ = ["ServedTarget"]

#: How long to wait for a code. If other programs use the emulator too, a code that one of them
#: asked for may be on its way.
_OWN_PATIENCE_SECONDS = 1.0
_PATIENCE_SECONDS = 30.0


class ServedTarget:
    """A served emulator, whose clock, outbox and faults are used over its control surface.

    Args:
        region: AWS region of the emulated pools.
        seed: repeats the identifiers and codes of an emulator that the run starts.
        endpoint_url: URL of an emulator that already runs (``cognito-harness serve``). Without it,
            a thread of this process serves one on a free port of the loopback interface.
        faults: the fault profile for the run, or the name of its file.
    """

    name = "server"
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

    def __init__(
        self,
        *,
        region: str,
        seed: int | None = None,
        endpoint_url: str | None = None,
        faults: str | None = None,
    ) -> None:
        self.region = region
        self.triggers: TriggerHandlers | None = None
        self._seed = seed
        self._given_url = endpoint_url
        self._faults = faults
        self._set_faults: ServedFaults | None = None
        self._server: EmulatorServer | None = None
        self._client: CognitoIdentityProviderClient | None = None

    @property
    def endpoint_url(self) -> str:
        """The URL of the emulator.

        Raises:
            HarnessError: the run starts the emulator itself and has not done so yet.
        """
        if self._given_url is not None:
            return self._given_url
        if self._server is None:
            raise HarnessError("the target server is not started")
        return self._server.url

    @property
    def url(self) -> str:
        """The URL of the emulator, as :attr:`endpoint_url`."""
        return self.endpoint_url

    def domain_url(self, domain: str) -> str:
        """Return the URL of the domain of a pool, below :attr:`url`."""
        return domain_url_below(self.url, domain)

    @property
    def clock(self) -> ServedClock:
        """The served emulator's clock."""
        return ServedClock(ControlSurface(self.endpoint_url))

    def describe(self) -> dict[str, str]:
        """Return the facts for the header."""
        where = self._given_url or "started by this run, on a free port"
        return {"clock": "virtual, over /_harness/clock", "endpoint": where}

    def check(self) -> None:
        """Check that an emulator responds at the given URL, and that the faults can be used."""
        check_faults(self._faults)
        if self._given_url is None:
            return
        try:
            ControlSurface(self._given_url).version()
        except HarnessError as error:
            raise ConfigurationError(
                "--cognito-endpoint-url", given=self._given_url, hint=str(error)
            ) from error

    def start(self) -> None:
        """Serve an emulator, or check that the given one responds."""
        self.check()
        if self._given_url is None and self._server is None:
            from harness.emulator import Emulator, EmulatorSettings
            from harness.emulator.server import EmulatorServer

            settings = EmulatorSettings(seed=self._seed, faults=self._faults or "")
            emulator = Emulator(settings=settings, mock=False, triggers=self.triggers)
            self._server = EmulatorServer(emulator=emulator)
            self._server.start()
        elif self._faults is not None and self._set_faults is None:
            self._set_faults = self.faults()
            self._set_faults.set_profile(self._faults)

    def stop(self) -> None:
        """Stop the emulator that the run started; any other keeps running."""
        if self._client is not None:
            self._client.close()
        if self._set_faults is not None:
            self._set_faults.clear()
        if self._server is not None:
            self._server.stop()
        self._client = self._server = self._set_faults = None

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, which has made-up credentials."""
        if self._client is None:
            from harness.targets.clients import offline_client

            self._client = offline_client(self.region, self.endpoint_url)
        return self._client

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Return the mailbox of the users of one pool."""
        patience = _OWN_PATIENCE_SECONDS if self._given_url is None else _PATIENCE_SECONDS
        late = longest_wait(self._faults)
        return OutboxMailbox(
            served_outbox(self.endpoint_url),
            user_pool_id,
            self.clock,
            patience_seconds=patience + late,
            # A late email comes by the emulator's clock, which is the run's own without a URL.
            waiting=self.clock if late and self._given_url is None else None,
            poll_seconds=look_every(late if self._given_url is None else 0.0),
        )

    def app_calls(self, listener: AppCallListener) -> AbstractContextManager[None] | None:
        """Tell a listener of the calls of apps, if the run has started the emulator."""
        from harness.targets.app_calls import watch_apps

        return None if self._server is None else watch_apps(self._server.emulator, listener)

    def why_refused(self, request_id: str) -> str:
        """Return why a recent call was refused; empty if the emulator is too old to say."""
        return ControlSurface(self.endpoint_url).why_refused(request_id) if request_id else ""

    def plant_seed(self, seed: Mapping[str, Any]) -> None:
        """Make the pools of a seed in the emulator that the run has started."""
        if self._server is None:
            raise HarnessError("the run has not started this emulator, so it plants no seed there")
        self._server.emulator.seed(seed)

    def forget_users(self, user_pool_id: str, names: Collection[str]) -> None:
        """Delete users and all that is kept of them, if the run has started the emulator."""
        if self._server is not None:
            self._server.emulator.forget_users(user_pool_id, names)

    def faults(self) -> ServedFaults:
        """Return the means to make operations fail."""
        return ServedFaults(ControlSurface(self.endpoint_url))
