"""A run on a service whose emails never arrive ends in reasonable time, and says so."""

from __future__ import annotations

import sys

import pytest

from harness.emulator.server import EmulatorServer
from harness.verdicts.run_record import read_record
from harness.verdicts.verdict import Verdict
from tests.plugin.conftest import Inner

SOURCE = """
import pytest

@pytest.mark.parametrize("number", range(5))
def test_code(number, cognito_signed_up, cognito_mailbox):
    '''A code comes.'''
    cognito_mailbox.newest_code(cognito_signed_up.username, kind="sign_up")

def test_in_setup(cognito_confirmed): pass

def test_without(cognito_signed_up): pass
"""


def test_run_stops_waiting(inner: Inner, pytester: pytest.Pytester) -> None:
    """After three codes that never came, the others could not be asked at once, with a reason."""
    with EmulatorServer() as server:
        result = inner(
            "--cognito-target=endpoint",
            f"--cognito-endpoint-url={server.url}",
            "--cognito-mailbox=command",
            f"--cognito-mailbox-command={sys.executable} -c ''",
            "--cognito-mailbox-deadline=0.1",
            "--cognito-record=run.jsonl",
            source=SOURCE,
            AWS_ACCESS_KEY_ID="mine",
            AWS_SECRET_ACCESS_KEY="mine",
        )
    result.assert_outcomes(failed=5, errors=1, passed=1)
    result.stdout.fnmatch_lines(["cognito: 3 codes were not waited for, since the codes before *"])
    lines = {
        line.id.partition("::")[2]: line
        for line in read_record(pytester.path / "run.jsonl").scenarios
    }
    assert lines.pop("test_without").verdict is Verdict.HOLDS
    assert {line.verdict for line in lines.values()} == {Verdict.NOT_ASKED}
    said = [line.failure.first_line for line in lines.values() if line.failure]
    assert ["nobody waited for it" in text for text in said] == [False] * 3 + [True] * 3
    assert all("within 0.1 s" in text for text in said[:3])


BY_SMS = """
import pytest

@pytest.mark.cognito_pool(mfa="ON", second_factors=("SMS_MFA",))
def test_code(cognito_mailbox): pass
"""


@pytest.mark.parametrize(
    ("mailbox", "options"),
    [
        ("imap", ["--cognito-imap-url=imaps://imap.example.org"]),
        ("sqs", ["--cognito-sqs-queue-url=https://sqs.us-east-1.amazonaws.com/123456789012/codes"]),
    ],
)
def test_a_mailbox_of_emails_is_none_for_codes_by_sms(
    inner: Inner, mailbox: str, options: list[str]
) -> None:
    """A test whose codes come by SMS is skipped at once, and the reason names the mailbox."""
    result = inner(
        f"--cognito-mailbox={mailbox}",
        "--cognito-mailbox-address=tests@example.org",
        "-rs",
        *options,
        source=BY_SMS,
        COGNITO_HARNESS_IMAP_PASSWORD="a-password",
        AWS_ENDPOINT_URL_SQS="http://127.0.0.1:9",
    )
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"*by SMS, and the mailbox {mailbox} reads only emails*"])
