"""What every run of the scenarios needs: its settings as options, and a record."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["flags_of", "made_up_credentials", "record_file"]


def flags_of(settings: Mapping[str, str]) -> list[str]:
    """Return settings as options of pytest."""
    return [f"--cognito-{name.replace('_', '-')}={text}" for name, text in settings.items()]


def made_up_credentials() -> dict[str, str]:
    """Return credentials for a service that checks none, if boto3 finds no others.

    Without any, requests are not signed, and the run could not act as an administrator.
    """
    from botocore.session import Session

    resolver = Session().get_component("credential_provider")
    # Asking the network for a role of this machine takes seconds, and it is for AWS.
    resolver.remove("iam-role")
    made_up = {"AWS_ACCESS_KEY_ID": "conform", "AWS_SECRET_ACCESS_KEY": "conform"}
    return made_up if resolver.load_credentials() is None else {}


@contextmanager
def record_file(kept: Path | None) -> Iterator[Path]:
    """Give the file for the record: the user's, or one that is deleted after the block.

    After Ctrl-C it says that the user's file has what was found out until then.
    """
    if kept is not None:
        try:
            yield kept
        except KeyboardInterrupt:
            if kept.exists():
                shown = f"cognito-harness report {shlex.quote(str(kept))}"
                print(f"conform: stopped; {shown} shows what it found out", file=sys.stderr)
            raise
        return
    with tempfile.TemporaryDirectory(prefix="cognito-harness-") as folder:
        yield Path(folder) / "run.jsonl"
