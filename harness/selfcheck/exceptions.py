"""What may stay unnoticed, and which scenarios may notice nothing, each with the reason.

An entry that is not needed counts against the self-proof too.
"""

from __future__ import annotations

__all__ = ["IDLE_SCENARIOS", "UNNOTICED_FAULTS"]

#: Faults by id.
UNNOTICED_FAULTS: dict[str, str] = {}

_SCRIPTED = "it asks a script and no service, so no Cognito can be wrong for it"

#: Scenarios by name.
IDLE_SCENARIOS: dict[str, str] = {
    "scripted::main_job_makes_thirteen_calls_and_no_others": _SCRIPTED,
    "scripted::error_at_any_call_surfaces_unchanged_and_leaves_nothing_half_done": _SCRIPTED,
}
