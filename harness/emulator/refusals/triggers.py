"""Refusals on behalf of the user's own trigger logic."""

from __future__ import annotations

from harness.emulator.refusals.refusal import Refusal


def trigger_failed(trigger: str, text: str) -> Refusal:
    """A trigger raised an error; its text reaches the caller (A184)."""
    return Refusal("UserLambdaValidationException", f"{trigger} failed with error {text}.")


def trigger_answer_invalid() -> Refusal:
    """A trigger returned something else than the event with a response that fits.

    The text is reported in github.com/amazon-archives/amazon-cognito-identity-js/issues/167
    and /633.
    """
    return Refusal("InvalidLambdaResponseException", "Unrecognizable lambda output")
