"""HTTPS for a served emulator: a new certificate authority and the server's certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.errors import ConfigurationError

#: The names of a server on this machine, on any address.
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class LocalAuthority:
    """What a server needs to speak HTTPS, and its clients to trust it.

    Attributes:
        context: the server's TLS context.
        certificate: the authority's certificate as PEM. Its private key is never saved.
    """

    context: ssl.SSLContext = field(repr=False)
    certificate: bytes = field(repr=False)


def make_authority(host: str, names: Iterable[str] = ()) -> LocalAuthority:
    """Make an authority, and a certificate for a host and this machine's own names.

    Args:
        host: the address that the server listens on.
        names: more names that clients call the server by.

    Raises:
        ConfigurationError: trustme is not installed, or a name cannot be in a certificate.
    """
    try:
        import trustme
    except ImportError:
        raise ConfigurationError(
            "--tls", hint="it needs trustme: pip install 'cognito-mfa-harness[tls]'"
        ) from None
    authority = trustme.CA(organization_name="cognito-mfa-harness")
    # This address means all addresses; no client connects to it by that name.
    others = [
        name for name in (host, *sorted(names)) if name not in ("0.0.0.0", "::", *_LOCAL_NAMES)
    ]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        authority.issue_cert(*others, *_LOCAL_NAMES).configure_cert(context)
    except UnicodeError as problem:  # of idna: underscores, for example
        raise ConfigurationError(
            "--tls", hint=f"a name cannot be in a certificate: {problem}"
        ) from None
    return LocalAuthority(context, authority.cert_pem.bytes())
