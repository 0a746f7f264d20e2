"""What botocore logs of a call while logs are redacted."""

from __future__ import annotations

import logging

import pytest

from harness.plugin.report.log_redaction import redacted_logs

ENDPOINT = logging.getLogger("botocore.endpoint")
PARSERS = logging.getLogger("botocore.parsers")


def test_logs_of_a_call_show_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a request nor an answer shows a secret; afterwards all is as it was."""
    caplog.set_level(logging.DEBUG)
    with redacted_logs(lambda text: text.replace("hunter3", "[known]")):
        ENDPOINT.debug("with params: %s %s", "SignUp", {"Password": "hunter2", "n": 1})
        ENDPOINT.debug("sending %s", {"body": b'{"Password": "hunter2"}'})
        PARSERS.debug("Response body:\n%s", b'{"Session": "hunter2", "Name": "x"}')
        PARSERS.debug("text %s after %d", "hunter3", 7)
        logging.getLogger("botocore.auth").debug("CanonicalRequest:\n%s", "hunter2")
    assert "hunter" not in caplog.text
    assert "'Name': 'x'" in caplog.text
    assert "text [known] after 7" in caplog.text
    ENDPOINT.debug("with params: %s", "hunter2")
    assert "hunter2" in caplog.text
