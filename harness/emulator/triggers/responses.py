"""What a handler may return: the event, with a response of the members that its trigger has.

The members are those of the developer guide's page for each trigger, for instance
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html.
A member that is null has not been set. What happens to a member of another type is not published;
here it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class AnswerError(ValueError):
    """A handler's answer that Cognito would not recognise; the text says why."""


@dataclass(frozen=True)
class Member:
    """One member of a response: what it is before the handler ran, and what it may be after.

    Attributes:
        fits: whether a value that is not null is of the right type; allowed: that type in words.
    """

    fits: Callable[[Any], bool]
    allowed: str
    default: Any = None


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_overrides(value: Any) -> bool:
    return _members_fit(value, _OVERRIDES)


def _is_groups(value: Any) -> bool:
    return _members_fit(value, _GROUPS)


def _members_fit(value: Any, members: Mapping[str, Callable[[Any], bool]]) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= members.keys()
        and all(item is None or members[name](item) for name, item in value.items())
    )


_GROUPS: dict[str, Callable[[Any], bool]] = {
    "groupsToOverride": _is_texts,
    "iamRolesToOverride": _is_texts,
    "preferredRole": _is_text,
}
_OVERRIDES: dict[str, Callable[[Any], bool]] = {
    "claimsToAddOrOverride": _is_map,
    "claimsToSuppress": _is_texts,
    "groupOverrideDetails": _is_groups,
}

_FLAG = Member(_is_flag, "true or false")
_SWITCHED_OFF = Member(_is_flag, "true or false", default=False)
_TEXT = Member(_is_text, "text")
_MAP = Member(_is_map, "an object of texts")

#: The members of each trigger's response; the custom senders have no response at all.
RESPONSES: dict[str, dict[str, Member]] = {
    "PreSignUp": {
        "autoConfirmUser": _SWITCHED_OFF,
        "autoVerifyEmail": _SWITCHED_OFF,
        "autoVerifyPhone": _SWITCHED_OFF,
    },
    "PostConfirmation": {},
    "PreAuthentication": {},
    "PostAuthentication": {},
    "PreTokenGeneration": {
        "claimsOverrideDetails": Member(_is_overrides, f"an object of {', '.join(_OVERRIDES)}")
    },
    "CustomMessage": {"smsMessage": _TEXT, "emailMessage": _TEXT, "emailSubject": _TEXT},
    "DefineAuthChallenge": {
        "challengeName": _TEXT,
        "issueTokens": _FLAG,
        "failAuthentication": _FLAG,
    },
    "CreateAuthChallenge": {
        "publicChallengeParameters": _MAP,
        "privateChallengeParameters": _MAP,
        "challengeMetadata": _TEXT,
    },
    "VerifyAuthChallengeResponse": {"answerCorrect": _FLAG},
}


def empty_response(trigger: str) -> dict[str, Any]:
    """The response as it is before the handler ran."""
    return {name: member.default for name, member in RESPONSES[trigger].items()}


def read_response(trigger: str, answer: Any) -> dict[str, Any]:
    """Every member of the response in a handler's answer, defaults filled in.

    Raises AnswerError for an answer that is not the event or a response that does not fit.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise AnswerError("the handler did not return the event with its response")
    members = RESPONSES[trigger]
    unknown = sorted(answer["response"].keys() - members.keys())
    if unknown:
        allowed = ", ".join(members) or "none"
        raise AnswerError(f"response has {', '.join(unknown)}; allowed: {allowed}")
    found = empty_response(trigger)
    for name, value in answer["response"].items():
        if value is None:
            continue
        if not members[name].fits(value):
            raise AnswerError(f"response.{name} is not {members[name].allowed}")
        found[name] = value
    return found
