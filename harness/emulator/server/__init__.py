"""Serve the emulator over HTTP."""

from harness.emulator.server.emulator_server import EmulatorServer
from harness.emulator.server.limits import ServerLimits

__all__ = ["EmulatorServer", "ServerLimits"]
