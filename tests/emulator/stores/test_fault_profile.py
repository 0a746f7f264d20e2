"""A fault profile: which calls it strikes, and which profiles make no sense."""

from __future__ import annotations

import math

import pytest

from harness.emulator.stores.fault_profile import GROUPS, KINDS, FaultProfile, FaultRule

HALF = FaultRule("throttle", 0.5)


def kinds_of(profile: FaultProfile, operation: str, calls: int, group: str = "error") -> list[str]:
    """Return the kinds that strike so many calls; empty texts for calls that go well."""
    struck = (profile.strike(group, operation) for _ in range(calls))
    return [rule.kind if rule else "" for rule in struck]


def profile(*rules: FaultRule, seed: int = 1) -> FaultProfile:
    """Return a checked profile of copies of these rules."""
    copies = [FaultRule(one.kind, one.rate, one.operations, one.least, one.most) for one in rules]
    found = FaultProfile(copies, seed)
    found.check()
    return found


def test_the_same_seed_gives_the_same_faults() -> None:
    """Two profiles with one seed strike the same calls, and one with another seed others."""
    rules = (HALF, FaultRule("drop", 0.2))
    first = kinds_of(profile(*rules), "SignUp", 300)
    assert kinds_of(profile(*rules), "SignUp", 300) == first
    assert kinds_of(profile(*rules, seed=2), "SignUp", 300) != first


def test_calls_of_other_operations_change_nothing() -> None:
    """An operation has the same faults, whatever calls of others come between."""
    alone, mixed = profile(HALF), profile(HALF)
    expected = kinds_of(alone, "SignUp", 100)
    found = []
    for _ in range(100):
        kinds_of(mixed, "InitiateAuth", 3)
        found += kinds_of(mixed, "SignUp", 1)
    assert found == expected
    assert kinds_of(profile(HALF), "InitiateAuth", 100) != expected


def test_a_rate_is_a_share_of_calls() -> None:
    """Each rule strikes about its share; its counter says exactly how often."""
    rules = profile(FaultRule("throttle", 0.3), FaultRule("cut", 0.1))
    found = kinds_of(rules, "SignUp", 5_000)
    assert [one.struck for one in rules.rules] == [found.count("throttle"), found.count("cut")]
    assert 1_350 < found.count("throttle") < 1_650
    assert 400 < found.count("cut") < 600


@pytest.mark.parametrize(("rate", "expected"), [(0.0, ""), (1.0, "drop")])
def test_the_ends_of_the_range_are_never_and_always(rate: float, expected: str) -> None:
    """A rate of 0 strikes no call, and a rate of 1 every call."""
    assert set(kinds_of(profile(FaultRule("drop", rate)), "SignUp", 500)) == {expected}


def test_a_rule_strikes_its_operations_alone() -> None:
    """A rule that names operations strikes no other, and draws nothing for them."""
    rules = profile(FaultRule("drop", 1.0, ("SignUp", "GetUser")))
    assert kinds_of(rules, "InitiateAuth", 2) == ["", ""]
    assert kinds_of(rules, "GetUser", 2) == ["drop", "drop"]
    assert rules.calls == {"error GetUser": 2}


def test_groups_are_drawn_one_by_one() -> None:
    """A call can have an error and a delay, and its email a fate of its own."""
    always = [FaultRule("drop", 1.0), FaultRule("slow", 1.0), FaultRule("email-lost", 1.0)]
    rules = profile(*always)
    assert [kinds_of(rules, "SignUp", 1, group) for group in GROUPS] == [
        ["drop"],
        ["slow"],
        ["email-lost"],
    ]


def test_delays_lie_between_their_ends() -> None:
    """Delays are spread over the whole range, and are the same with the same seed."""
    rule = FaultRule("slow", 1.0, (), 0.2, 0.8)

    def delays() -> list[float]:
        rules = profile(rule)
        return [rules.delay("delay", "SignUp")[1] for _ in range(400)]

    found = delays()
    assert 0.2 <= min(found) < 0.25
    assert 0.75 < max(found) <= 0.8
    assert delays() == found


def test_rates_may_fill_the_whole_range() -> None:
    """Rates that add up to 1 are allowed, also if binary numbers make it a little more."""
    tenths = [FaultRule(kind, 0.1) for kind in ("throttle", "internal", "drop") for _ in range(3)]
    profile(*tenths, FaultRule("cut", 0.1))


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ([FaultRule("nothing", 0.1)], "no kind 'nothing'; allowed: throttle, internal"),
        ([FaultRule("drop", 1.1)], "the rate of drop is 1.1; it must be from 0 to 1"),
        ([FaultRule("drop", -0.1)], "the rate of drop is -0.1"),
        ([FaultRule("drop", math.nan)], "the rate of drop is nan"),
        ([FaultRule("drop", 0.1, ("SingUp",))], "no operation 'SingUp'; did you mean 'SignUp'"),
        (
            [FaultRule("slow", 0.1, (), 0.8, 0.2)],
            "the delay of slow is from 800 to 200 milliseconds",
        ),
        ([FaultRule("slow", 0.1, (), 0, 601)], "it must be from 0 to 600"),
        ([FaultRule("slow", 0.1, (), math.inf, math.inf)], "from inf to inf"),
        ([FaultRule("drop", 0.1, (), 1, 1)], "the delay of drop"),
        ([HALF, FaultRule("drop", 0.6)], r"the rates add up to 1\.1; .* at most one of them"),
        (
            [HALF, FaultRule("drop", 0.6, ("SignUp",))],
            r"the rates for SignUp add up to 1\.1",
        ),
        ([FaultRule("email-late", 0.6), FaultRule("email-lost", 0.6)], "those of email-late"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_profile_that_makes_no_sense_is_refused(rules: list[FaultRule], problem: str) -> None:
    """A rule that cannot be, or rates of one group above 1 for an operation, are refused."""
    with pytest.raises(ValueError, match=problem):
        FaultProfile(rules, 1).check()


def test_rates_of_different_operations_do_not_add_up() -> None:
    """Two rules that never strike the same call may have any rates."""
    profile(FaultRule("drop", 0.9, ("SignUp",)), FaultRule("cut", 0.9, ("GetUser",)))


def test_every_kind_is_in_one_group() -> None:
    """No kind is missing, and none is in two groups."""
    assert len(set(KINDS)) == len(KINDS) == 9
