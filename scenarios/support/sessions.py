"""The Session of a challenge, for scenarios that use it apart from its sign-in."""

from __future__ import annotations

from typing import cast

from harness import Progress, Secret, check


def session_of(progress: Progress) -> Secret:
    """Return the Session of the pending challenge.

    Raises:
        UnexpectedResult: the challenge came without one.
    """
    check(progress.session is not None, f"{progress.challenge_name} came without a Session")
    return cast("Secret", progress.session)
