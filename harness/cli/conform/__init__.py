"""``cognito-harness conform``: the scenarios on a service, and the scorecard of it."""

from __future__ import annotations

from harness.cli.conform.command import conform

__all__ = ["conform"]
