"""Faults of codes by email and SMS as the first factor: which are accepted, and of whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain.attempt import check_state
from harness.emulator.operations import initiate_auth
from harness.emulator.sign_in import first_factor
from harness.emulator.sign_in.challenges import first_factor_code
from harness.emulator.sign_in.put import put_first_factor
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import always, function, together
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "codes as the first factor"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _right_code(response: Any, member: str) -> Any:
    """Return the response with the code that was sent for it."""
    session = response.service.sessions.peek(response.session or "")
    responses = type(response.responses)(response.responses)
    responses[member] = session.about.secret
    return replace(response, responses=responses)


def _any_code(original: Any) -> Any:
    return lambda response, member: original(_right_code(response, member), member)


def _also_accepted(planter: Planter, whose: Any) -> None:
    """Accept every code that was sent, where ``whose(sent, waiting)`` says so."""
    sent: list[Any] = []

    def noting(original: Any) -> Any:
        def put(service: Any, sign_in: Any, parameters: Any) -> Any:
            sent.append(sign_in)
            return original(service, sign_in, parameters)

        return put

    def lenient(original: Any) -> Any:
        def judge(response: Any, member: str) -> Any:
            session = response.service.sessions.peek(response.session or "")
            given, waits = response.responses.get(member), session and session.about
            known = (one for one in sent if one.user is not None and one.secret == given)
            accepted = waits and any(whose(one, waits) for one in known)
            return original(_right_code(response, member) if accepted else response, member)

        return judge

    planter.function(put_first_factor, noting, within=first_factor_code)
    planter.function(first_factor_code._judge, lenient)


def _same_user_and_medium(sent: Any, waits: Any) -> bool:
    return sent.user is waits.user and sent.factor == waits.factor


def _same_user_other_medium(sent: Any, waits: Any) -> bool:
    return sent.user is waits.user and sent.factor != waits.factor


def _of_another_user(sent: Any, waits: Any) -> bool:
    return sent.user is not waits.user


def _used_before(planter: Planter) -> None:
    """Accept the code that the user has signed in with before."""
    used: dict[int, str] = {}

    def make(original: Any) -> Any:
        def judge(response: Any, member: str) -> Any:
            session = response.service.sessions.peek(response.session or "")
            user, given = session.about.user, response.responses.get(member)
            again = user is not None and used.get(id(user)) == given and not session.used
            outcome = original(_right_code(response, member) if again else response, member)
            used[id(user)] = given
            return outcome

        return judge

    planter.function(first_factor_code._judge, make)


def _newest_alone(planter: Planter) -> None:
    """Refuse a code once a newer one was sent to the user."""
    newest: dict[int, Any] = {}

    def noting(original: Any) -> Any:
        def put(service: Any, sign_in: Any, parameters: Any) -> Any:
            newest[id(sign_in.user)] = sign_in.secret
            return original(service, sign_in, parameters)

        return put

    def strict(original: Any) -> Any:
        def judge(response: Any, member: str) -> Any:
            waits = response.service.sessions.peek(response.session or "").about
            if newest.get(id(waits.user)) == waits.secret:
                return original(response, member)
            responses = type(response.responses)({**response.responses, member: "00000000"})
            return original(replace(response, responses=responses), member)

        return judge

    planter.function(put_first_factor, noting, within=first_factor_code)
    planter.function(first_factor_code._judge, strict)


def _forgets_the_password(original: Any) -> Any:
    def proven(*given: Any, **named: Any) -> Any:
        attempt = original(*given, **named)
        attempt.user.password = None
        return replace(attempt, password=None)

    return proven


FAULTS = (
    PlantedFault(
        "any-first-code",
        "any code is accepted as a first factor",
        AREA,
        function(first_factor_code._judge, _any_code),
        ("first_factor_codes::wrong_codes_lock_nobody_out",),
    ),
    PlantedFault(
        "first-code-of-another-session",
        "the code of another sign-in of the user is accepted as a first factor",
        AREA,
        lambda planter: _also_accepted(planter, _same_user_and_medium),
        ("first_factor_codes::first_code_of_another_session_is_refused",),
    ),
    PlantedFault(
        "first-code-of-anybody",
        "the code of another user is accepted as a first factor",
        AREA,
        lambda planter: _also_accepted(planter, _of_another_user),
        ("first_factor_codes::first_code_of_another_user_is_refused",),
    ),
    PlantedFault(
        "code-of-the-other-medium",
        "a code that came by SMS is accepted as one by email, and the other way round",
        AREA,
        lambda planter: _also_accepted(planter, _same_user_other_medium),
        ("first_factor_codes::code_of_the_other_medium_is_refused",),
    ),
    PlantedFault(
        "newest-first-code-alone",
        "a code that is sent makes the codes of the user's other sign-ins invalid",
        AREA,
        _newest_alone,
        ("first_factor_codes::first_code_outlives_the_next_one",),
        WRONG,
    ),
    PlantedFault(
        "first-code-again",
        "the code of the last sign-in is accepted as a first factor of the next one",
        AREA,
        _used_before,
        ("first_factor_codes::first_code_is_good_only_once",),
    ),
    PlantedFault(
        "disabled-user-by-code",
        "a disabled user signs in with a code",
        AREA,
        together(
            function(check_state, always(None), within=initiate_auth),
            function(check_state, always(None), within=first_factor),
        ),
        ("first_factor_codes::disabled_user_signs_in_with_no_code",),
    ),
    PlantedFault(
        "code-ends-the-password",
        "who signs in with a code has no password any more",
        AREA,
        function(first_factor.proven, _forgets_the_password),
        ("first_factor_codes::user_keeps_the_password_beside_the_codes",),
        WRONG,
    ),
)
