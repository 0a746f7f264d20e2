"""Save and load the state of an emulator as one JSON document, for `serve --state`."""

from __future__ import annotations

from harness.emulator.state.checks import StateError
from harness.emulator.state.files import StateFile
from harness.emulator.state.snapshot import LEFT_OUT, export_state, import_state

__all__ = ["LEFT_OUT", "StateError", "StateFile", "export_state", "import_state"]
