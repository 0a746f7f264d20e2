"""Sign-ins that wait for DEVICE_SRP_AUTH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.stores.sessions import Session


@dataclass(frozen=True)
class DeviceSignIn:
    """A sign-in that was asked for DEVICE_SRP_AUTH, and the session that stands for it."""

    attempt: Attempt
    session: Session


class DeviceSignIns:
    """Sign-ins that wait for DEVICE_SRP_AUTH, also of clients that send no Session (D103).

    Found by client, user and device; the newest counts, as only its session is known to a
    client that sends none.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, str], DeviceSignIn] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, user: User, device: TrackedDevice, sign_in: DeviceSignIn, now: float) -> None:
        """Keep a sign-in until its device step."""
        with self._lock:
            self._sweep(now)
            self._waiting[(sign_in.session.client_id, user.sub, device.key)] = sign_in

    def find(self, client: UserPoolClient, user: User, key: str, now: float) -> DeviceSignIn | None:
        """The newest sign-in that may still be answered."""
        sign_in = self._waiting.get((client.client_id, user.sub, key))
        if sign_in is None or sign_in.session.used or now >= sign_in.session.expires_at:
            return None
        return sign_in

    def exported(self) -> dict[tuple[str, str, str], DeviceSignIn]:
        """Return every waiting sign-in by client, user and device."""
        return dict(self._waiting)

    def restore(self, waiting: Mapping[tuple[str, str, str], DeviceSignIn]) -> None:
        """Replace all sign-ins by what `exported` gave."""
        with self._lock:
            self._waiting = dict(waiting)

    def clear(self) -> None:
        """Drop every sign-in."""
        with self._lock:
            self._waiting.clear()

    def _sweep(self, now: float) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + 300
        self._waiting = {
            names: sign_in
            for names, sign_in in self._waiting.items()
            if not sign_in.session.used and now < sign_in.session.expires_at
        }
