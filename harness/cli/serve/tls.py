"""``serve --tls``: HTTPS, and the certificate file that makes other programs trust it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, assignment
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

__all__ = ["TlsAuthorityOption", "TlsOption", "secured"]

TlsOption = Annotated[
    bool,
    typer.Option(
        "--tls",
        help="Serve HTTPS, with a certificate authority made for this run.",
        rich_help_panel=Panel.SECURITY,
    ),
]
TlsAuthorityOption = Annotated[
    Path | None,
    typer.Option(
        "--tls-ca",
        metavar="FILE",
        help="Where to write the certificate that other programs must trust.",
        show_default="a temporary file",
        rich_help_panel=Panel.SECURITY,
    ),
]

#: The first is for the AWS SDKs and the AWS CLI, the second for Node.js.
_VARIABLES = ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True)
class Security:
    """The TLS settings of a server.

    Attributes:
        context: the TLS context; ``None`` means plain HTTP.
        certificate: the file with the authority's certificate.
    """

    context: ssl.SSLContext | None = None
    certificate: Path | None = None

    def lines(self) -> list[str]:
        """Return the lines to print: the variables that make other programs trust the server."""
        if self.certificate is None:
            return []
        return [assignment(variable, str(self.certificate)) for variable in _VARIABLES]


@contextmanager
def secured(
    wanted: bool, certificate: Path | None, host: str, names: Iterable[str] = ()
) -> Iterator[Security]:
    """Write the authority's certificate to a file, and delete a temporary file after the block.

    Args:
        wanted: whether to serve HTTPS.
        certificate: the file to write; ``None`` for a temporary file.
        host: the address that the server listens on.
        names: more names that clients call the server by.

    Raises:
        ConfigurationError: the file cannot be written, or was given without ``--tls``.
    """
    if not wanted:
        if certificate is not None:
            raise ConfigurationError("--tls-ca", given=str(certificate), hint="it needs --tls")
        yield Security()
        return
    from harness.emulator.server.tls import make_authority

    authority = make_authority(host, names)
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
