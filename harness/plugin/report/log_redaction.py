"""What the libraries below log of the calls of a test: the same, without the secrets in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from harness.redaction import MASK, redact

__all__ = ["redacted_logs"]

_LIBRARIES = ("botocore", "boto3", "urllib3")
# What is signed, and by what, has the session token of the user's credentials in it.
_SIGNING = "botocore.auth"
_PLAIN = (int, float, bool, type(None))


@contextmanager
def redacted_logs(scrub: Callable[[str], str]) -> Iterator[None]:
    """Have no secret in what botocore logs for a while, wherever the log goes.

    Args:
        scrub: removes what else is known to be secret from a text.
    """
    logs = _Redacting(scrub)
    loggers = [
        logging.getLogger(name)
        # botocore imports what signs only once something is to be signed.
        for name in {*logging.root.manager.loggerDict, _SIGNING}
        if name.partition(".")[0] in _LIBRARIES
    ]
    for logger in loggers:
        logger.addFilter(logs)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(logs)


class _Redacting(logging.Filter):
    """Lets every record pass, with requests and answers as they may be shown."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._scrub = scrub

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the redacted text in the place of the record's own."""
        arguments = record.args
        if isinstance(arguments, Mapping):
            record.args = redact(arguments)
        elif arguments:
            signing = record.name == _SIGNING
            record.args = tuple(MASK if signing else _shown(item) for item in arguments)
        record.msg, record.args = self._scrub(record.getMessage()), None
        return True


def _shown(argument: Any) -> Any:
    if isinstance(argument, _PLAIN):
        return argument
    if isinstance(argument, bytes | bytearray):
        return _shown_body(argument)
    if isinstance(argument, str | Mapping | list | tuple | set):
        return redact(argument)
    # An object may write its headers or its body into its repr.
    return f"<{type(argument).__name__}>"


def _shown_body(body: bytes | bytearray) -> Any:
    try:
        return redact(json.loads(body))
    except ValueError:
        return redact(body)
