"""What the emulator may be told about itself; Cognito's own configuration comes through its API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EmulatorSettings:
    """The emulator's own knobs: strict unless a field says otherwise, and printed when they loosen.

    Attributes:
        seed: makes every identifier, code and secret reproducible; ``None`` draws them from the
            operating system.
        remembered_device_needs_mfa: a remembered device replaces MFA only after an MFA sign-in used
            or issued it (D097 to D101). ``False`` lets every remembered device replace it.
        timestamp_tolerance_seconds: how far TIMESTAMP may be from the emulator's clock in an SRP
            proof. The real number is not published; five minutes is what clients report.
        quotas: hold callers to Cognito's requests-per-second quotas, by the emulator's clock.
    """

    seed: int | None = None
    remembered_device_needs_mfa: bool = True
    timestamp_tolerance_seconds: int = 300
    quotas: bool = False

    def loosened(self) -> list[str]:
        """The settings that make the emulator more lenient than Cognito, as printable words."""
        words = []
        if not self.remembered_device_needs_mfa:
            words.append("remembered_device_needs_mfa=False")
        if self.timestamp_tolerance_seconds > 300:
            words.append(f"timestamp_tolerance_seconds={self.timestamp_tolerance_seconds}")
        return words
