"""The end of the demo: what to try next."""

from __future__ import annotations

from harness.cli.demo.choices import Choices

__all__ = ["next_steps"]

_SERVE = ("cognito-harness serve", "serve this emulator to your own app, in any language")
_TEST = ("docs/fixtures.md", "the same sign-in as a pytest test of your own, in a few lines")
_COMMANDS = ("docs/cli.md", "all commands, each with examples")


def next_steps(choices: Choices) -> list[tuple[str, str]]:
    """Return commands and pages that fit what the demo has shown, each with its use.

    Args:
        choices: what the demo was asked to show, and where.
    """
    pool, where = choices.existing, choices.served_url
    if pool is not None and pool.is_aws:
        first = (
            f"cognito-harness audit {pool.user_pool_id} --aws-accounts ID",
            "check the settings of this pool; it needs credentials of the account",
        )
        return [first, ("docs/aws.md", "run the scenarios in this account"), _COMMANDS]
    if where is not None or pool is not None:
        url = where or (pool.endpoint_url if pool is not None else "")
        first = (f"cognito-harness code NAME --endpoint-url {url}", "read a code that it sent")
        return [first, _other(choices, url if pool is None else None), _TEST, _COMMANDS]
    return [_other(choices, None), _SERVE, _TEST, _COMMANDS]


def _other(choices: Choices, url: str | None) -> tuple[str, str]:
    at = "" if url is None else f" --endpoint-url {url}"
    if choices.passwordless:
        return f"cognito-harness demo{at}", "the same with a password, MFA and a tracked device"
    return f"cognito-harness demo --passwordless{at}", "the same without a password: a passkey"
