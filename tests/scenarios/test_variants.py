"""Variants: their names, their pairs, and what is left out of the product."""

from __future__ import annotations

import re
from itertools import product

import pytest

from scenarios.support.pairwise import pairs_of
from scenarios.support.variants import (
    EXCLUSIONS,
    NO_DEVICE_PROVED,
    NO_SMS,
    NOTHING_PROVED_BY_SRP,
    Client,
    Devices,
    Exclusion,
    FirstFactors,
    Flow,
    Mfa,
    SecondFactors,
    SignInName,
    Variant,
    Variation,
    varied,
    wants_everything,
)
from tests.scenarios.collected import Scenario, every_scenario

ENGINES = ["native", "pycognito", "warrant"]
VARIED = [scenario for scenario in every_scenario() if scenario.variation is not None]
each_varied = pytest.mark.parametrize("scenario", VARIED, ids=lambda scenario: scenario.id)


def variation_of(mark: pytest.MarkDecorator) -> Variation:
    """Return what a marker of :func:`varied` holds."""
    variation: Variation = mark.mark.args[0]
    return variation


FULL = variation_of(
    varied(
        mfa=Mfa, devices=Devices, sign_in_name=SignInName, client=Client, flow=Flow, engines=True
    )
)


def every_variant() -> list[Variant]:
    """Return the whole product, nothing left out."""
    dimensions = (Mfa, Devices, SignInName, Client, Flow, ENGINES)
    return [Variant(*row) for row in product(*dimensions)]


class TestScenarios:
    """What holds for every varied scenario."""

    @each_varied
    def test_pairs_are_all_there(self, scenario: Scenario) -> None:
        """Any two values that an allowed combination has meet in one that is run by default."""
        variation = scenario.variation
        assert variation is not None
        everything = {case.label: variation._row(case) for case in variation.product(ENGINES)}
        chosen = [case.label for case in variation.pairs(ENGINES)]
        assert {pair for row in everything.values() for pair in pairs_of(row)} == {
            pair for label in chosen for pair in pairs_of(everything[label])
        }

    @each_varied
    def test_ids_are_readable_and_unique(self, scenario: Scenario) -> None:
        """Ids are words joined by hyphens, and no two are the same, in the full product too."""
        assert scenario.variation is not None
        labels = [case.label for case in scenario.variation.product(ENGINES)]
        assert len(set(labels)) == len(labels) > 0
        assert all(re.fullmatch(r"-?\w+(--?\w+)*", label) for label in labels)

    @each_varied
    def test_arguments_exist(self, scenario: Scenario) -> None:
        """What a scenario varies besides the pool it also takes."""
        assert scenario.variation is not None
        taken = scenario.function.__code__.co_varnames[: scenario.function.__code__.co_argcount]
        assert set(scenario.variation.arguments) <= set(taken)

    def test_every_dimension_is_varied_wholly_by_some_scenario(self) -> None:
        """There is a scenario for every value of every dimension, with each engine."""
        cases = [
            case.variant
            for scenario in VARIED
            if scenario.variation is not None
            for case in scenario.variation.pairs(ENGINES)
        ]
        assert {variant.mfa for variant in cases} == set(Mfa)
        assert {variant.devices for variant in cases} == set(Devices)
        made = set(SignInName) - {SignInName.PHONE_NUMBER}
        assert {variant.sign_in_name for variant in cases} == made
        assert {variant.client for variant in cases} == set(Client)
        assert {variant.flow for variant in cases} == set(Flow)
        assert {variant.engine for variant in cases} == set(ENGINES)


class TestExclusions:
    """What is left out, and why."""

    def test_every_exclusion_has_a_name_and_a_reason(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Every exclusion has a name and a reason of its own and leaves something out."""
        variants = every_variant()
        for exclusion in EXCLUSIONS:
            out = [each for each in variants if exclusion.applies(each, ENGINES[0])]
            with capsys.disabled():
                print(f"\n{exclusion.name}: {len(out)} of {len(variants)}, {exclusion.reason}")
            assert 0 < len(out) < len(variants)
            assert len(exclusion.reason.split()) > 5
        assert len({exclusion.name for exclusion in EXCLUSIONS}) == len(EXCLUSIONS)

    def test_nothing_else_is_left_out(self) -> None:
        """The full product is every combination but those that an exclusion names."""
        kept = {case.variant for case in FULL.product(ENGINES)}
        for variant in every_variant():
            named = [
                exclusion.applies(variant, ENGINES[0])
                for exclusion in (NOTHING_PROVED_BY_SRP, NO_SMS)
            ]
            assert (variant in kept) != any(named)

    def test_scenarios_use_exclusions_of_the_table(self) -> None:
        """No scenario leaves combinations out by a rule that the table does not show."""
        used: set[Exclusion] = set()
        for scenario in VARIED:
            assert scenario.variation is not None
            used.update(scenario.variation.without)
        assert used == set(EXCLUSIONS)

    def test_engine_only_varies_where_it_takes_part(self) -> None:
        """Without an SRP proof only the first engine of the run stays."""
        plain = Variant(devices=Devices.NOT_TRACKED, flow=Flow.USER_PASSWORD_AUTH)
        engines = {
            case.variant.engine
            for case in FULL.product(["warrant", "native"])
            if (case.variant.devices, case.variant.flow) == (plain.devices, plain.flow)
        }
        assert engines == {"warrant"}

    def test_proof_of_a_device_is_no_proof_of_a_password(self) -> None:
        """Where no device is proved the engine takes part in the SRP flows only."""
        variation = variation_of(varied(flow=Flow, engines=True, without=[NO_DEVICE_PROVED]))
        by_flow = dict.fromkeys(Flow, 0)
        for case in variation.product(ENGINES):
            by_flow[case.variant.flow] += 1
        assert by_flow == {flow: 3 if flow.by_srp else 1 for flow in Flow}

    def test_given_pool_may_have_phone_numbers_as_usernames(self) -> None:
        """What no run makes is tested where a file gives it."""
        pool = Variant(sign_in_name=SignInName.PHONE_NUMBER)
        here = variation_of(varied(sign_in_name=SignInName)).on(pool, tuple(Flow))
        assert {case.variant.sign_in_name for case in here.pairs(ENGINES)} == {
            SignInName.PHONE_NUMBER
        }


class TestVaried:
    """The marker."""

    def test_fixed_dimension_does_not_show(self) -> None:
        """A dimension with one value is fixed, and not part of the id."""
        cases = variation_of(varied(mfa=[Mfa.OFF], flow=Flow)).product(ENGINES)
        assert [case.label for case in cases] == [flow.label for flow in Flow]
        assert {case.variant.mfa for case in cases} == {Mfa.OFF}

    def test_all_fixed_shows_what_is_fixed(self) -> None:
        """Where nothing is left to vary the id names the pool all the same."""
        (case,) = variation_of(varied(mfa=[Mfa.OFF])).pairs(ENGINES)
        assert case.label == "mfa_off"

    def test_dimension_not_named_keeps_its_ordinary_value(self) -> None:
        """The ordinary pool is the one of the main job: TOTP, and devices that replace it."""
        for case in variation_of(varied(flow=Flow)).product(ENGINES):
            variant = case.variant
            assert (variant.mfa, variant.devices) == (Mfa.ON, Devices.ALWAYS_INSTEAD_OF_MFA)
            assert variant.engine == "native"

    def test_arguments_take_part_in_the_pairs(self) -> None:
        """A scenario's own argument meets every value of every dimension."""
        cases = variation_of(varied(flow=Flow, mfa=Mfa, steps=(-1, 1))).pairs(ENGINES)
        met = {(case.variant.flow, case.arguments["steps"]) for case in cases}
        assert met == set(product(Flow, (-1, 1)))
        assert len(cases) < len(Flow) * len(Mfa) * 2

    def test_exclusion_can_be_asked_for(self) -> None:
        """What leaves a combination out is told, with its reason."""
        plain = Variant(devices=Devices.NOT_TRACKED, flow=Flow.USER_PASSWORD_AUTH, engine="warrant")
        assert FULL.left_out(plain, "native") is NOTHING_PROVED_BY_SRP
        assert FULL.left_out(plain, "warrant") is None


class TestValues:
    """What the values mean."""

    def test_devices_have_five_cases(self) -> None:
        """Device tracking is off, or one of the four combinations of its two settings."""
        assert {devices.value for devices in Devices} == {
            None,
            *product((False, True), repeat=2),
        }

    @pytest.mark.parametrize(
        ("devices", "instead_of_mfa", "opt_in"),
        [
            (Devices.NOT_TRACKED, False, False),
            (Devices.ALWAYS_INSTEAD_OF_MFA, True, False),
            (Devices.ALWAYS_BESIDE_MFA, False, False),
            (Devices.OPT_IN_INSTEAD_OF_MFA, True, True),
            (Devices.OPT_IN_BESIDE_MFA, False, True),
        ],
    )
    def test_names_say_what_the_settings_do(
        self, devices: Devices, instead_of_mfa: bool, opt_in: bool
    ) -> None:
        """The name of a case says whether devices replace MFA and whether users opt in."""
        assert (devices.instead_of_mfa, devices.opt_in) == (instead_of_mfa, opt_in)
        assert ("INSTEAD" in devices.name, "OPT_IN" in devices.name) == (instead_of_mfa, opt_in)

    @pytest.mark.parametrize(
        ("flow", "by_srp", "by_admin"),
        [
            (Flow.USER_PASSWORD_AUTH, False, False),
            (Flow.USER_SRP_AUTH, True, False),
            (Flow.ADMIN_USER_PASSWORD_AUTH, False, True),
            (Flow.ADMIN_USER_SRP_AUTH, True, True),
        ],
    )
    def test_flow_proves_or_sends_the_password(
        self, flow: Flow, by_srp: bool, by_admin: bool
    ) -> None:
        """A flow proves or sends the password, in the user's name or the administrator's."""
        assert (flow.by_srp, flow.by_admin) == (by_srp, by_admin)

    @pytest.mark.parametrize("factors", SecondFactors)
    def test_second_factors_are_found_in_any_order(self, factors: SecondFactors) -> None:
        """A pool with the same factors is the same variant, and one without any the ordinary."""
        assert SecondFactors.of(reversed(factors.value)) is factors
        assert SecondFactors.of(()) is SecondFactors.TOTP

    @pytest.mark.parametrize("factors", FirstFactors)
    def test_first_factors_are_found_with_and_without_the_password(
        self, factors: FirstFactors
    ) -> None:
        """A pool with the same factors is the same variant, whether it names the password."""
        assert FirstFactors.of(factors.value[1:]) is factors
        assert FirstFactors.of(factors.value) is factors

    def test_existing_scenarios_do_not_multiply_by_factors(self) -> None:
        """A scenario that names no factors runs with the ordinary ones alone."""
        (case,) = variation_of(varied(mfa=[Mfa.ON])).product(ENGINES)
        assert case.variant.second_factors is SecondFactors.TOTP
        assert case.variant.first_factors is FirstFactors.PASSWORD


class TestFirstFactorsOfAPool:
    """A scenario names the least first factors that it needs."""

    @pytest.mark.parametrize(
        ("has", "named", "fits"),
        [
            (FirstFactors.ALL, FirstFactors.EMAIL, True),
            (FirstFactors.EMAIL, FirstFactors.EMAIL, True),
            (FirstFactors.EMAIL, FirstFactors.EMAIL_AND_SMS, False),
            (FirstFactors.PASSWORD, FirstFactors.PASSKEY, False),
        ],
    )
    def test_pool_may_have_more(self, has: FirstFactors, named: FirstFactors, fits: bool) -> None:
        """The scenario runs with all that the pool has, if what it needs is among it."""
        here = variation_of(varied(first_factors=[named])).on(
            Variant(first_factors=has), tuple(Flow)
        )
        assert {case.variant.first_factors for case in here.product(ENGINES)} == (
            {has} if fits else set()
        )


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("", False),
        ("exhaustive", True),
        ("not exhaustive", False),
        ("exhaustive and not cognito_flow", True),
        ("not cognito_flow and exhaustive", True),
        ("cognito_needs", False),
        ("not (exhaustive)", True),
        ("inexhaustive", False),
    ],
)
def test_full_product_is_asked_for_by_its_marker(expression: str, wanted: bool) -> None:
    """The full product is made when -m names ``exhaustive``, unless right after ``not``."""
    assert wants_everything(expression) is wanted
