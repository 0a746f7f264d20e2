"""The target that the settings of a run name.

Only the chosen target is imported: each brings in libraries that the others do not need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = ["choose_target"]


def choose_target(settings: Settings) -> Target:
    """Return the target that the settings name, not yet started."""
    name = settings.target.value
    if name == "emulator":
        from harness.targets.emulated import EmulatedTarget

        return EmulatedTarget(
            region=settings.region.value,
            seed=settings.seed.value,
            faults=settings.faults.value,
        )
    if name == "preflight":
        from harness.targets.emulated import PreflightTarget

        return PreflightTarget(region=settings.region.value, seed=settings.seed.value)
    if name == "server":
        from harness.targets.served import ServedTarget

        return ServedTarget(
            region=settings.region.value,
            seed=settings.seed.value,
            endpoint_url=settings.endpoint_url.value,
            faults=settings.faults.value,
        )
    if name == "endpoint":
        from harness.targets.endpoint import EndpointTarget

        return EndpointTarget.from_settings(settings)
    if name == "aws":
        from harness.targets.aws import AwsTarget

        return AwsTarget.from_settings(settings)
    if name == "stub":
        from harness.targets.stubbed import StubbedTarget

        return StubbedTarget(region=settings.region.value)
    raise ConfigurationError("--cognito-target", given=name, source=settings.target.source)
