"""The rule of each setting: a function that turns the given text into a value."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from harness.redaction import Secret

__all__ = [
    "ACKNOWLEDGED",
    "MAILBOXES",
    "PROGRESS",
    "SRP_ENGINES",
    "TARGETS",
    "TEXTS",
    "Unusable",
    "aws_accounts",
    "aws_charges",
    "belongs_to_aws",
    "client_id",
    "client_secret",
    "endpoint_url",
    "faults",
    "first_line",
    "host_of",
    "is_aws",
    "journal",
    "latencies",
    "lines",
    "mailbox",
    "max_users",
    "name_in_file",
    "network_retries",
    "pool",
    "progress",
    "quota_share",
    "record",
    "region",
    "region_of",
    "repeat",
    "seed",
    "seed_file",
    "srp",
    "target",
    "texts",
    "texts_by_default",
    "triggers",
    "user_pool_id",
    "yes_or_no",
]

TARGETS = ("emulator", "server", "endpoint", "stub", "preflight", "aws")
SRP_ENGINES = ("native", "pycognito", "warrant")
MAILBOXES = ("outbox", "imap", "sqs", "dynamodb", "command", "prompt", "admin", "none")
#: Whether a line shows the progress of a run.
PROGRESS = ("auto", "on", "off")
#: Whether the words of a refusal decide.
TEXTS = ("strict", "codes")
#: The value of --cognito-aws-charges.
ACKNOWLEDGED = "acknowledged"

#: The words that pytest takes in its files (_strtobool in _pytest/config/__init__.py).
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d+")
# Patterns of CreateUserPoolClient and of the pool id in every request:
# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
_USER_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+")
_CLIENT_ID = re.compile(r"[\w+]{1,128}")
_CLIENT_SECRET = re.compile(r"[\w+]{1,64}")
# https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
# and the dnsSuffix of each partition in botocore's endpoints.json and partitions.json.
_AWS_DOMAINS = (
    "aws",
    "amazonwebservices.com.cn",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "amazonwebservices.eu",
    "aws.ic.gov",
    "aws.scloud",
    "cloud-aws.adc-e.uk",
    "aws.hci.ic.gov",
    "amazoncognito.com",
)
# All other partitions have this label, with any suffix.
_AWS_LABEL = "amazonaws"
_AWS_LABEL_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "amazonaws.eu")
# A resolver could read non-ASCII letters and percent signs as dots.
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?", re.ASCII)
_LARGEST_SEED = 2**64 - 1
_MOST_REPETITIONS = 1_000_000
_MOST_RETRIES = 100
# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
_ACCOUNT_ID = re.compile(r"[0-9]{12}")


class Unusable(Exception):
    """The text is not a value of its setting.

    Args:
        hint: what a value looks like, if the values cannot be listed.
        allowed: all values, if they can be listed.
        shown: what to show instead of the text, if it may hold a secret.
    """

    def __init__(
        self, hint: str | None = None, *, allowed: Sequence[str] = (), shown: str | None = None
    ) -> None:
        self.hint = hint
        self.allowed = tuple(allowed) or None
        self.shown = shown
        super().__init__(hint)


def target(text: str) -> str:
    """Accept the name of a target."""
    return _one_of(TARGETS, text)


def srp(text: str) -> str:
    """Accept the name of an SRP engine, installed or not."""
    return _one_of(SRP_ENGINES, text)


def mailbox(text: str) -> str:
    """Accept the name of a mailbox."""
    return _one_of(MAILBOXES, text)


def pool(text: str) -> str:
    """Accept the path of a file or folder that exists; its content is read later."""
    if not Path(text).exists():
        raise Unusable("no such file or folder")
    return text


def seed_file(text: str) -> str:
    """Accept the path of a file that exists; its content is read later."""
    if not Path(text).is_file():
        raise Unusable("no such file")
    return text


def name_in_file(text: str) -> str:
    """Accept any name; it is looked up in the file later."""
    return text


def endpoint_url(text: str) -> str:
    """Accept the base URL of a service, but not of AWS itself."""
    if "://" not in text:
        raise Unusable(f"it must begin with http:// or https://, such as http://{text}")
    if is_aws(host_of(text)):
        raise Unusable("this is AWS itself; use --cognito-target=aws for a real account")
    return text.rstrip("/")


def region(text: str) -> str:
    """Accept a text in the form of an AWS region."""
    if not _REGION.fullmatch(text):
        raise Unusable("a region looks like us-east-1")
    return text


def user_pool_id(text: str) -> str:
    """Accept a text in the form of a user pool id."""
    if not _USER_POOL_ID.fullmatch(text) or len(text) > 55:
        raise Unusable("a user pool id looks like us-east-1_AbCdEf123")
    return text


def region_of(pool_id: str) -> str | None:
    """Return the region that a user pool id begins with, or ``None``.

    Services other than Cognito may use other ids.
    """
    beginning = pool_id.partition("_")[0]
    return beginning if _REGION.fullmatch(beginning) else None


def client_id(text: str) -> str:
    """Accept a text in the form of an app client id."""
    if not _CLIENT_ID.fullmatch(text):
        raise Unusable("an app client id has 1 to 128 letters and digits")
    return text


def client_secret(text: str) -> Secret:
    """Accept a client secret, or ``@`` and the path of a file that has it as its first line."""
    secret = first_line(text[1:]) if text.startswith("@") else text
    if not _CLIENT_SECRET.fullmatch(secret):
        shown = text if text.startswith("@") else "[redacted]"
        raise Unusable("a client secret has 1 to 64 letters and digits", shown=shown)
    return Secret(secret)


def seed(text: str) -> int:
    """Accept a number from 0 to 2**64 - 1."""
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST_SEED:
        raise Unusable(f"it must be a whole number from 0 to {_LARGEST_SEED}")
    return int(text)


def lines(text: str) -> tuple[str, ...]:
    """Accept any number of values, one on each line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def triggers(text: str) -> tuple[str, ...]:
    """Accept functions with their handlers, one on each line; they are read later.

    The header shows them, so a URL has no user and no password.
    """
    given = lines(text)
    for line in given:
        handler = line.partition("=")[2].strip()
        if handler.lower().startswith(("http://", "https://")) and "@" in handler:
            raise Unusable("the URL of a handler has no user and no password", shown="a URL")
    return given


def yes_or_no(text: str) -> bool:
    """Accept the words that pytest's own settings have for yes and no."""
    return _one_of((*_YES, *_NO), text.lower()) in _YES


def aws_accounts(text: str) -> tuple[str, ...]:
    """Accept the ids of AWS accounts, separated by commas."""
    accounts = tuple(account.strip() for account in text.split(","))
    if not all(_ACCOUNT_ID.fullmatch(account) for account in accounts):
        raise Unusable("an AWS account id has 12 digits; separate several ids with commas")
    return accounts


def aws_charges(text: str) -> str:
    """Accept the one word that confirms the charges."""
    return _one_of((ACKNOWLEDGED,), text)


def max_users(text: str) -> int:
    """Accept a number of users."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 10_000_000:
        raise Unusable("it must be a whole number from 1 to 10000000")
    return int(text)


def quota_share(text: str) -> int:
    """Accept a share of an account's quotas, in percent."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 100:
        raise Unusable("it must be a whole number of percent from 1 to 100")
    return int(text)


def journal(text: str) -> str:
    """Accept the path of a folder."""
    if not text.isprintable():
        raise Unusable("the path of a folder must be printable text")
    return text


def repeat(text: str) -> int:
    """Accept a number of repetitions."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= _MOST_REPETITIONS:
        raise Unusable(f"it must be a whole number from 1 to {_MOST_REPETITIONS}")
    return int(text)


def latencies(text: str) -> str:
    """Accept the path of a file that can be written, in a folder that exists."""
    path = Path(text)
    if not text.isprintable():
        raise Unusable("the path of a file must be printable text")
    if path.is_dir():
        raise Unusable("it is a folder, not a file")
    if not path.parent.is_dir():
        raise Unusable("its folder does not exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Unusable("it cannot be written")
    return text


def record(text: str) -> str:
    """Accept the path of a file that can be written, in a folder that exists."""
    return latencies(text)


def progress(text: str) -> str:
    """Accept whether a line shows the progress of a run."""
    return _one_of(PROGRESS, text)


def texts(text: str) -> str:
    """Accept whether the words of a refusal decide."""
    return _one_of(TEXTS, text)


def texts_by_default(target: str) -> str:
    """Return whether words decide: not on services whose words may differ, or change."""
    return "codes" if target in ("endpoint", "aws", "preflight") else "strict"


def faults(text: str) -> str:
    """Accept any text; the target reads the fault profile when it is checked."""
    return text


def network_retries(text: str) -> int:
    """Accept how often a call or a test is repeated."""
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST_RETRIES:
        raise Unusable(f"it must be a whole number from 0 to {_MOST_RETRIES}")
    return int(text)


def _one_of(allowed: Sequence[str], text: str) -> str:
    if text not in allowed:
        raise Unusable(allowed=allowed)
    return text


def host_of(url: str) -> str:
    """Return the host of an HTTP URL; a URL with user, query or fragment is refused."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Unusable("a URL looks like http://127.0.0.1:5000")
    if parts.query or parts.fragment or parts.username is not None:
        # Nothing is shown: these parts could hold a password.
        raise Unusable("the URL must not have a user, query or fragment", shown="[redacted]")
    host = str(parts.hostname)
    # urlsplit drops newlines and tabs, which other parsers may read in another way.
    if not _HOST.fullmatch(host) or not url.isprintable() or " " in url:
        raise Unusable("the name of a host must have only ASCII letters, digits, dots and hyphens")
    return host


def is_aws(host: str) -> bool:
    """Return whether the name of a host belongs to AWS, or looks as if it did."""
    # A final dot only marks the name as complete (RFC 1034, section 3.1).
    name = host.lower().rstrip(".")
    under_a_domain = any(f".{name}".endswith(f".{domain}") for domain in _AWS_DOMAINS)
    return under_a_domain or _AWS_LABEL in name.split(".")


def belongs_to_aws(host: str) -> bool:
    """Return whether the name of a host certainly belongs to AWS."""
    name = f".{host.lower().rstrip('.')}"
    return any(name.endswith(f".{domain}") for domain in (*_AWS_DOMAINS, *_AWS_LABEL_DOMAINS))


def first_line(path: str) -> str:
    """Return the first line of a file with a secret."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Unusable(f"the file cannot be read: {reason}") from error
