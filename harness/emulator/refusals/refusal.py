"""What every refusal is."""

from __future__ import annotations


class Refusal(Exception):
    """An error answer of the service: a modelled code, a text and an HTTP status (A298: 400)."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
