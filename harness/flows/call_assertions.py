"""Assertions about which calls were made: what a failure shows are the calls that come near.

The values of secret parameters are compared, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from harness.errors import ConfigurationError
from harness.flows.call import Call
from harness.flows.rendering import whose
from harness.flows.service_names import check_operation, check_parameters
from harness.redaction import MASK, Secret, redact

__all__ = ["CallAssertions", "MadeBy", "MadeCall"]

#: Who has made a call: the app under test with a client of its own, or the test by the harness.
MadeBy: TypeAlias = Literal["app", "test"]

#: Calls that a failure describes, and all that it lists by name.
_MOST_NEAR, _MOST_LISTED = 3, 30
_LONGEST_VALUE = 120


@dataclass(frozen=True)
class MadeCall:
    """A call, redacted, beside what it was sent with.

    Attributes:
        call: the call, which may be shown.
        sent: the members of the request, with their secrets.
    """

    call: Call
    sent: Mapping[str, Any]

    def __repr__(self) -> str:
        """Return the name of the operation alone, since the members are secret."""
        return f"MadeCall({self.call.operation})"


@dataclass(frozen=True)
class _Expected:
    """What a call is to be like."""

    operation: str
    parameters: Mapping[str, Any] = field(repr=False)
    outcome: str | None = None
    by: MadeBy | None = None

    @classmethod
    def of(
        cls,
        caller: str,
        operation: object,
        parameters: Mapping[str, Any],
        outcome: str | None = None,
        by: MadeBy | None = None,
    ) -> _Expected:
        """Return it, checked.

        Raises:
            ConfigurationError: Cognito has no such operation, or the operation no such parameter.
        """
        name = check_operation(caller, operation)
        check_parameters(caller, name, parameters)
        if by not in (None, "app", "test"):
            raise ConfigurationError(f"{caller}: by", given=by, allowed=("app", "test"))
        return cls(name, parameters, outcome, by)

    def differences(self, made: MadeCall) -> list[str]:
        """Return how a call of this operation differs, each as a sentence without secrets."""
        found = list(_differences("", self.parameters, made.sent))
        if self.outcome is not None and self.outcome != made.call.outcome:
            found.append(f"its outcome is {made.call.outcome}, not {self.outcome}")
        if self.by is not None and (self.by == "app") != made.call.by_app:
            found.append(f"it was made {whose(made.call) or 'by the test'}, not by the {self.by}")
        return found

    def matches(self, made: MadeCall) -> bool:
        """Return whether a call is as expected."""
        return made.call.operation == self.operation and not self.differences(made)

    def __str__(self) -> str:
        described = [f"{name}={_shown(name, value)}" for name, value in self.parameters.items()]
        described += [f"outcome {self.outcome}"] if self.outcome is not None else []
        described += [f"by the {self.by}"] if self.by is not None else []
        return f"{self.operation}{' with ' if described else ''}{', '.join(described)}"


class CallAssertions:
    """What a test can assert about the calls of a :class:`harness.flows.trace.Trace`."""

    def made_calls(self) -> list[MadeCall]:
        """Return the calls so far, each with what it was sent with."""
        raise NotImplementedError

    def assert_called(
        self,
        operation: str,
        /,
        *,
        times: int | None = None,
        outcome: str | None = None,
        by: MadeBy | None = None,
        **parameters: Any,
    ) -> None:
        """Assert that a call was made; a failure shows the calls that come nearest.

        Args:
            operation: name of the operation in Cognito's API.
            times: how often exactly; by default at least once.
            outcome: ``ok``, or the error code that the call got.
            by: ``app`` for a client of the app under test, ``test`` for the harness.
            parameters: members of the request. A mapping need not name all members of the one that
                was sent; anything else must be equal. A ``Secret`` is compared by its text.

        Raises:
            AssertionError: it was not made, or not as often.
            ConfigurationError: Cognito has no such operation, or the operation no such parameter.
        """
        __tracebackhide__ = True
        expected = _Expected.of("assert_called", operation, parameters, outcome, by)
        _check_times(times)
        made = self.made_calls()
        found = [place for place, one in enumerate(made) if expected.matches(one)]
        if not found or (times is not None and len(found) != times):
            raise AssertionError(_not_called(expected, made, found, times))

    def assert_not_called(
        self,
        operation: str,
        /,
        *,
        outcome: str | None = None,
        by: MadeBy | None = None,
        **parameters: Any,
    ) -> None:
        """Assert that no such call was made; the arguments are those of :meth:`assert_called`.

        Raises:
            AssertionError: it was made.
            ConfigurationError: Cognito has no such operation, or the operation no such parameter.
        """
        __tracebackhide__ = True
        expected = _Expected.of("assert_not_called", operation, parameters, outcome, by)
        made = self.made_calls()
        found = [place for place, one in enumerate(made) if expected.matches(one)]
        if found:
            told = "\n".join(_told(made, found[:_MOST_NEAR]))
            raise AssertionError(f"{expected} was called {_often(len(found))}\n{told}")

    def assert_sequence(
        self, *steps: str | tuple[str, Mapping[str, Any]], by: MadeBy | None = None
    ) -> None:
        """Assert that calls were made in this order; other calls may have come between them.

        Args:
            steps: names of operations, or pairs of a name and the parameters.
            by: as in :meth:`assert_called`, for all steps.

        Raises:
            AssertionError: a step did not come after the one before it.
            ConfigurationError: a step names what Cognito does not have.
        """
        __tracebackhide__ = True
        expected = [_step(step, by) for step in steps]
        if not expected:
            raise ConfigurationError("assert_sequence", hint="name at least one operation")
        made, place = self.made_calls(), 0
        for number, step in enumerate(expected, start=1):
            later = (at for at in range(place, len(made)) if step.matches(made[at]))
            found = next(later, None)
            if found is None:
                raise AssertionError(_out_of_order(step, number, expected, made, place))
            place = found + 1


def _check_times(times: object) -> None:
    if times is None or (isinstance(times, int) and not isinstance(times, bool) and times > 0):
        return
    hint = "a number from 1; assert_not_called says that a call was not made"
    raise ConfigurationError("assert_called: times", given=times, hint=hint)


def _step(step: object, by: MadeBy | None) -> _Expected:
    if isinstance(step, str):
        return _Expected.of("assert_sequence", step, {}, by=by)
    if isinstance(step, tuple) and len(step) == 2 and isinstance(step[1], Mapping):
        return _Expected.of("assert_sequence", step[0], step[1], by=by)
    hint = 'a step is "SignUp" or ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"})'
    raise ConfigurationError("assert_sequence: step", given=type(step).__name__, hint=hint)


def _not_called(
    expected: _Expected, made: Sequence[MadeCall], found: Sequence[int], times: int | None
) -> str:
    wanted = "" if times is None else f", not {_often(times)}"
    was = f"was called {_often(len(found))}{wanted}" if found else f"was not called{wanted}"
    lines = [f"{expected} {was}", *_told(made, found[:_MOST_NEAR])]
    lines += _near_misses(expected, made, range(len(made)))
    return "\n".join([*lines, _listed(made)])


def _out_of_order(
    step: _Expected,
    number: int,
    steps: Sequence[_Expected],
    made: Sequence[MadeCall],
    place: int,
) -> str:
    after = f" after call #{place}, {made[place - 1].call.operation}" if place else ""
    lines = [f"step {number} of {len(steps)}, {step}, was not called{after}"]
    earlier = [at for at in range(place) if step.matches(made[at])]
    if earlier:
        lines += ["it was called before that:", *_told(made, earlier[:_MOST_NEAR])]
    lines += _near_misses(step, made, range(place, len(made)))
    return "\n".join([*lines, _listed(made)])


def _near_misses(
    expected: _Expected, made: Sequence[MadeCall], places: Sequence[int]
) -> Iterator[str]:
    """Yield the calls of the operation that differ, the nearest ones first."""
    misses = [
        (len(differences), place, differences)
        for place in places
        if made[place].call.operation == expected.operation
        and (differences := expected.differences(made[place]))
    ]
    if misses:
        yield "near misses:"
    for _, place, differences in sorted(misses)[:_MOST_NEAR]:
        yield from _told(made, [place])
        yield from (f"    {difference}" for difference in differences)
    if len(misses) > _MOST_NEAR:
        yield f"  and {len(misses) - _MOST_NEAR} more"


def _told(made: Sequence[MadeCall], places: Sequence[int]) -> Iterator[str]:
    for place in places:
        call = made[place].call
        by = f" {whose(call)}" if call.by_app else ""
        yield f"  #{place + 1} {call.operation}{by}: {call.outcome}"


def _listed(made: Sequence[MadeCall]) -> str:
    if not made:
        return "no calls were recorded"
    names = [f"#{place} {one.call.operation}" for place, one in enumerate(made, start=1)]
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"all calls: {', '.join(names[:_MOST_LISTED])}{more}"


def _often(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _differences(
    path: str, expected: Mapping[str, Any], sent: Mapping[str, Any], *, hidden: bool = False
) -> Iterator[str]:
    """Yield how members differ; ``hidden`` for the members of something secret."""
    for name, value in expected.items():
        where = f"{path}{name}"
        if name not in sent:
            yield f"{where} was not sent"
            continue
        is_hidden = hidden or _is_secret(name, sent[name]) or _is_secret(name, value)
        if isinstance(value, Mapping) and isinstance(sent[name], Mapping):
            yield from _differences(f"{where}.", value, sent[name], hidden=is_hidden)
        elif not _equal(value, sent[name]):
            yield _difference(name, where, None if is_hidden else (sent[name], value))


def _is_secret(name: str, value: Any) -> bool:
    return bool(redact({name: value})[name] == MASK)


def _equal(expected: Any, sent: Any) -> bool:
    """Return whether two values are equal; a `Secret` on either side is the text in it."""
    return bool(_plain(expected) == _plain(sent))


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _difference(name: str, where: str, values: tuple[Any, Any] | None) -> str:
    """Return how a member differs: what was sent and what was expected, unless they are secret."""
    was, wanted = (_shown(name, value) for value in values) if values else (MASK, MASK)
    if MASK in was or was == wanted:
        return f"{where} is not the expected value (not shown)"
    return f"{where} is {was}, not {wanted}"


def _shown(name: str, value: Any) -> str:
    """Return a value of a member as it may be shown."""
    shown = repr(redact({name: value})[name])
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"
