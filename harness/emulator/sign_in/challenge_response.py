"""A challenge response as the client sent it, and the checks that most challenges share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.emulator import refusals
from harness.emulator.api.request import Caller, Parameters
from harness.emulator.domain.attempt import (
    Attempt,
    FirstFactorSignIn,
    check_state,
    presented_device,
)
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.emulator.stores.sessions import Session
from harness.srp.group import SrpError, decode_base64
from harness.srp.server import canonical_timestamp

#: The members of ChallengeResponses that make up an SRP proof, in the order in which Cognito misses
#: them (https://github.com/ministackorg/ministack/pull/1758).
PROOF = ("TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK")


@dataclass(frozen=True)
class ChallengeResponse:
    """One RespondToAuthChallenge or AdminRespondToAuthChallenge.

    Attributes:
        challenge: ChallengeName.
        responses: ChallengeResponses.
        session: Session, if the client sent one.
    """

    service: Service
    caller: Caller
    client: UserPoolClient
    challenge: str
    responses: Parameters = field(repr=False)
    session: str | None = field(default=None, repr=False)

    @property
    def pool(self) -> Pool:
        """The pool of the app client."""
        return self.client.pool

    @property
    def now(self) -> float:
        """Epoch seconds by the emulator's clock."""
        return self.service.clock.time()

    @property
    def username(self) -> str:
        """USERNAME, which is required."""
        (username,) = self.responses.required("USERNAME")
        return username

    def user(self) -> User | None:
        """Check SECRET_HASH for USERNAME, and return the user of that name (D049)."""
        username = self.username
        self.client.require_secret_hash(username, self.responses.get("SECRET_HASH"))
        return self.service.find_user(self.pool, username)

    def user_or_refusal(self) -> User | None:
        """Return the same as `user`; ``None`` only if the client hides that there is no such user.

        Raises:
            Refusal: there is no such user, and the client does not hide it.
        """
        user = self.user()
        if user is None and not self.client.hides_user_existence:
            raise refusals.user_not_found()
        return user

    def device_of(self, user: User, key: str | None = None) -> TrackedDevice | None:
        """Return the device of DEVICE_KEY, or of a key from an earlier step (D106)."""
        return presented_device(self.pool, user, self.responses.get("DEVICE_KEY", key))

    def pending(self) -> tuple[Session, Attempt]:
        """Return the unused session of this response, and its sign-in.

        A141 to A146, A179. Everything that prevents a user from starting a sign-in also stops one
        in progress. So do a sign-out and a change of the password that was proven.
        """
        session = self.open_session(self.require_session(), self.user())
        attempt = session.attempt
        if attempt is None:
            raise refusals.session_invalid().because("this Session is of no sign-in")
        check_state(self.client, attempt.user)
        attempt.require_uninterrupted()
        return session, attempt

    def require_session(self) -> str:
        """Return Session, which is required."""
        if self.session is None:
            raise refusals.missing_required_parameter("Session")
        return self.session

    def open_session(self, text: str, user: User | None, *, unknown: str | None = None) -> Session:
        """Return the usable session of this user and this challenge.

        Args:
            text: Session.
            user: the user of USERNAME.
            unknown: the username in the session if there is no such user and the app client hides
                that.
        """
        session = self.service.sessions.find(text, self.now)
        self.require_same_sign_in(session, user, unknown=unknown)
        if session.challenge != self.challenge:
            raise refusals.session_invalid().because(
                f"this Session is of {session.challenge}, not of {self.challenge}"
            )
        return session

    def require_same_sign_in(
        self, session: Session, user: User | None, *, unknown: str | None = None
    ) -> None:
        """Refuse a session of another pool, client or user (A143)."""
        if (session.pool_id, session.client_id) != (self.pool.pool_id, self.client.client_id):
            raise refusals.session_invalid().because("this Session is of another app client")
        if not self._is_of(session, user.username if user else unknown):
            raise refusals.session_invalid().because("this Session is of another user")
        about = session.about
        bound = about if isinstance(about, FirstFactorSignIn) else session.attempt
        if bound is not None and bound.user is not user:
            raise refusals.session_invalid().because(
                "this Session is of a deleted user of the same name"
            )

    def _is_of(self, session: Session, name: str | None) -> bool:
        """Return whether a session is of a name; an unknown one is spelled as it was sent."""
        folded = self.pool.users.folded
        return name is not None and folded(session.username) == folded(name)

    def passed_factor(self, attempt: Attempt) -> Attempt:
        """Return the sign-in with MFA passed; it keeps only this response's device (D057)."""
        device = self.device_of(attempt.user)
        passed = replace(
            attempt,
            mfa_passed=True,
            answered_as=self.username,
            device=device,
            device_proven=attempt.device_proven and device is attempt.device,
        )
        return passed.after(self.challenge)

    def signature(self) -> str:
        """Return PASSWORD_CLAIM_SIGNATURE; refuse one that is not base64."""
        signature = self.responses["PASSWORD_CLAIM_SIGNATURE"]
        try:
            decode_base64(signature, "PASSWORD_CLAIM_SIGNATURE")
        except SrpError as error:
            raise refusals.claim_signature_not_base64() from error
        return signature

    def timestamp(self) -> str | None:
        """Return the canonical TIMESTAMP of a proof; ``None`` if it is too far from now (D026).

        A TIMESTAMP in another format is refused (A154).
        """
        try:
            moment, text = canonical_timestamp(self.responses["TIMESTAMP"])
        except SrpError as error:
            raise refusals.timestamp_unparsable() from error
        tolerance = self.service.settings.timestamp_tolerance_seconds
        return text if abs(moment.timestamp() - self.now) <= tolerance else None

    def why_no_timestamp(self) -> str:
        """Return why `timestamp` is ``None``, for the call log."""
        moment, _ = canonical_timestamp(self.responses["TIMESTAMP"])
        off = moment.timestamp() - self.now
        direction = "ahead of" if off > 0 else "behind"
        return f"TIMESTAMP is {abs(off):.0f} s {direction} the emulator's clock"
