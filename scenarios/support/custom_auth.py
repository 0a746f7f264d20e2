"""The triggers in the emulator of a run; those of CUSTOM_AUTH with who knows their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness import Triggers
from scenarios.support.changed_tokens import TOKEN_FUNCTION
from scenarios.support.other_directory import OTHER_DIRECTORY

__all__ = ["MOST_WRONG_ANSWERS", "TRIGGERS", "answer_to", "wrong_answer_to"]

#: After so many wrong answers, DefineAuthChallenge fails the sign-in.
MOST_WRONG_ANSWERS = 3
_CUSTOM, _PASSWORD = "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER"


def answer_to(parameters: Mapping[str, str]) -> str:
    """Return the answer to a challenge: its hint backwards, which no other round has."""
    return parameters["hint"][::-1]


def wrong_answer_to(parameters: Mapping[str, str]) -> str:
    """Return no answer to a challenge."""
    return f"not {parameters['hint']}"


def _define(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ask one custom challenge, after the password if the sign-in starts with it (A180)."""
    rounds, response = event["request"]["session"], event["response"]
    custom = [one for one in rounds if one["challengeName"] == _CUSTOM]
    wrong = [one for one in custom if not one["challengeResult"]]
    response["issueTokens"] = bool(custom) and bool(custom[-1]["challengeResult"])
    response["failAuthentication"] = len(wrong) >= MOST_WRONG_ANSWERS
    begins = [one["challengeName"] for one in rounds] == ["SRP_A"]
    response["challengeName"] = _PASSWORD if begins else _CUSTOM
    return event


def _create(event: dict[str, Any], context: object) -> dict[str, Any]:
    hint = f"{event['userName']}-{len(event['request']['session'])}"
    event["response"]["publicChallengeParameters"] = {"hint": hint}
    event["response"]["privateChallengeParameters"] = {"answer": answer_to({"hint": hint})}
    return event


def _verify(event: dict[str, Any], context: object) -> dict[str, Any]:
    request = event["request"]
    expected = request["privateChallengeParameters"]["answer"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == expected
    return event


#: They run in CUSTOM_AUTH alone; the last two change nothing but for people of whom a scenario says
#: so. So no other scenario meets them.
TRIGGERS = Triggers(
    define_auth_challenge=_define,
    create_auth_challenge=_create,
    verify_auth_challenge_response=_verify,
    pre_token_generation=TOKEN_FUNCTION.handle,
    user_migration=OTHER_DIRECTORY.migrate,
)
