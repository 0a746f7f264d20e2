"""CUSTOM_CHALLENGE: what a trigger asks, and the context's answerer finds the answer to."""

from __future__ import annotations

from harness.flows.handlers.base import HandlerTools, device_key, needed
from harness.flows.progress import ChallengeAnswer, Progress
from harness.redaction import Secret

__all__ = ["custom_challenge"]


def custom_challenge(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send what the answerer returns for the ChallengeParameters of this round (A181).

    The answer becomes known as a secret, so that no report shows it.
    """
    answerer = needed(progress, sign_in, progress.context.custom_answers, "custom_answers")
    answer = answerer(progress.challenge_parameters)
    secret = answer if isinstance(answer, Secret) else Secret(answer)
    return ChallengeAnswer(
        {"USERNAME": progress.username, "ANSWER": secret.reveal(), **device_key(progress)}
    )
