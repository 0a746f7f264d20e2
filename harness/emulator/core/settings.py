"""The emulator's own settings; Cognito's configuration comes through its API."""

from __future__ import annotations

from dataclasses import dataclass

from harness.emulator.core.public_url import (
    check_domain_style,
    check_issuer,
    checked_public_url,
)


@dataclass(frozen=True)
class EmulatorSettings:
    """The emulator's own settings: strict by default, and printed where they are more lenient.

    Attributes:
        seed: makes every identifier, code and secret reproducible; with ``None`` they come from
            the operating system's generator.
        remembered_device_needs_mfa: a remembered device replaces MFA only after an MFA sign-in
            used it or issued its key (D097 to D101). With ``False`` every remembered device
            replaces MFA.
        timestamp_tolerance_seconds: how far TIMESTAMP of an SRP proof may be from the emulator's
            clock. The real number is not published; clients report five minutes.
        quotas: apply Cognito's requests-per-second quotas, by the emulator's clock.
        faults: a fault profile in its compact form, or the name of its TOML file; empty for none,
            and ``off`` also turns off one that a state file has.
        issuer: the issuer of tokens and of the OpenID configuration. ``aws`` is the address that
            the pool would have on AWS (A249); ``server`` is the public URL with the id of the pool,
            for apps that look for the keys there.
        public_url: the address that clients call the emulator by; by default that of the server.
            A Host header never changes it.
        domain_style: where a server says that the domain of a pool is: ``path`` for
            ``PUBLIC_URL/_domain/NAME``, which every program can resolve; ``host`` for
            ``NAME.auth.REGION.localhost`` on its port, which browsers and curl resolve (H120).
            Both answer, whatever it is.

    Raises:
        ConfigurationError: there is no such issuer or style, or the public URL is not one.
    """

    seed: int | None = None
    remembered_device_needs_mfa: bool = True
    timestamp_tolerance_seconds: int = 300
    quotas: bool = False
    faults: str = ""
    issuer: str = "aws"
    public_url: str | None = None
    domain_style: str = "path"

    def __post_init__(self) -> None:
        """Check what is not of a type alone."""
        check_issuer(self.issuer, "issuer")
        if self.public_url is not None:
            url = checked_public_url(self.public_url, "public_url")
            object.__setattr__(self, "public_url", url)
        check_domain_style(self.domain_style, self.public_url, "domain_style")

    def loosened(self) -> list[str]:
        """Return the settings that make the emulator more lenient than Cognito, as text."""
        words = []
        if not self.remembered_device_needs_mfa:
            words.append("remembered_device_needs_mfa=False")
        if self.timestamp_tolerance_seconds > 300:
            words.append(f"timestamp_tolerance_seconds={self.timestamp_tolerance_seconds}")
        return words
