"""The crowd: nobody is in two flows at once, and no TOTP code is used twice."""

from __future__ import annotations

from contextlib import ExitStack

import gevent
import pytest

from harness.clock import VirtualClock
from harness.errors import HarnessError
from harness.load.crowd import Crowd
from harness.load.flow_names import Kind
from harness.load.gate import Gate
from harness.load.people_file import LoadDevice, LoadPerson
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

_SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
_PASSWORD = Secret("Correct-horse-7")
#: The beginning of a time step.
_START = 1_800_000_000.0


def person(name: str, kind: Kind = Kind.PASSWORD, totp_step: int | None = None) -> LoadPerson:
    """Return a person of a kind."""
    device = LoadDevice("eu-west-1_1", "-g", _PASSWORD) if kind is Kind.DEVICE else None
    secret = None if kind is Kind.PASSWORD else _SECRET
    return LoadPerson(name, _PASSWORD, name, secret, device, totp_step=totp_step)


def crowd(*people: LoadPerson) -> tuple[Crowd, VirtualClock]:
    """Return a crowd, and the clock that it waits on."""
    clock = VirtualClock(_START + 10, frozen=True)
    return Crowd(people, clock), clock


def names(crowd: Crowd, kind: Kind = Kind.PASSWORD, most: int = 3) -> list[str]:
    """Take people one after the other, give each back, and return their names."""
    found = []
    for _ in range(most):
        with crowd.taken(kind) as guest:
            found.append(guest.person.username)
    return found


class TestTaking:
    """People are handed out first in, first out."""

    def test_in_turn(self) -> None:
        """Whoever was given back first is the next."""
        found, _ = crowd(person("a"), person("b"))
        assert names(found, most=4) == ["a", "b", "a", "b"]

    def test_nobody_is_taken_twice(self) -> None:
        """A flow waits until somebody is given back."""
        found, _ = crowd(person("a"))
        heard: list[str] = []

        def take() -> None:
            with found.taken(Kind.PASSWORD):
                heard.append("second")

        with found.taken(Kind.PASSWORD):
            waiting = gevent.spawn(take)
            gevent.idle()
            heard.append("first")
        waiting.join(timeout=10)
        assert heard == ["first", "second"]

    def test_a_flow_that_fails_gives_its_person_back(self) -> None:
        """An error in the flow does not cost a person."""
        found, _ = crowd(person("a"))
        with pytest.raises(ValueError, match="x"), found.taken(Kind.PASSWORD):
            raise ValueError("x")
        assert names(found, most=1) == ["a"]

    def test_kinds_are_kept_apart(self) -> None:
        """A flow gets people of the kind that it needs, with what they sign in with."""
        found, _ = crowd(person("p"), person("t", Kind.TOTP), person("d", Kind.DEVICE))
        with found.taken(Kind.DEVICE) as guest:
            assert guest.person.username == "d"
            assert guest.context.device is not None
        with found.taken(Kind.TOTP) as guest:
            assert guest.context.authenticator is not None

    def test_without_people_of_a_kind(self) -> None:
        """One line says who is missing."""
        found, _ = crowd(person("p"))
        with pytest.raises(HarnessError, match="no people with authenticator app"):
            names(found, Kind.TOTP)


class TestCodes:
    """A TOTP code works once."""

    def test_whoever_has_a_code_comes_first(self) -> None:
        """A person whose codes are spent waits while another has one."""
        spent = Authenticator.newest_step_at(_START + 10)
        found, _ = crowd(person("a", Kind.TOTP, spent), person("b", Kind.TOTP))
        with found.taken(Kind.TOTP) as guest:
            assert guest.person.username == "b"

    def test_steps_of_the_preparation_are_not_used_again(self) -> None:
        """The first code is of the step after the one that the file names."""
        step = int(_START) // Authenticator.STEP_SECONDS
        found, _ = crowd(person("a", Kind.TOTP, step - 1))
        with found.taken(Kind.TOTP) as guest:
            assert guest.context.authenticator is not None
            guest.context.authenticator.code()
            assert guest.context.authenticator.newest_spent == step

    def test_a_flow_waits_for_the_next_code(self) -> None:
        """If all codes are spent, the crowd waits on the clock, and not the authenticator."""
        spent = Authenticator.newest_step_at(_START + 10)
        found, clock = crowd(person("a", Kind.TOTP, spent))
        heard: list[float] = []

        def take() -> None:
            with found.taken(Kind.TOTP) as guest:
                heard.append(guest.ready_at())

        waiting = gevent.spawn(take)
        gevent.idle()
        assert not heard
        clock.advance(30)
        # Nobody tells a sleeper that a test has moved the clock; somebody given back does.
        found.use_part(0, 1)
        waiting.join(timeout=10)
        assert heard[0] <= clock.time()

    def test_a_remembered_device_needs_no_code(self) -> None:
        """Whoever has one is taken at once, also if all their codes were used."""
        newest = Authenticator.newest_step_at(_START + 10)
        found, _ = crowd(person("a", Kind.DEVICE, totp_step=newest))
        with gevent.Timeout(10):
            assert names(found, Kind.DEVICE, most=2) == ["a", "a"]

    def test_wrong_codes_need_no_code(self) -> None:
        """Probing takes those who have no code, and leaves the others."""
        spent = Authenticator.newest_step_at(_START + 10)
        found, _ = crowd(person("a", Kind.TOTP), person("b", Kind.TOTP, spent))
        with found.taken(Kind.TOTP, ready=False) as guest:
            assert guest.person.username == "b"

    def test_wrong_codes_are_tried_in_turn(self) -> None:
        """Probing goes through all people, and not to the same person again and again."""
        found, _ = crowd(*(person(name, Kind.TOTP) for name in "abc"))
        taken = []
        for _ in range(6):
            with found.taken(Kind.TOTP, ready=False) as guest:
                taken.append(guest.person.username)
        assert taken == ["a", "b", "c", "a", "b", "c"]


def taking(found: Crowd, heard: list[str], name: str, *, ready: bool = True) -> gevent.Greenlet:
    """Take a person in a greenlet that has begun to wait, and note the name then."""

    def take() -> None:
        with found.taken(Kind.TOTP, ready=ready):
            heard.append(name)

    waiting = gevent.spawn(take)
    gevent.idle()
    return waiting


class TestWaiting:
    """Nobody waits while there is a person to take."""

    def test_whoever_needs_no_code_does_not_wait_for_one(self) -> None:
        """A person without a code goes to the flow that needs none, whoever waits longer."""
        spent = Authenticator.newest_step_at(_START + 10)
        found, _ = crowd(person("a", Kind.TOTP, spent))
        heard: list[str] = []
        with found.taken(Kind.TOTP, ready=False):
            with_code = taking(found, heard, "with a code")
            without = taking(found, heard, "without", ready=False)
        without.join(timeout=10)
        assert heard == ["without"]
        with_code.kill()

    def test_two_who_are_given_back_serve_two(self) -> None:
        """Each of those who wait gets a person, if so many are free."""
        found, _ = crowd(person("a", Kind.TOTP), person("b", Kind.TOTP))
        heard: list[str] = []
        with found.taken(Kind.TOTP), found.taken(Kind.TOTP):
            waiting = [taking(found, heard, name) for name in ("first", "second")]
        gevent.joinall(waiting, timeout=10)
        assert heard == ["first", "second"]

    def test_the_next_in_turn_waits_for_the_next_code(self) -> None:
        """Two people with codes that are not ready yet serve two flows, without anybody's help."""
        spent = Authenticator.newest_step_at(_START + 10)
        found, clock = crowd(person("a", Kind.TOTP, spent), person("b", Kind.TOTP, spent))
        heard: list[str] = []
        with found.taken(Kind.TOTP, ready=False), found.taken(Kind.TOTP, ready=False):
            waiting = [taking(found, heard, name) for name in ("first", "second")]
        gevent.idle()
        assert not heard
        clock.advance(60)
        # A third flow that comes by takes one; whoever waits is told of the other.
        taking(found, heard, "third").join(timeout=10)
        gevent.joinall(waiting, timeout=10)
        assert sorted(heard) == ["first", "second", "third"]

    def test_a_user_who_is_stopped_does_not_take_the_turn_of_another(self) -> None:
        """If the one who was woken is stopped, the next one gets the person."""
        found, _ = crowd(person("a", Kind.TOTP))
        heard: list[str] = []
        with found.taken(Kind.TOTP):
            stopped = taking(found, heard, "stopped")
            other = taking(found, heard, "other")
            # It is stopped after it was woken, and before its turn.
            stopped.kill(block=False)
        other.join(timeout=10)
        assert heard == ["other"]


class TestParts:
    """Several processes divide the people."""

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_everybody_is_in_one_part(self, count: int) -> None:
        """The parts have everybody once, and each kind is divided evenly, whatever the order."""
        kinds = list(Kind)
        people = [person(f"{number}", kinds[number % 3]) for number in range(18)]
        found, _ = crowd(*people)
        seen: list[str] = []
        for index in range(count):
            found.use_part(index, count)
            for kind in Kind:
                assert found.size(kind) == 6 // count
                with ExitStack() as taken:
                    for _ in range(found.size(kind)):
                        guest = taken.enter_context(found.taken(kind, ready=False))
                        seen.append(guest.person.username)
        assert sorted(seen) == sorted(one.username for one in people)

    def test_whoever_moves_while_in_a_flow_does_not_come_back(self) -> None:
        """Who is in a flow finishes it, and is then another process' person."""
        found, _ = crowd(person("a"), person("b"))
        with found.taken(Kind.PASSWORD) as guest:
            assert guest.person.username == "a"
            found.use_part(1, 2)
        assert names(found) == ["b", "b", "b"]

    @pytest.mark.parametrize("others_used_them", [True, False])
    def test_codes_of_another_process_are_not_used_again(self, others_used_them: bool) -> None:
        """A person who comes from another process has no code that can have been used there."""
        found, clock = crowd(person("a", Kind.TOTP), person("b", Kind.TOTP))
        found.use_part(0, 2)
        if not others_used_them:
            names(found, Kind.TOTP, 1)
        found.use_part(1, 2, used=others_used_them)
        with found.taken(Kind.TOTP, ready=False) as guest:
            assert guest.person.username == "b"
            assert guest.ready_at() > clock.time()

    def test_parts_before_the_first_flow_cost_no_codes(self) -> None:
        """Workers that come one by one before the run divide people whose codes are unused."""
        found, clock = crowd(person("a", Kind.TOTP), person("b", Kind.TOTP))
        found.use_part(0, 2)
        found.use_part(1, 2)
        with found.taken(Kind.TOTP) as guest:
            assert guest.ready_at() <= clock.time()


class TestGate:
    """Flows begin only while the gate is open."""

    def test_a_closed_gate_holds_flows_back(self) -> None:
        """Whoever is inside goes on, whoever comes waits, and the gate knows when it is empty."""
        gate, heard = Gate(), list[str]()

        def flow(name: str) -> None:
            with gate.passed():
                heard.append(name)

        with gate.passed():
            gate.close()
            late = gevent.spawn(flow, "late")
            gevent.idle()
            assert not heard
            assert not gate.wait_until_idle(0)
        assert gate.wait_until_idle(0)
        gate.open()
        late.join(timeout=10)
        assert heard == ["late"]

    def test_a_gate_that_is_closed_again_at_once_lets_nobody_in(self) -> None:
        """Whoever was told of the open gate looks again when they have their turn."""
        gate, heard = Gate(), list[str]()

        def flow() -> None:
            with gate.passed():
                heard.append("in")

        gate.close()
        waiting = gevent.spawn(flow)
        gevent.idle()
        gate.open()
        gate.close()
        gevent.idle()
        assert not heard
        assert gate.wait_until_idle(0)
        gate.open()
        waiting.join(timeout=10)
        assert heard == ["in"]

    def test_a_flow_that_fails_leaves_the_gate(self) -> None:
        """The gate is idle after the last flow, however that ended, and not before."""
        gate = Gate()
        with gate.passed():
            with pytest.raises(ValueError, match="x"), gate.passed():
                raise ValueError("x")
            assert not gate.wait_until_idle(0)
        assert gate.wait_until_idle(0)
