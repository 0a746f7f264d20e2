"""Registrations of passkeys that StartWebAuthnRegistration began and nothing has completed yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from harness.emulator import refusals

if TYPE_CHECKING:
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User

_SWEEP_SECONDS = 300


@dataclass(frozen=True)
class PasskeyRegistration:
    """A registration that waits for its credential.

    Attributes:
        username: the internal username.
        challenge: the challenge of CredentialCreationOptions, base64url.
        expires_at: epoch seconds.
    """

    pool_id: str
    client_id: str
    username: str
    challenge: str = field(repr=False)
    expires_at: float


class PasskeyRegistrations:
    """The open registrations of passkeys, at most one for each user: the newest counts.

    Cognito keeps a challenge for as long as nobody has documented; here it lives for
    AuthSessionValidity, like the session of a sign-in.
    """

    def __init__(self) -> None:
        self._open: dict[str, PasskeyRegistration] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, client: UserPoolClient, user: User, challenge: str, now: float) -> None:
        """Keep the challenge of a registration; an earlier one of the user is over."""
        registration = PasskeyRegistration(
            client.pool.pool_id,
            client.client_id,
            user.username,
            challenge,
            now + client.session_seconds,
        )
        with self._lock:
            self._sweep(now)
            self._open[user.sub] = registration

    def spend(self, client: UserPoolClient, user: User, challenge: str, now: float) -> None:
        """Use up the challenge of the user's registration.

        Raises:
            Refusal: WebAuthnChallengeNotFoundException, if the user has no open registration with
                this challenge; WebAuthnClientMismatchException, if another app client began it,
                which can still complete it.
        """
        with self._lock:
            found = self._open.get(user.sub)
            if found is None or now >= found.expires_at:
                raise refusals.registration_not_found().because(
                    "the user has no open registration" if found is None else "it expired"
                )
            if found.challenge != challenge:
                raise refusals.registration_not_found().because(
                    "it is not the challenge of the user's newest registration"
                )
            if found.client_id != client.client_id:
                raise refusals.registration_of_other_client()
            del self._open[user.sub]

    def exported(self) -> dict[str, PasskeyRegistration]:
        """Return every open registration by the sub of its user."""
        return dict(self._open)

    def imported(self, registrations: Mapping[str, PasskeyRegistration]) -> None:
        """Replace all registrations with those that `exported` returned."""
        with self._lock:
            self._open = dict(registrations)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Delete the registrations of users of a pool, by their internal usernames."""
        with self._lock:
            self._open = {
                sub: found
                for sub, found in self._open.items()
                if found.pool_id != pool_id or found.username not in usernames
            }

    def clear(self) -> None:
        """Delete every registration."""
        with self._lock:
            self._open.clear()

    def _sweep(self, now: float) -> None:
        # After the clock went back, the next sweep may be years away.
        if self._next_sweep - _SWEEP_SECONDS <= now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._open = {sub: found for sub, found in self._open.items() if now < found.expires_at}
