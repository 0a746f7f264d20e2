"""The limit on the number of users that all processes of a run make together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from harness.errors import HarnessError
from harness.flows.usage import MAKES_USERS, makes_user

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["UserLimit"]

_SERVICE = "cognito-identity-provider"


class UserLimit:
    """Counts the users that a run makes, and stops a call that would make one too many.

    Args:
        path: the file with the count, shared by the processes of a run.
        most: how many users are allowed.
    """

    def __init__(self, path: Path, most: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(f"{path}.lock", poll_interval=0.002)
        self._most = most
        #: Whether a user was refused.
        self.has_refused = False

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Count the users that ``client`` makes from now on."""
        for operation in MAKES_USERS:
            client.meta.events.register(
                f"provide-client-params.{_SERVICE}.{operation}", self._count
            )

    @property
    def count(self) -> int:
        """The number of users that the run has made or tried to make."""
        try:
            return int(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0

    def _count(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if not makes_user(model.name, params.get("MessageAction")):
            return
        with self._lock:
            count = self.count
            if count >= self._most:
                self.has_refused = True
                raise HarnessError(
                    f"the run has made {count} users; --cognito-max-users allows no more"
                )
            self._path.write_text(str(count + 1), encoding="utf-8")
