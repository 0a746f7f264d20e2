"""HTTPS for a served emulator: a new certificate authority and the server's certificate."""

from __future__ import annotations

import ssl
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


def make_authority(host: str) -> LocalAuthority:
    """Make an authority, and a certificate for a host and this machine's own names.

    Raises:
        ConfigurationError: trustme is not installed.
    """
    try:
        import trustme
    except ImportError:
        raise ConfigurationError(
            "--tls", hint="it needs trustme: pip install 'cognito-mfa-harness[tls]'"
        ) from None
    authority = trustme.CA(organization_name="cognito-mfa-harness")
    # This address means all addresses; no client connects to it by that name.
    listening = [] if host in ("0.0.0.0", "::", *_LOCAL_NAMES) else [host]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*listening, *_LOCAL_NAMES).configure_cert(context)
    return LocalAuthority(context, authority.cert_pem.bytes())
