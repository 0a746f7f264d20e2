"""The emulator's own settings; Cognito's configuration comes through its API."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    seed: int | None = None
    remembered_device_needs_mfa: bool = True
    timestamp_tolerance_seconds: int = 300
    quotas: bool = False
    faults: str = ""

    def loosened(self) -> list[str]:
        """Return the settings that make the emulator more lenient than Cognito, as text."""
        words = []
        if not self.remembered_device_needs_mfa:
            words.append("remembered_device_needs_mfa=False")
        if self.timestamp_tolerance_seconds > 300:
            words.append(f"timestamp_tolerance_seconds={self.timestamp_tolerance_seconds}")
        return words
