"""The sign-up page (H041, H042, H060, H063)."""

from __future__ import annotations

__all__ = ["sign_up"]
