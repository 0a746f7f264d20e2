"""Writes a seed document in its canonical form: what an export writes, and reads back alike."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

import yaml

from harness.errors import ConfigurationError

__all__ = ["SeedFormat", "seed_format", "seed_text"]

SeedFormat = Literal["yaml", "json", "toml"]
_WIDTH = 100


def seed_format(text: str, setting: str) -> SeedFormat:
    """Return the format of a name.

    Raises:
        ConfigurationError: there is no such format.
    """
    for name in get_args(SeedFormat):
        if name == text.strip().lower():
            found: SeedFormat = name
            return found
    raise ConfigurationError(setting, given=text, allowed=get_args(SeedFormat))


def seed_text(document: dict[str, Any], form: SeedFormat, notes: Iterable[str] = ()) -> str:
    """Return the text of a document, which ends with a line feed.

    Args:
        document: the document.
        form: the format.
        notes: sentences for comments at the top; JSON has none.
    """
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    comments = "".join(f"{line}\n" for note in notes for line in _comment(note))
    return comments + _WRITERS[form](document)


def _comment(note: str) -> list[str]:
    one_line = " ".join(note.split())
    return textwrap.wrap(one_line, _WIDTH, initial_indent="# ", subsequent_indent="#   ")


class _Dumper(yaml.SafeDumper):
    """Writes every value out: a reader of a file should not have to follow anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml calls it so
        return True


def _yaml(document: dict[str, Any]) -> str:
    written: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return written


def _toml(document: dict[str, Any]) -> str:
    try:
        # An extra: only who asks for TOML needs it.
        import tomli_w
    except ModuleNotFoundError:
        hint = "TOML is written by tomli-w; install the extra: cognito-mfa-harness[toml]"
        raise ConfigurationError("--format", given="toml", hint=hint) from None
    return tomli_w.dumps(document)


_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {"yaml": _yaml, "toml": _toml}
