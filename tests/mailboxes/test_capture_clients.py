"""Where captured codes may be read: elsewhere always, in a real account where that is allowed."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.settings.mailboxes import MailboxSettings
from harness.settings.run_settings import Settings, gather
from harness.targets.mailboxes import check_mailbox
from tests.plugin.conftest import Inner, inner, the_one_line

__all__ = ["inner"]

QUEUE = {
    "mailbox": "sqs",
    "sqs_queue_url": "https://sqs.us-east-1.amazonaws.com/123456789012/codes",
}
TABLE = {
    "mailbox": "dynamodb",
    "dynamodb_table": "arn:aws:dynamodb:us-east-1:123456789012:table/codes",
}
AWS = {"target": "aws", "aws_charges": "acknowledged", "region": "us-east-1"}
BOTH = pytest.mark.parametrize("place", [QUEUE, TABLE], ids=["sqs", "dynamodb"])


@pytest.fixture(autouse=True)
def no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 finds credentials and nothing else."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")


def check(**given: str) -> None:
    """Check the mailbox of settings from the command line; no service is called for that."""
    gathered = gather(given, {}, {}, "pytest.ini")
    check_mailbox(Settings.resolve(gathered, {}, 1), MailboxSettings.resolve(gathered, {}))


@BOTH
def test_code_of_a_real_account_is_not_read(place: dict[str, str]) -> None:
    """Without the target aws and its list of accounts no code of a real account is read."""
    with pytest.raises(ConfigurationError, match="--cognito-aws-accounts; AWS_ENDPOINT_URL_"):
        check(**place)


@BOTH
def test_code_of_an_allowed_account_is_read(place: dict[str, str]) -> None:
    """In an account of the list they are, in any other account they are not."""
    check(**place, **AWS, aws_accounts="123456789012,210987654321")
    with pytest.raises(ConfigurationError, match="account 123456789012 is not allowed"):
        check(**place, **AWS, aws_accounts="210987654321")


@BOTH
def test_account_counts_only_if_aws_names_it(
    place: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose account it is counts only where AWS itself has said it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:5000")
    with pytest.raises(ConfigurationError, match="STS at http://127"):
        check(**place, **AWS, aws_accounts="123456789012")


@BOTH
@pytest.mark.parametrize("target", ["emulator", "server"])
def test_other_service_is_read_with_any_target(
    place: dict[str, str], target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that is not AWS is read with any target."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000")
    check(**place, target=target)


@BOTH
def test_aws_endpoint_without_tls_is_a_real_account(
    place: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint of AWS without TLS is a real account all the same."""
    for name in ("SQS", "DYNAMODB"):
        url = f"http://{name.lower()}.us-east-1.amazonaws.com"
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", url)
    with pytest.raises(
        ConfigurationError, match="needs --cognito-target=aws and --cognito-aws-accounts"
    ):
        check(**place, target="emulator")
    with pytest.raises(ConfigurationError, match="STS at https://"):
        check(**place, **AWS, aws_accounts="123456789012")


def test_forbidden_run_ends_in_one_line(inner: Inner) -> None:
    """A run that may not read its codes ends before it begins, with one line."""
    given = [f"--cognito-{name.replace('_', '-')}={value}" for name, value in QUEUE.items()]
    result = inner(*given, source="def test_it(): pass")
    assert result.ret == 2
    assert "AWS_ENDPOINT_URL_SQS can name another service" in the_one_line(result)
