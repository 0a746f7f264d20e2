"""The calls of two runs in pairs, and the texts of their errors."""

from __future__ import annotations

from typing import Any

from harness.verdicts.paired_calls import in_pairs, own_words, question_of


def call(operation: str, message: str = "", **parameters: Any) -> dict[str, Any]:
    """Return a call of a record."""
    return {"operation": operation, "message": message, "parameters": parameters}


def test_calls_that_ask_the_same_are_a_pair() -> None:
    """A call of one side alone stands alone, and those after it are pairs again."""
    sign_up, get_user = call("SignUp"), call("GetUser")
    answer = call("RespondToAuthChallenge", ChallengeName="MFA_SETUP")
    another = call("RespondToAuthChallenge", ChallengeName="SOFTWARE_TOKEN_MFA")
    found = list(in_pairs([sign_up, answer, get_user], [sign_up, another, get_user]))
    assert found == [(sign_up, sign_up), (answer, None), (None, another), (get_user, get_user)]


def test_a_question_is_an_operation_with_its_challenge_or_flow() -> None:
    """A challenge that is no text, as a fuzzer sends it, is none."""
    assert question_of(call("InitiateAuth", AuthFlow="USER_AUTH")) == ("InitiateAuth", "USER_AUTH")
    assert question_of(call("InitiateAuth", AuthFlow=["USER_AUTH"])) == ("InitiateAuth", "")


def test_own_words_repeat_nothing_of_the_request() -> None:
    """A value of the request is shown by its name, and numbers and ids by their kind."""
    of_ann = call("X", "User ann-1 waits 3 s.", Username="ann-1")
    of_bob = call("X", "User bob-22 waits 14 s.", Username="bob-22")
    assert own_words(of_ann) == own_words(of_bob) == "User <Username> waits N s."
    assert own_words(call("X", "User ann-1 is gone.", Username="ann-1")) != own_words(of_ann)
