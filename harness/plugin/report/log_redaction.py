"""Redaction of what boto3 and its libraries log about the calls of a test."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from harness.redaction import MASK, redact

__all__ = ["redacted_logs"]

_LIBRARIES = ("botocore", "boto3", "urllib3")
# Logs the text to sign, which has the session token of the user's credentials in it.
_SIGNING = "botocore.auth"
_PLAIN = (int, float, bool, type(None))


@contextmanager
def redacted_logs(scrub: Callable[[str], str]) -> Iterator[None]:
    """Remove secrets from everything that botocore logs inside the ``with`` block.

    It works for every handler, since the records themselves are changed.

    Args:
        scrub: removes further known secrets from a text.
    """
    logs = _Redacting(scrub)
    loggers = [
        logging.getLogger(name)
        # botocore imports this module only when it signs the first request.
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
    """Lets every record pass, with requests and responses redacted."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._scrub = scrub

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the text of the record by the redacted text."""
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
    # The repr of an object may hold headers or a body.
    return f"<{type(argument).__name__}>"


def _shown_body(body: bytes | bytearray) -> Any:
    try:
        return redact(json.loads(body))
    except ValueError:
        return redact(body)
