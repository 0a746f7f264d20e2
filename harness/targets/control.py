"""The control surface of a served emulator, under ``/_harness/``, and its clock."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from harness.clock import utc_of
from harness.errors import HarnessError
from harness.users.mailboxes.http import open_loopback, why_unreachable

__all__ = ["ControlRefusal", "ControlSurface", "ServedClock"]

_TIMEOUT_SECONDS = 10.0
#: How long a seed or an export may take: of 10,000 users with passwords, seconds.
_SEED_SECONDS = 120.0


class ControlRefusal(HarnessError):
    """The emulator refuses a control request.

    Args:
        text: the message.
        members: what the emulator sent.
    """

    def __init__(self, text: str, members: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.members = members


class ControlSurface:
    """The control surface of the emulator served at ``endpoint_url``.

    Every method raises ``HarnessError`` if no emulator responds there.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._base = endpoint_url.rstrip("/") + "/_harness/"

    def version(self) -> str:
        """Return the version of the harness that serves the emulator."""
        return str(self._member(self._request("health"), "version"))

    def time(self) -> float:
        """Return the time of the emulator's clock, in epoch seconds."""
        moment = self._member(self._request("clock"), "time")
        if not isinstance(moment, int | float):
            raise self._failure(f"it gives the time {moment!r}")
        return float(moment)

    def advance_clock(self, seconds: float) -> None:
        """Move the emulator's clock forward."""
        self._request("clock", {"advance_seconds": seconds})

    def set_clock(self, moment: float) -> None:
        """Move the emulator's clock to ``moment`` (epoch seconds), forward or back."""
        self._request("clock", {"time": moment})

    def plan_fault(self, fault: Mapping[str, Any]) -> None:
        """Make an operation fail, set a profile, or cancel all plans with ``{"clear": True}``."""
        self._request("faults", fault)

    def fault_profile(self) -> str | None:
        """Return the fault profile of the emulator in its compact form, ``None`` without one."""
        profile = self._member(self._request("faults"), "profile")
        return None if profile is None else f"{profile['text']},seed:{profile['seed']}"

    def calls(self) -> dict[str, dict[str, int]]:
        """Return how many calls have ended, by operation and then by outcome."""
        found: dict[str, dict[str, int]] = self._member(self._request("calls"), "calls")
        return found

    def why_refused(self, request_id: str) -> str:
        """Return the reason for which a recent call was refused; empty if there is no more."""
        query = urllib.parse.urlencode({"request_id": request_id})
        return str(self._member(self._request(f"refusal?{query}"), "reason"))

    def has_quotas(self) -> bool:
        """Return whether the emulator applies the request quotas."""
        return bool(self._member(self._request("quotas"), "enabled"))

    def switch_quotas(self, enabled: bool) -> None:
        """Switch the request quotas of the emulator on or off."""
        self._request("quotas", {"enabled": enabled})

    def seed(self, seed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make the pools of a seed, or those of the emulator's own again; return the report.

        Raises:
            ControlRefusal: the seed is refused, and nothing is changed.
        """
        report: dict[str, Any] = self._request("seed", seed or {}, _SEED_SECONDS)
        return report

    def export(self, *, secrets: bool) -> tuple[dict[str, Any], list[str]]:
        """Return all pools as a seed document, and notes on it.

        Args:
            secrets: whether to include passwords, TOTP secrets, devices and client secrets.
        """
        name = f"export?secrets={'true' if secrets else 'false'}"
        response = self._request(name, seconds=_SEED_SECONDS)
        return self._member(response, "document"), self._member(response, "notes")

    def domains(self, user_pool_id: str | None = None) -> list[dict[str, Any]]:
        """Return the domains with their app clients: of all pools, or of one."""
        query = urllib.parse.urlencode({"user_pool_id": user_pool_id} if user_pool_id else {})
        found: list[dict[str, Any]] = self._member(self._request(f"domains?{query}"), "domains")
        return found

    def _request(
        self,
        name: str,
        body: Mapping[str, Any] | None = None,
        seconds: float = _TIMEOUT_SECONDS,
    ) -> Any:
        request = urllib.request.Request(
            self._base + name,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with open_loopback(request, seconds) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except OSError as error:
            refused = why_unreachable(self._endpoint_url, error)
            if refused is not None:
                raise HarnessError(refused) from error
            raise self._failure(str(getattr(error, "reason", error))) from error
        except ValueError as error:
            raise self._failure("the response is not JSON") from error

    def _member(self, response: Any, name: str) -> Any:
        try:
            return response[name]
        except (KeyError, TypeError) as error:
            raise self._failure(f"the response has no {name}") from error

    def _refusal(self, error: urllib.error.HTTPError) -> HarnessError:
        try:
            members = json.loads(error.read())
            reason = members["error"]
        except (ValueError, KeyError, TypeError):
            if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                remedy = "start it with serve --limit cognito_body_bytes=NUMBER"
                return HarnessError(f"too large for the emulator at {self._base}; {remedy}")
            return self._failure(f"HTTP status {error.code}")
        return ControlRefusal(f"the emulator at {self._base} refuses: {reason}", members)

    def _failure(self, reason: str) -> HarnessError:
        return HarnessError(f"no emulator at {self._base}: {reason}")


class ServedClock:
    """The clock of a served emulator; waiting on it moves it forward.

    It keeps nothing between two calls, since other programs may move the clock at any time.
    """

    def __init__(self, control: ControlSurface) -> None:
        self._control = control

    def time(self) -> float:
        """Return the time of the emulator's clock, in epoch seconds."""
        return self._control.time()

    def now(self) -> datetime:
        """Return the time of the emulator's clock as an aware datetime in UTC."""
        return utc_of(self.time())

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock forward.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError(f"a clock can only move forward, not by {seconds:g} s")
        self._control.advance_clock(seconds)

    def set(self, moment: float) -> None:
        """Move the emulator's clock to ``moment`` (epoch seconds), forward or back.

        Raises:
            HarnessError: ``moment`` is not in the years 1970 to 9999.
        """
        self._control.set_clock(moment)

    def wait_until(self, moment: float) -> None:
        """Move the emulator's clock to ``moment`` (epoch seconds) unless it has passed."""
        while (remaining := moment - self.time()) > 0:
            self.advance(remaining)
