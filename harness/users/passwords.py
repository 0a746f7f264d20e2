"""The password policy of a pool, and passwords that fit it."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import ConfigurationError
from harness.redaction import Secret

__all__ = ["SYMBOLS", "PasswordRules"]

#: The characters that Cognito counts as symbols, except the space (A034).
SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

# Limits of MinimumLength (A034).
_SHORTEST, _LONGEST = 6, 99
# Longer than most policies require, so that no two passwords of a run are equal.
_USUAL_LENGTH = 16


@dataclass(frozen=True)
class PasswordRules:
    """The PasswordPolicy of a pool; the defaults are those of a pool without one (A033)."""

    minimum_length: int = 8
    require_uppercase: bool = True
    require_lowercase: bool = True
    require_numbers: bool = True
    require_symbols: bool = True

    def __post_init__(self) -> None:
        """Check that Cognito accepts the length.

        Raises:
            ConfigurationError: it is too short or too long.
        """
        if not _SHORTEST <= self.minimum_length <= _LONGEST:
            raise ConfigurationError(
                "PasswordPolicy.MinimumLength",
                given=self.minimum_length,
                hint=f"it must be from {_SHORTEST} to {_LONGEST}",
            )

    @classmethod
    def from_description(cls, policy: Mapping[str, Any]) -> PasswordRules:
        """Read ``UserPool.Policies.PasswordPolicy`` of DescribeUserPool.

        Members that the description leaves out are not required.
        """
        return cls(
            minimum_length=int(policy.get("MinimumLength", 8)),
            require_uppercase=bool(policy.get("RequireUppercase", False)),
            require_lowercase=bool(policy.get("RequireLowercase", False)),
            require_numbers=bool(policy.get("RequireNumbers", False)),
            require_symbols=bool(policy.get("RequireSymbols", False)),
        )

    def as_policy(self) -> dict[str, int | bool]:
        """Return these rules as PasswordPolicy of CreateUserPool."""
        return {
            "MinimumLength": self.minimum_length,
            "RequireUppercase": self.require_uppercase,
            "RequireLowercase": self.require_lowercase,
            "RequireNumbers": self.require_numbers,
            "RequireSymbols": self.require_symbols,
        }

    def make_password(self, source: random.Random) -> Secret:
        """Return a password that fits, with only the required classes of characters.

        If no class is required, it has only letters. This tests the policy at its limit.
        """
        required = self._required_classes()
        pool = "".join(required) or string.ascii_letters
        length = max(self.minimum_length, _USUAL_LENGTH)
        characters = [source.choice(characters) for characters in required]
        characters += source.choices(pool, k=length - len(characters))
        source.shuffle(characters)
        return Secret("".join(characters))

    def _required_classes(self) -> list[str]:
        classes = (
            (self.require_uppercase, string.ascii_uppercase),
            (self.require_lowercase, string.ascii_lowercase),
            (self.require_numbers, string.digits),
            (self.require_symbols, SYMBOLS),
        )
        return [characters for required, characters in classes if required]
