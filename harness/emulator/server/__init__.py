"""Serve the emulator over HTTP."""

from harness.emulator.server.emulator_server import EmulatorServer

__all__ = ["EmulatorServer"]
