"""``serve --tls``: HTTPS, and the file by which other programs trust it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

__all__ = ["TlsAuthorityOption", "TlsOption", "secured"]

TlsOption = Annotated[
    bool,
    typer.Option("--tls", help="Speak HTTPS, by a certificate authority made for this run."),
]
TlsAuthorityOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-ca",
        metavar="FILE",
        help="Where to write the authority's certificate for other programs.",
        show_default="a temporary file",
    ),
]

#: How the AWS SDKs and the AWS CLI, and Node with all that runs on it, are told whom to trust.
_VARIABLES = ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True)
class Security:
    """How connections are secured; without a context they are not."""

    context: ssl.SSLContext | None = None
    certificate: Path | None = None

    def lines(self) -> list[str]:
        """What to say of it: the variables that make other programs trust the server."""
        if self.certificate is None:
            return []
        return [f"export {variable}={self.certificate}" for variable in _VARIABLES]


@contextmanager
def secured(wanted: bool, certificate: Path | None, host: str) -> Iterator[Security]:
    """Write the authority's certificate to a file; a temporary one is gone after the block.

    Raises:
        ConfigurationError: the file cannot be written, or is named without ``--tls``.
    """
    if not wanted:
        if certificate is not None:
            raise ConfigurationError("--tls-ca", given=str(certificate), hint="it needs --tls")
        yield Security()
        return
    from harness.emulator.server.tls import make_authority

    authority = make_authority(host)
    with _file(certificate) as path:
        path.write_bytes(authority.certificate)
        yield Security(authority.context, path)


@contextmanager
def _file(path: Path | None) -> Iterator[Path]:
    if path is not None:
        try:
            path.touch()
        except OSError as error:
            raise ConfigurationError(
                "--tls-ca", given=str(path), hint=error.strerror or str(error)
            ) from None
        yield path.absolute()
        return
    handle, name = tempfile.mkstemp(prefix="cognito-harness-ca-", suffix=".pem")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
