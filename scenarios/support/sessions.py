"""The Session of a challenge, for scenarios that use it apart from its sign-in."""

from __future__ import annotations

from harness import Progress, Secret, UnexpectedResult


def session_of(progress: Progress) -> Secret:
    """Return the Session of the pending challenge.

    Raises:
        UnexpectedResult: the challenge came without one.
    """
    if progress.session is None:
        raise UnexpectedResult(f"{progress.challenge_name} came without a Session")
    return progress.session
