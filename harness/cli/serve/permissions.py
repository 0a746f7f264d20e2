"""``serve --iam``: moto's IAM checks permissions; an administrator's access key is printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from harness.cli.options import Panel, assignment

__all__ = ["IamOption", "permissions"]

IamOption = Annotated[
    bool,
    typer.Option(
        "--iam",
        help="Check signatures and IAM policies as AWS does, and print the access key of an "
        "administrator.",
        rich_help_panel=Panel.SECURITY,
    ),
]


@contextmanager
def permissions(wanted: bool) -> Iterator[list[str]]:
    """Check every signed call with IAM if wanted, and yield the lines to print about it."""
    if not wanted:
        yield []
        return
    from harness.emulator.moto_backend.permissions import enforcing_permissions

    with enforcing_permissions() as key:
        yield [
            "iam: signatures and policies are checked",
            assignment("AWS_ACCESS_KEY_ID", key.id),
            assignment("AWS_SECRET_ACCESS_KEY", key.secret),
        ]
