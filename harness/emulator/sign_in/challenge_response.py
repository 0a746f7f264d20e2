"""An answer to a challenge as it arrived, and the checks that most answers share."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.emulator import refusals
from harness.emulator.api.parameters import Parameters
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.pools import AppClient, Pool
from harness.emulator.domain.users import User
from harness.emulator.engine import Caller, Engine
from harness.emulator.rules.secret_hash import require_secret_hash
from harness.emulator.sign_in.first_factor import check_state
from harness.emulator.stores.sessions import Session


@dataclass(frozen=True)
class Answer:
    """One RespondToAuthChallenge or AdminRespondToAuthChallenge.

    Attributes:
        responses: ChallengeResponses.
    """

    engine: Engine
    caller: Caller
    client: AppClient
    challenge: str
    responses: Parameters = field(repr=False)
    session: str | None = field(default=None, repr=False)

    @property
    def pool(self) -> Pool:
        """The pool of the app client."""
        return self.client.pool

    @property
    def now(self) -> float:
        """The moment by the emulator's clock."""
        return self.engine.clock.time()

    def require_user(self) -> User:
        """The user whom USERNAME means, once SECRET_HASH is checked over that name (D049)."""
        user = self.find_user()
        if user is None and not self.client.hides_user_existence:
            raise refusals.user_not_found()
        if user is None:
            raise refusals.incorrect_username_or_password()
        return user

    def find_user(self) -> User | None:
        """As `require_user`, but nobody is an answer too."""
        (username,) = self.responses.required("USERNAME")
        require_secret_hash(self.client, username, self.responses.get("SECRET_HASH"))
        return self.engine.find_user(self.pool, username)

    def presented_device(self, user: User, key: str | None = None) -> TrackedDevice | None:
        """The device of DEVICE_KEY, or of the key carried from before; unknown is refused (D106).

        A pool that does not track devices ignores the key (section D, 21).
        """
        key = self.responses.get("DEVICE_KEY", key)
        if key is None or self.pool.device_configuration is None:
            return None
        return user.devices.confirmed(key)

    def pending(self) -> tuple[Session, Attempt]:
        """The session and attempt that this answers, not spent yet (A141 to A146, A179).

        What keeps a user from beginning a sign-in stops one on its way, too, and so do a sign-out
        and a new password in place of the one that was proven.
        """
        if self.session is None:
            raise refusals.missing_required_parameter("Session")
        user = self.find_user()
        session = self.engine.sessions.find(self.session, self.now)
        self.require_same_sign_in(session, user)
        if session.challenge != self.challenge:
            raise refusals.session_invalid()
        attempt: Attempt = session.facts["attempt"]
        check_state(self.client, attempt.user)
        attempt.require_uninterrupted()
        return session, attempt

    def require_same_sign_in(
        self, session: Session, user: User | None, *, username: str | None = None
    ) -> None:
        """Refuse a session of another pool, client or user (A143).

        Args:
            username: the name that stands for a user who is nobody, where that is hidden.
        """
        if (session.pool_id, session.client_id) != (self.pool.pool_id, self.client.client_id):
            raise refusals.session_invalid()
        attempt: Attempt | None = session.facts.get("attempt")
        if session.username != (user.username if user else username):
            raise refusals.session_invalid()
        if attempt is not None and attempt.user is not user:
            raise refusals.session_invalid()
