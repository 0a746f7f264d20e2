"""The emulator in this process: started and stopped by hand, in a ``with`` block, or for good."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from harness.emulator.core.settings import EmulatorSettings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.clock import VirtualClock
    from harness.emulator.engine import Engine
    from harness.emulator.stores.faults import Faults
    from harness.emulator.stores.outbox import Outbox
    from harness.emulator.triggers.handlers import Triggers
    from harness.emulator.triggers.runner import TriggerFailure


class Emulator:
    """Cognito in this process, from `start` to `stop` or inside a ``with`` block.

    Args:
        clock: the emulator's time; by default real time that `VirtualClock.advance` can move.
        seed: repeats every identifier, code and secret; short for ``EmulatorSettings(seed=...)``.
        settings: everything that can be loosened.
        mock: also start moto's mock, so that boto3 clients made afterwards reach the emulator.
            ``False`` for servers, and where ``mock_aws`` is started by somebody else.
        triggers: the user's own Lambda handlers, which take part in every pool.
    """

    def __init__(
        self,
        *,
        clock: VirtualClock | None = None,
        seed: int | None = None,
        settings: EmulatorSettings | None = None,
        mock: bool = True,
        triggers: Triggers | None = None,
    ) -> None:
        from harness.emulator.engine import Engine

        if seed is not None and settings is not None:
            raise ValueError("give the seed either by itself or inside settings, not both")
        self.engine: Engine = Engine(
            clock=clock, settings=settings or EmulatorSettings(seed=seed), triggers=triggers
        )
        self._mock: Any = _moto_mock() if mock else None
        self._started = False

    @property
    def clock(self) -> VirtualClock:
        """The emulator's time."""
        return self.engine.clock

    @property
    def outbox(self) -> Outbox:
        """Every e-mail and text message that was sent, with its code."""
        return self.engine.outbox

    @property
    def faults(self) -> Faults:
        """Failures to come, planned on purpose."""
        return self.engine.faults

    @property
    def trigger_failures(self) -> list[TriggerFailure]:
        """The triggers that failed, oldest first, with the reasons that Cognito does not tell."""
        return self.engine.triggers.failures

    def start(self) -> Emulator:
        """Make every moto Cognito of this process truthful; before the mock starts."""
        # Its resources are found by moto as soon as they are defined.
        from harness.emulator.moto_backend import cloudformation, models  # noqa: F401

        if self._started:
            raise RuntimeError("this emulator is started already")
        models.put_in(self.engine)
        if self._mock is not None:
            self._mock.start()
        self._started = True
        return self

    def stop(self) -> None:
        """Give moto back what answered before; stopping twice does nothing."""
        from harness.emulator.moto_backend import models

        if not self._started:
            return
        self._started = False
        if self._mock is not None:
            self._mock.stop()
        models.take_out(self.engine)

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Answer every call of one boto3 client for good, and of no other.

        Needs neither `start` nor moto's mock, and changes nothing else in the process: other
        clients, and ``mock_aws`` of other tests, stay what they are. What moto keeps for the
        emulator elsewhere, such as identity providers, is not there.
        """
        from harness.emulator.moto_backend.attachment import attach

        attach(self.engine, client)

    def reset(self) -> None:
        """Forget all pools, users, messages and planned faults."""
        self.engine.reset()
        self.engine.faults.clear()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


_installed: Emulator | None = None


def install(
    *,
    clock: VirtualClock | None = None,
    seed: int | None = None,
    settings: EmulatorSettings | None = None,
    triggers: Triggers | None = None,
) -> Emulator:
    """Make every moto Cognito in this process truthful until `uninstall`.

    For suites that start ``mock_aws`` themselves: call it before the mock starts, for instance in
    ``conftest.py``. Installing again replaces the emulator by a fresh one.
    """
    global _installed
    uninstall()
    _installed = Emulator(
        clock=clock, seed=seed, settings=settings, mock=False, triggers=triggers
    ).start()
    return _installed


def uninstall() -> None:
    """Give moto its own Cognito back; does nothing where nothing is installed."""
    global _installed
    if _installed is not None:
        _installed.stop()
        _installed = None


def _moto_mock() -> Any:
    from harness.emulator.moto_backend.models import moto_mock

    return moto_mock()
