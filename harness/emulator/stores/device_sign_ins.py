"""Sign-ins that wait for the response to DEVICE_SRP_AUTH."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.domain.attempt import Attempt
    from harness.emulator.domain.devices import TrackedDevice
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.stores.sessions import Session

_SWEEP_SECONDS = 300


@dataclass(frozen=True)
class DeviceSignIn:
    """A sign-in that waits for DEVICE_SRP_AUTH, and its session."""

    attempt: Attempt
    session: Session


class DeviceSignIns:
    """The sign-ins that wait for DEVICE_SRP_AUTH.

    Some clients send no Session (D103), so sign-ins are found by client, user and device; only
    the newest of each counts.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, str], DeviceSignIn] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, user: User, device: TrackedDevice, sign_in: DeviceSignIn, now: float) -> None:
        """Keep a sign-in until its response to DEVICE_SRP_AUTH."""
        with self._lock:
            self._sweep(now)
            self._waiting[(sign_in.session.client_id, user.sub, device.key)] = sign_in

    def find(self, client: UserPoolClient, user: User, key: str, now: float) -> DeviceSignIn | None:
        """Return the newest sign-in whose session is neither used nor expired."""
        sign_in = self._waiting.get((client.client_id, user.sub, key))
        if sign_in is None or sign_in.session.used or now >= sign_in.session.expires_at:
            return None
        return sign_in

    def exported(self) -> dict[tuple[str, str, str], DeviceSignIn]:
        """Return every waiting sign-in by client, user and device."""
        return dict(self._waiting)

    def imported(self, waiting: Mapping[tuple[str, str, str], DeviceSignIn]) -> None:
        """Replace all sign-ins with those that `exported` returned."""
        with self._lock:
            self._waiting = dict(waiting)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Delete the sign-ins of users of a pool, by their internal usernames."""
        with self._lock:
            self._waiting = {
                names: sign_in
                for names, sign_in in self._waiting.items()
                if sign_in.session.pool_id != pool_id or sign_in.session.username not in usernames
            }

    def clear(self) -> None:
        """Delete every sign-in."""
        with self._lock:
            self._waiting.clear()

    def _sweep(self, now: float) -> None:
        # After the clock went back, the next sweep may be years away.
        if self._next_sweep - _SWEEP_SECONDS <= now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._waiting = {
            names: sign_in
            for names, sign_in in self._waiting.items()
            if not sign_in.session.used and now < sign_in.session.expires_at
        }
