"""Check when a request was signed, and what for, as AWS does before it compares the signature.

The rules are those of Signature Version 4:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
The time is the machine's and not the emulator's, because clients sign with their own clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from harness.clock import Clock, SystemClock
from harness.emulator.refusals import Refusal

__all__ = ["check_signing"]

#: How far the date of a signature may be from the present.
_WINDOW = timedelta(minutes=5)
_SERVICE = "cognito-idp"
_SCOPE = re.compile(
    r"Credential=[^/,\s]+/(?P<date>[^/,]*)/(?P<region>[^/,]*)/(?P<service>[^/,]*)/aws4_request"
)
_BASIC_FORM = "%Y%m%dT%H%M%SZ"

_clock: Clock = SystemClock()


def check_signing(headers: Mapping[str, str], region: str) -> None:
    """Check the scope and the date of a signed request to Cognito.

    Args:
        headers: the headers of the request.
        region: the region that the request was sent to.

    Raises:
        Refusal: the credential is for another service, region or day, or the date is not within
            five minutes.
    """
    scope = _SCOPE.search(headers.get("Authorization", ""))
    if scope is None or scope["region"] != region:
        raise _invalid("Credential should be scoped to a valid region.")
    if scope["service"] != _SERVICE:
        raise _invalid(f"Credential should be scoped to correct service: '{_SERVICE}'.")
    text = headers.get("X-Amz-Date", "")
    signed_at = _moment(text)
    if scope["date"] != text[:8]:
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{scope['date'][:20]}' != '{text[:8]}', from '{text}'."
        )
    _check_date(text, signed_at, _clock.now().replace(microsecond=0))


def _check_date(text: str, signed_at: datetime, now: datetime) -> None:
    earliest, latest = now - _WINDOW, now + _WINDOW
    if signed_at < earliest:
        raise _invalid(
            f"Signature expired: {text} is now earlier than {_shown(earliest)} "
            f"({_shown(now)} - 5 min.)"
        )
    if signed_at > latest:
        raise _invalid(
            f"Signature not yet current: {text} is still later than {_shown(latest)} "
            f"({_shown(now)} + 5 min.)"
        )


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, _BASIC_FORM).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Refusal(
            "IncompleteSignatureException",
            f"Date must be in ISO-8601 'basic format'. Got '{text[:50]}'. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
        ) from None


def _shown(moment: datetime) -> str:
    return moment.strftime(_BASIC_FORM)


def _invalid(text: str) -> Refusal:
    return Refusal("InvalidSignatureException", text)
