"""Run the emulator in this process: by `start` and `stop`, in a ``with`` block, or installed."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.errors import HarnessError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.clock import VirtualClock
    from harness.emulator.seeds import SeedReport
    from harness.emulator.stores.faults import PlannedFaults
    from harness.emulator.stores.outbox import Outbox
    from harness.emulator.triggers.functions import TriggerHandlers
    from harness.emulator.triggers.runner import SkippedTrigger, TriggerFailure


class Emulator:
    """Cognito in this process, from `start` to `stop` or inside a ``with`` block.

    Args:
        clock: the emulator's time; by default the time that the test sees, `time.time()`, which
            freezegun and time-machine change, and which `VirtualClock.advance` moves ahead.
        seed: makes every identifier, code and secret repeatable; short for
            ``EmulatorSettings(seed=...)``.
        settings: the seed, and where the emulator may be more lenient than Cognito.
        mock: whether to start moto's mock as well, so that boto3 clients made afterwards reach the
            emulator. Use ``False`` for servers, and where other code starts ``mock_aws``.
        triggers: handlers for Cognito's Lambda triggers: `Triggers` for every pool, or
            `LambdaFunctions` for the functions that the LambdaConfig of a pool names.

    Raises:
        ValueError: both seed and settings are given.
        ConfigurationError: the triggers are neither of them.

    Attributes:
        has_moto: whether it is in the place of moto's Cognito now.
        is_alone: whether it leaves moto alone until it stops.
    """

    def __init__(
        self,
        *,
        clock: VirtualClock | None = None,
        seed: int | None = None,
        settings: EmulatorSettings | None = None,
        mock: bool = True,
        triggers: TriggerHandlers | None = None,
    ) -> None:
        if seed is not None and settings is not None:
            raise ValueError(
                "seed and settings are both given; set the seed in one of them, not both"
            )
        self.engine = Engine(
            clock=clock, settings=settings or EmulatorSettings(seed=seed), triggers=triggers
        )
        self._mock: Any = _moto_mock() if mock else None
        self._started = self.has_moto = self.is_alone = False
        self._joining = Lock()

    @property
    def clock(self) -> VirtualClock:
        """The emulator's time."""
        return self.engine.clock

    @property
    def outbox(self) -> Outbox:
        """Every email and text message that the emulator sent, with its code."""
        return self.engine.outbox

    @property
    def faults(self) -> PlannedFaults:
        """The planned failures that are still to come, and the fault profile."""
        return self.engine.faults

    @property
    def trigger_failures(self) -> list[TriggerFailure]:
        """The triggers that failed, oldest first, with the reasons that Cognito hides."""
        return self.engine.triggers.failures

    @property
    def skipped_triggers(self) -> list[SkippedTrigger]:
        """The triggers that pools name a function for, and that were passed over without one."""
        return list(self.engine.triggers.skipped)

    def start(self) -> Emulator:
        """Replace moto's Cognito in this process with the emulator; call it before the mock starts.

        Raises:
            RuntimeError: the emulator has started already.
            ConfigurationError: its issuers are a server's, and it has no public URL.
        """
        self._begin()
        try:
            self._join()
            if self._mock is not None:
                _start_mock(self._mock)
        except BaseException:
            self._started = False
            self._leave()
            raise
        return self

    def start_beside_moto(self) -> Emulator:
        """Start, but if nothing has imported moto, leave that to `join_moto`.

        Importing moto takes longer than everything else at the start of a server. This is for a
        process that only serves: in any other one, what its clients reach would change midway.

        Raises:
            RuntimeError: the emulator has started already.
        """
        if self._mock is not None or "moto" in sys.modules:
            return self.start()
        self._begin()
        return self

    def start_alone(self) -> Emulator:
        """Start without moto, now and later: other code that uses moto keeps moto's Cognito.

        Raises:
            RuntimeError: the emulator has started already.
        """
        self._begin()
        self.is_alone = True
        return self

    def join_moto(self) -> None:
        """Import moto and replace its Cognito, unless that has happened; threads may call it.

        An emulator that has started alone stays alone.
        """
        with self._joining:
            if self._started and not self.has_moto and not self.is_alone:
                self._join()
                _add_backends(self.engine)

    def _begin(self) -> None:
        if self._started:
            raise RuntimeError("this emulator has started already; call stop() first")
        self.engine.check_issuer()
        self._started = True

    def _join(self) -> None:
        # moto finds the CloudFormation resources as soon as their classes are defined, so importing
        # ``cloudformation`` is enough.
        from harness.emulator.moto_backend import cloudformation, models  # noqa: F401

        models.install_engine(self.engine)
        self.has_moto = True

    def stop(self) -> None:
        """Restore what answered before; a second call does nothing."""
        with self._joining:
            if not self._started:
                return
            self._started = self.is_alone = False
            self.engine.faults.let_go()
            self.engine.triggers.close()
            if self._mock is not None:
                self._mock.stop()
            self._leave()

    def _leave(self) -> None:
        if self.has_moto:
            from harness.emulator.moto_backend import models

            self.has_moto = False
            models.uninstall_engine(self.engine)

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Answer every call of one boto3 client, permanently, and of no other client.

        This needs neither `start` nor moto's mock, and changes nothing else in the process, such
        as other clients or ``mock_aws`` in other tests. The operations that the emulator leaves
        to moto, such as those for identity providers, are not available.

        Raises:
            ConfigurationError: it is a client of another service, or issuers are a server's and
                there is no public URL.
        """
        self.engine.check_issuer()
        from harness.emulator.moto_backend.attachment import attach

        attach(self.engine, client)

    def seed(self, seed: Mapping[str, Any], *, keep: bool = False) -> SeedReport:
        """Make the pools of a seed, with their ids and users; those with the same ids are replaced.

        All of them are made, or none. `harness.read_seed` reads one from a file; a plain document
        is ``{"document": {...}}``.

        Args:
            seed: the seed.
            keep: whether to leave a pool as it is if there is one with its id.

        Raises:
            ConfigurationError: something in the seed is not allowed, and nothing is changed.
        """
        from harness.emulator.seeds import apply_seed  # few emulators are seeded

        report = apply_seed(self.engine, seed, keep=keep)
        if self.has_moto:
            _add_backends(self.engine)
        return report

    def export(self, *, secrets: bool = False) -> dict[str, Any]:
        """Return all pools with their users as the document of a seed file.

        Args:
            secrets: whether to include passwords, TOTP secrets, devices and client secrets.
        """
        from harness.emulator.seeds import export_seed  # see `seed`

        return export_seed(self.engine, secrets=secrets).document

    def upload_user_import(self, url: str, content: bytes) -> None:
        """Upload the file of a user import job, without HTTP, to the job's PreSignedUrl.

        Under moto's mock ``requests.put`` does the same. A client of `attach` has no mock: nothing
        else than this reaches the emulator then, unless a server serves it.

        Raises:
            HarnessError: the upload was refused.
        """
        from urllib.parse import urlsplit

        from harness.emulator.http import user_import

        parts = urlsplit(url)
        path = parts.path.removeprefix(user_import.PREFIX).lstrip("/")
        headers = {"x-amz-server-side-encryption": "aws:kms"}
        answer = user_import.take_file(self.engine, "PUT", path, parts.query, headers, content)
        if answer.status != 200:
            reason = answer.body.decode().partition("<Message>")[2].partition("<")[0]
            raise HarnessError(f"the upload was refused: {reason}")

    def forget_users(self, user_pool_id: str, names: Collection[str]) -> None:
        """Delete users of a pool and everything that is kept of them: messages, sessions, tokens.

        For runs with so many users that memory matters; a test has no use for it.

        Args:
            user_pool_id: the pool of the users.
            names: usernames, or other names that sign the users in.
        """
        self.engine.forget_users(user_pool_id, names)

    def reset(self) -> None:
        """Delete all pools, users and messages, and cancel all planned faults.

        A fault profile stays, as the other settings do.
        """
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
    triggers: TriggerHandlers | None = None,
) -> Emulator:
    """Replace moto's Cognito in this process with an emulator until `uninstall`.

    This is for suites that start ``mock_aws`` themselves: call it before the mock starts, for
    example in ``conftest.py``. A second call replaces the emulator with a new one.
    """
    global _installed
    # If an argument cannot be used, the emulator that is installed stays.
    emulator = Emulator(clock=clock, seed=seed, settings=settings, mock=False, triggers=triggers)
    uninstall()
    _installed = emulator.start()
    return _installed


def uninstall() -> None:
    """Restore moto's own Cognito; without an installed emulator this does nothing."""
    global _installed
    if _installed is not None:
        _installed.stop()
        _installed = None


def _add_backends(engine: Engine) -> None:
    from harness.emulator.moto_backend.models import add_backends

    add_backends(engine)


def _start_mock(mock: Any) -> None:
    from harness.emulator.moto_backend.models import start_mock

    start_mock(mock)


def _moto_mock() -> Any:
    from harness.emulator.moto_backend.models import moto_mock

    return moto_mock()
