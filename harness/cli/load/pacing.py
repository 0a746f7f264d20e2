"""Keeps the calls of the preparation within the quotas of the service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cli.load.load_options import LoadOptions

if TYPE_CHECKING:
    from harness.load.setup import LoadService

__all__ = ["has_quotas", "pace", "repeat_calls"]

#: How often a call of the preparation or the removal is repeated.
_MOST_RETRIES = 8


def has_quotas(options: LoadOptions, service: LoadService) -> bool:
    """Return whether the service throttles as Cognito does; another service is asked for none."""
    if options.service.target != "server":
        return options.service.target == "aws"
    from harness.targets.control import ControlSurface

    return ControlSurface(service.endpoint_url).has_quotas()


def pace(options: LoadOptions, service: LoadService) -> None:
    """Make the calls that prepare and remove people wait for the quotas, where there are any.

    Throttled calls are sent again. A served emulator says whether it has quotas; another service
    is asked for no more than AWS would allow, unless the run is not paced.
    """
    from harness.flows.pacing import OwnSlots, Pacer, Slots

    target, share = options.service.target, options.share()
    if target == "server":
        if not has_quotas(options, service):
            return
    elif target == "endpoint" and share is None:
        return
    folder = Path(options.journal)
    # On AWS, other runs that use the same folder share the quota with this one.
    slots = Slots(folder / "pacing.json") if target == "aws" else OwnSlots()
    place = "/".join(service.place().values())
    Pacer(slots, service.clock, place=place, share=share or 1.0).attach(service.client)


def repeat_calls(service: LoadService) -> None:
    """Have calls of the preparation and the removal repeated that were throttled or got no result.

    Where they are paced too, both wait after a throttle.
    """
    from harness.clock import SteadyClock
    from harness.flows.retries import CallRetries
    from harness.flows.retry_rules import Believed, believed

    def rule(operation: str, parameters: Mapping[str, Any]) -> Believed:
        # What matters of a deletion is that nothing is left.
        return Believed.ANY if "Delete" in operation else believed(operation, parameters)

    CallRetries(_MOST_RETRIES, SteadyClock(), rule=rule).attach(service.client)
