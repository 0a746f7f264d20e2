"""The responses of handlers: their members by trigger, and the check of what a handler returns.

The members are those of the developer guide's page for each trigger, for instance
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html.
A null member counts as not set. What Cognito does with a member of the wrong type is not
published; the emulator refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class ResponseError(ValueError):
    """A handler returned something that Cognito would not recognize; the text says why."""


@dataclass(frozen=True)
class ResponseMember:
    """One member of a response.

    Attributes:
        fits: returns whether a value other than null has the right type.
        allowed: that type in words.
        default: the value before the handler runs.
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


def _is_any_map(value: Any) -> bool:
    return isinstance(value, dict)


def _is_id_overrides(value: Any) -> bool:
    return _members_fit(value, _ID_OVERRIDES)


def _is_access_overrides(value: Any) -> bool:
    return _members_fit(value, _ACCESS_OVERRIDES)


def _is_both_overrides(value: Any) -> bool:
    # The samples of the guide have an empty list where there is nothing yet.
    return value == [] or _members_fit(value, _BOTH_OVERRIDES)


def _is_scopes(value: Any) -> bool:
    return _is_texts(value) and not any(scope.split() != [scope] for scope in value)


def _is_mediums(value: Any) -> bool:
    return _is_texts(value) and set(value) <= {"EMAIL", "SMS"}


def _is_action(value: Any) -> bool:
    return value in ("SUPPRESS", "RESEND", "")


#: In versions 2 and 3 of the event, claims may have values of any kind (T020).
_ID_OVERRIDES: dict[str, Callable[[Any], bool]] = {
    "claimsToAddOrOverride": _is_any_map,
    "claimsToSuppress": _is_texts,
}
_ACCESS_OVERRIDES: dict[str, Callable[[Any], bool]] = {
    **_ID_OVERRIDES,
    "scopesToAdd": _is_scopes,
    "scopesToSuppress": _is_texts,
}
_BOTH_OVERRIDES: dict[str, Callable[[Any], bool]] = {
    "idTokenGeneration": _is_id_overrides,
    "accessTokenGeneration": _is_access_overrides,
    "groupOverrideDetails": _is_groups,
}

#: What follows the name of a trigger where versions 2 and 3 of its event have another response.
LATER_VERSIONS = " V2_0"

_FLAG = ResponseMember(_is_flag, "true or false")
_SWITCHED_OFF = ResponseMember(_is_flag, "true or false", default=False)
_TEXT = ResponseMember(_is_text, "text")
_MAP = ResponseMember(_is_map, "an object of texts")

#: The members of each trigger's response; the custom senders have no response at all.
RESPONSES: dict[str, dict[str, ResponseMember]] = {
    "PreSignUp": {
        "autoConfirmUser": _SWITCHED_OFF,
        "autoVerifyEmail": _SWITCHED_OFF,
        "autoVerifyPhone": _SWITCHED_OFF,
    },
    "PostConfirmation": {},
    "PreAuthentication": {},
    "PostAuthentication": {},
    "PreTokenGeneration": {
        "claimsOverrideDetails": ResponseMember(
            _is_overrides, f"an object of {', '.join(_OVERRIDES)}"
        )
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
    f"PreTokenGeneration{LATER_VERSIONS}": {
        "claimsAndScopeOverrideDetails": ResponseMember(
            _is_both_overrides, f"an object of {', '.join(_BOTH_OVERRIDES)}"
        )
    },
    "UserMigration": {
        "userAttributes": _MAP,
        "forceAliasCreation": _FLAG,
        "enableSMSMFA": _FLAG,
        "finalUserStatus": _TEXT,
        "messageAction": ResponseMember(_is_action, "SUPPRESS"),
        "desiredDeliveryMediums": ResponseMember(_is_mediums, "a list of EMAIL and SMS"),
    },
}


def empty_response(shape: str) -> dict[str, Any]:
    """Return the response of an event before the handler runs."""
    return {name: member.default for name, member in RESPONSES[shape].items()}


def read_response(shape: str, returned: Any) -> dict[str, Any]:
    """Return every member of the response that a handler returned, with defaults filled in.

    Raises:
        ResponseError: the handler did not return the event, or a member does not fit.
    """
    if not isinstance(returned, dict) or not isinstance(returned.get("response"), dict):
        raise ResponseError("the handler did not return the event with its response")
    members = RESPONSES[shape]
    unknown = sorted(returned["response"].keys() - members.keys())
    if unknown:
        allowed = ", ".join(members) or "none"
        raise ResponseError(f"response has {', '.join(unknown)}; allowed: {allowed}")
    found = empty_response(shape)
    for name, value in returned["response"].items():
        if value is None:
            continue
        if not members[name].fits(value):
            raise ResponseError(f"response.{name} is not {members[name].allowed}")
        found[name] = value
    return found
