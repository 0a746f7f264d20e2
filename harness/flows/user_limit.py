"""No more users than somebody is willing to pay for, in all processes of a run together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from harness.errors import HarnessError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["UserLimit"]

_SERVICE = "cognito-identity-provider"


class UserLimit:
    """Counts the users that are made, and refuses one too many before the call is sent.

    Args:
        path: the file in which the processes of a run count together.
        most: how many are allowed.
    """

    def __init__(self, path: Path, most: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(f"{path}.lock", poll_interval=0.002)
        self._most = most
        #: Whether a user was refused.
        self.has_refused = False

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Count the users that ``client`` makes, beginning with the next one."""
        for operation in ("SignUp", "AdminCreateUser"):
            client.meta.events.register(
                f"provide-client-params.{_SERVICE}.{operation}", self._count
            )

    @property
    def count(self) -> int:
        """How many users the run has made so far, or has tried to."""
        try:
            return int(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0

    def _count(self, params: Mapping[str, Any], **_: Any) -> None:
        if params.get("MessageAction") == "RESEND":
            # Somebody who is there already is invited again (A056).
            return
        with self._lock:
            count = self.count
            if count >= self._most:
                self.has_refused = True
                raise HarnessError(
                    f"the run has made {count} users, and --cognito-max-users allows no more"
                )
            self._path.write_text(str(count + 1), encoding="utf-8")
