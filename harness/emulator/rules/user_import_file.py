"""The CSV file of a user import job: its header, its rows, and how a row is read.

It is not the CSV of RFC 4180: values have no quotation marks, and a backslash stands before a comma
in a value.
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-csv-header.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.emulator.domain.pools import Pool
from harness.emulator.domain.standard_attributes import STANDARD_ATTRIBUTES

__all__ = [
    "MFA",
    "MOST_BYTES",
    "MOST_ROWS",
    "USERNAME",
    "ImportRow",
    "UnreadableFile",
    "header",
    "rows",
]

USERNAME = "cognito:username"
MFA = "cognito:mfa_enabled"
#: Cognito takes 100 MB and 500,000 rows (J014). Here a file is in memory, and 10,000 rows take two
#: seconds, in which a server answers nothing else.
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
#: The longest row, in characters (J014).
LONGEST_ROW = 16_000

#: The header has them in the order of the schema, as the documentation's sample does; a file has
#: neither the sub, which Cognito gives, nor what a federated identity is (J001).
_STANDARD = [name for name in STANDARD_ATTRIBUTES if name not in ("sub", "identities")]
_COMMA = re.compile(r"(?<!\\),")


class UnreadableFile(Exception):
    """The job fails; the text is its CompletionMessage, which is our own."""


@dataclass(frozen=True)
class ImportRow:
    """One row.

    Attributes:
        line: its number in the file, in which the header is line 1.
        values: its values that are not empty, by column.
        problem: why it cannot be read; empty if it can.
    """

    line: int
    values: dict[str, str]
    problem: str = ""


def header(pool: Pool) -> list[str]:
    """Return the columns of a pool's file: every attribute, then MFA and the username (J001)."""
    custom = [attribute.name for attribute in pool.schema if ":" in attribute.name]
    return [*_STANDARD, *custom, MFA, USERNAME]


def rows(pool: Pool, content: bytes) -> Iterator[ImportRow]:
    """Yield the rows of a file.

    Raises:
        UnreadableFile: it is not text, or it has too many rows or another header (J002, J003).
    """
    lines = _text(content).split("\n")
    columns = _columns(pool, lines[0].removesuffix("\r"))
    if sum(1 for line in lines[1:] if line.strip()) > MOST_ROWS:
        raise UnreadableFile(f"The CSV file has more than {MOST_ROWS} rows.")
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield _row(columns, number, line.removesuffix("\r"))


def _text(content: bytes) -> str:
    """Return the file as text; a byte order mark stays, and makes the header a wrong one (J003)."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile("The CSV file is not in UTF-8.") from None


def _columns(pool: Pool, line: str) -> list[str]:
    """Return the columns in the file's order, which may be any, but none may be missing (J002)."""
    columns = [name.strip() for name in line.split(",", len(header(pool)))]
    if sorted(columns) != sorted(header(pool)):
        raise UnreadableFile("The header of the CSV file is not the header of the user pool.")
    return columns


def _row(columns: list[str], number: int, line: str) -> ImportRow:
    if len(line) > LONGEST_ROW:
        return ImportRow(number, {}, f"The row has more than {LONGEST_ROW} characters.")
    values = [value.replace("\\,", ",").strip() for value in _COMMA.split(line)]
    if len(values) != len(columns):
        return ImportRow(number, {}, "The row has not as many values as the header.")
    given = {name: value for name, value in zip(columns, values, strict=True) if value}
    if any(not value.isprintable() for value in given.values()):
        return ImportRow(number, {}, "A value has characters that cannot be printed.")
    return ImportRow(number, given)
