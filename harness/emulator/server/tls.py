"""HTTPS for a served emulator: a certificate authority of its own, and the server's certificate."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from harness.errors import ConfigurationError

#: What a server on this machine is called, whatever address it listens on.
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class LocalAuthority:
    """What a server needs to speak HTTPS, and what its clients need to trust it.

    Attributes:
        certificate: the authority's, as PEM. Its key is in this object alone, and goes with it.
    """

    context: ssl.SSLContext = field(repr=False)
    certificate: bytes = field(repr=False)


def make_authority(host: str) -> LocalAuthority:
    """A new authority, and a certificate of it for a host and this machine's own names.

    Raises ConfigurationError where trustme is not installed.
    """
    try:
        import trustme
    except ImportError:
        raise ConfigurationError(
            "--tls", hint="it needs trustme: pip install 'cognito-mfa-harness[tls]'"
        ) from None
    authority = trustme.CA(organization_name="cognito-mfa-harness")
    # A server that listens everywhere is reached by every name but this one.
    listening = [] if host in ("0.0.0.0", "::", *_LOCAL_NAMES) else [host]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*listening, *_LOCAL_NAMES).configure_cert(context)
    return LocalAuthority(context, authority.cert_pem.bytes())
