"""The pools, app clients and flows over which scenarios run.

A scenario names the dimensions it varies, :func:`varied` says over which values, and
``scenarios/conftest.py`` creates the parameters: by default a few combinations that contain every
pair of values, and the full product under ``-m exhaustive``. A dimension that is not named keeps
the ordinary value of :class:`Variant`, so that scenarios can share pools.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from scenarios.support.pairwise import all_pairs

if TYPE_CHECKING:
    from harness import AuthFlow


class Mfa(Enum):
    """MfaConfiguration of the pool; unless it is OFF, the factor is TOTP."""

    OFF = "OFF"
    OPTIONAL = "OPTIONAL"
    ON = "ON"

    @property
    def label(self) -> str:
        """The name in a test id."""
        return f"mfa_{self.value.lower()}"


class Devices(Enum):
    """DeviceConfiguration of the pool: absent, or one of four combinations (D051).

    The value of a member is (ChallengeRequiredOnNewDevice, DeviceOnlyRememberedOnUserPrompt).
    """

    NOT_TRACKED = None
    ALWAYS_INSTEAD_OF_MFA = (True, False)
    ALWAYS_BESIDE_MFA = (False, False)
    OPT_IN_INSTEAD_OF_MFA = (True, True)
    OPT_IN_BESIDE_MFA = (False, True)

    @property
    def label(self) -> str:
        """The name in a test id."""
        return f"devices_{self.name.lower()}"

    @property
    def tracked(self) -> bool:
        """Whether the pool tracks devices at all."""
        return self.value is not None

    @property
    def instead_of_mfa(self) -> bool:
        """Whether a remembered device replaces the second factor."""
        return bool(self.value and self.value[0])

    @property
    def opt_in(self) -> bool:
        """Whether a device is remembered only if its user opts in."""
        return bool(self.value and self.value[1])


class SignInName(Enum):
    """What users of the pool sign in with."""

    USERNAME = "username"
    EMAIL = "email"
    EMAIL_ALIAS = "email_alias"
    PHONE_NUMBER = "phone_number"

    @property
    def label(self) -> str:
        """The name in a test id."""
        return f"by_{self.value}"


class Client(Enum):
    """Whether the app client has a secret, so that every call needs SECRET_HASH."""

    PUBLIC = False
    WITH_SECRET = True

    @property
    def label(self) -> str:
        """The name in a test id."""
        return "secret" if self.value else "no_secret"


class SecondFactors(Enum):
    """EnabledMfas of the pool: the factors whose codes it asks for, where it has MFA."""

    TOTP = ("SOFTWARE_TOKEN_MFA",)
    SMS = ("SMS_MFA",)
    EMAIL = ("EMAIL_OTP",)
    SMS_AND_TOTP = ("SMS_MFA", "SOFTWARE_TOKEN_MFA")
    TOTP_AND_EMAIL = ("SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
    SMS_AND_EMAIL = ("SMS_MFA", "EMAIL_OTP")
    ALL = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")

    @property
    def label(self) -> str:
        """The name in a test id."""
        return f"factor_{self.name.lower()}"

    @classmethod
    def of(cls, names: Iterable[str]) -> SecondFactors:
        """Return the member with these factors; without any, as where MFA is OFF, the ordinary."""
        found = set(names)
        return next((one for one in cls if set(one.value) == found), cls.TOTP)


class FirstFactors(Enum):
    """AllowedFirstAuthFactors of the pool.

    A scenario names the least that it needs: a given pool may have others too.
    """

    PASSWORD = ("PASSWORD",)
    EMAIL = ("PASSWORD", "EMAIL_OTP")
    SMS = ("PASSWORD", "SMS_OTP")
    PASSKEY = ("PASSWORD", "WEB_AUTHN")
    EMAIL_AND_SMS = ("PASSWORD", "EMAIL_OTP", "SMS_OTP")
    EMAIL_AND_PASSKEY = ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
    SMS_AND_PASSKEY = ("PASSWORD", "SMS_OTP", "WEB_AUTHN")
    ALL = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")

    @property
    def label(self) -> str:
        """The name in a test id."""
        return f"first_{self.name.lower()}"

    def is_part_of(self, others: FirstFactors) -> bool:
        """Return whether a pool with other factors has all of these too."""
        return set(self.value) <= set(others.value)

    @classmethod
    def of(cls, names: Iterable[str]) -> FirstFactors:
        """Return the member with these factors, whether or not they name the password (N005)."""
        found = {"PASSWORD", *names}
        return next((one for one in cls if set(one.value) == found), cls.PASSWORD)


class Flow(Enum):
    """The flow to sign in with; ADMIN_USER_SRP_AUTH is AdminInitiateAuth with USER_SRP_AUTH."""

    USER_PASSWORD_AUTH = "USER_PASSWORD_AUTH"
    USER_SRP_AUTH = "USER_SRP_AUTH"
    ADMIN_USER_PASSWORD_AUTH = "ADMIN_USER_PASSWORD_AUTH"
    ADMIN_USER_SRP_AUTH = "ADMIN_USER_SRP_AUTH"

    @property
    def label(self) -> str:
        """The name in a test id."""
        return self.value.removesuffix("_AUTH").lower()

    @property
    def auth_flow(self) -> AuthFlow:
        """The name that the harness uses for it."""
        return self.value

    @property
    def by_srp(self) -> bool:
        """Whether the password is proved with SRP instead of being sent."""
        return "SRP" in self.value

    @property
    def by_admin(self) -> bool:
        """Whether the calls are AdminInitiateAuth and AdminRespondToAuthChallenge."""
        return self.value.startswith("ADMIN")


TRACKED = tuple(devices for devices in Devices if devices.tracked)
INSTEAD_OF_MFA = tuple(devices for devices in Devices if devices.instead_of_mfa)
OPT_IN = tuple(devices for devices in Devices if devices.opt_in)
#: The names that have upper and lower case.
WITH_LETTERS = (SignInName.USERNAME, SignInName.EMAIL, SignInName.EMAIL_ALIAS)
BY_SRP = tuple(flow for flow in Flow if flow.by_srp)
WITH_MFA = (Mfa.OPTIONAL, Mfa.ON)


@dataclass(frozen=True)
class Variant:
    """One combination. The defaults are the ordinary pool, which the main job uses."""

    mfa: Mfa = Mfa.ON
    devices: Devices = Devices.ALWAYS_INSTEAD_OF_MFA
    sign_in_name: SignInName = SignInName.USERNAME
    client: Client = Client.PUBLIC
    flow: Flow = Flow.USER_SRP_AUTH
    engine: str = "native"
    second_factors: SecondFactors = SecondFactors.TOTP
    first_factors: FirstFactors = FirstFactors.PASSWORD

    @property
    def needs_srp(self) -> bool:
        """Whether an SRP proof can occur: of the password, or of a device."""
        return self.flow.by_srp or self.devices.tracked


#: The dimensions that a pool and its app client decide.
POOL_DIMENSIONS = ("mfa", "devices", "sign_in_name", "client", "second_factors", "first_factors")


@dataclass(frozen=True)
class Exclusion:
    """Combinations that are left out because they cannot occur or say nothing new.

    Attributes:
        name: the name that scenarios use for it.
        reason: why such a combination is left out.
        applies: returns whether to leave out a combination, given the combination and the first
            engine of the run.
    """

    name: str
    reason: str
    applies: Callable[[Variant, str], bool]


NOTHING_PROVED_BY_SRP = Exclusion(
    "nothing proved by SRP",
    "the password is sent as it is and the pool tracks no devices, so no SRP engine takes part and "
    "one stands for all",
    lambda variant, first_engine: not variant.needs_srp and variant.engine != first_engine,
)
NO_SMS = Exclusion(
    "no SMS",
    "a pool whose users sign up with phone numbers needs a role that sends SMS, so only a given "
    "pool is one",
    lambda variant, first_engine: variant.sign_in_name is SignInName.PHONE_NUMBER,
)
NO_DEVICE_PROVED = Exclusion(
    "no device proved",
    "the password is sent as it is and the scenario proves no device, so no SRP engine takes "
    "part and one stands for all",
    lambda variant, first_engine: not variant.flow.by_srp and variant.engine != first_engine,
)

#: Every exclusion. The first two apply to all scenarios, the others only to those that name them.
EXCLUSIONS = (NOTHING_PROVED_BY_SRP, NO_SMS, NO_DEVICE_PROVED)


@dataclass(frozen=True)
class Case:
    """One run of a scenario.

    Attributes:
        label: the test id.
        variant: the combination of pool and flow.
        arguments: values of the scenario's own arguments, by their names.
    """

    label: str
    variant: Variant
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Variation:
    """What a scenario varies, with the values of each.

    Attributes:
        dimensions: the values of each varied dimension, by its name in :class:`Variant`.
        arguments: the same for the scenario's own arguments, which are part of the pairs.
        engines: whether the SRP engines of the run are varied too.
        without: the combinations to leave out of the product.
    """

    dimensions: Mapping[str, tuple[Any, ...]]
    arguments: Mapping[str, tuple[Any, ...]]
    engines: bool
    without: tuple[Exclusion, ...]

    def product(self, engines: Sequence[str]) -> list[Case]:
        """Return every combination that is not left out, for the engines of this run."""
        engine = {"engine": tuple(engines) if self.engines else tuple(engines[:1])}
        values = {**self.dimensions, **engine, **self.arguments}
        rows = (dict(zip(values, row, strict=True)) for row in product(*values.values()))
        cases = (self._case(row) for row in rows)
        return [case for case in cases if not self.left_out(case.variant, engines[0])]

    def pairs(self, engines: Sequence[str]) -> list[Case]:
        """Return a few combinations that contain all pairs, for the engines of this run."""
        by_row = {self._row(case): case for case in self.product(engines)}
        return [by_row[row] for row in all_pairs(list(by_row))]

    def on(self, pool: Variant, flows: Sequence[Flow]) -> Variation:
        """Return the same for one pool: a dimension that is not named has the pool's value.

        Args:
            pool: the variant that the pool is.
            flows: the flows that its app client allows.
        """
        here: dict[str, tuple[Any, ...]] = {}
        for name in POOL_DIMENSIONS:
            value = getattr(pool, name)
            here[name] = (value,) if _fits(value, self.dimensions.get(name, (value,))) else ()
        named = self.dimensions.get("flow", (pool.flow,))
        here["flow"] = tuple(flow for flow in named if flow in flows)
        without = tuple(each for each in self.without if each is not NO_SMS)
        return replace(self, dimensions=here, without=without)

    def left_out(self, variant: Variant, first_engine: str) -> Exclusion | None:
        """Return the exclusion that leaves a combination out, or ``None`` if it stays in."""
        those = (each for each in self.without if each.applies(variant, first_engine))
        return next(those, None)

    def _case(self, row: Mapping[str, Any]) -> Case:
        arguments = {name: row[name] for name in self.arguments}
        variant = Variant(**{name: row[name] for name in row if name not in arguments})
        case = Case("", variant, arguments)
        return replace(case, label="-".join(_label(value) for value in self._row(case)))

    def _row(self, case: Case) -> tuple[Any, ...]:
        """Return the values that differ among the cases; for a single case, all of them."""
        several = [name for name, those in self.dimensions.items() if len(those) > 1]
        names = [*several, *(["engine"] if self.engines else [])]
        if not names and not self.arguments:
            names = list(self.dimensions)
        return (
            *(getattr(case.variant, name) for name in names),
            *case.arguments.values(),
        )


def varied(
    *,
    mfa: Iterable[Mfa] | None = None,
    devices: Iterable[Devices] | None = None,
    sign_in_name: Iterable[SignInName] | None = None,
    client: Iterable[Client] | None = None,
    flow: Iterable[Flow] | None = None,
    second_factors: Iterable[SecondFactors] | None = None,
    first_factors: Iterable[FirstFactors] | None = None,
    engines: bool = False,
    without: Sequence[Exclusion] = (),
    **arguments: Iterable[Any],
) -> pytest.MarkDecorator:
    """Run a scenario over combinations of the given values; a whole enum means all of them.

    A dimension with one value is fixed, and does not appear in the test id.

    Args:
        mfa: the pool's MfaConfiguration.
        devices: the pool's DeviceConfiguration.
        sign_in_name: what users sign in with.
        client: the app client, with or without a secret.
        flow: the flow to sign in with.
        second_factors: the pool's second factors.
        first_factors: the pool's first factors, or some of them.
        engines: whether to run with every SRP engine of the run.
        without: exclusions in addition to those that apply to all.
        arguments: values for the scenario's own arguments.
    """
    given = {
        "mfa": mfa,
        "devices": devices,
        "sign_in_name": sign_in_name,
        "client": client,
        "flow": flow,
        "second_factors": second_factors,
        "first_factors": first_factors,
    }
    dimensions = {name: tuple(those) for name, those in given.items() if those is not None}
    own = {name: tuple(those) for name, those in arguments.items()}
    exclusions = (NOTHING_PROVED_BY_SRP, NO_SMS, *without)
    return pytest.mark.varied(Variation(dimensions, own, engines, exclusions))


def wants_everything(mark_expression: str) -> bool:
    """Return whether the expression given to ``-m`` asks for the full product.

    It does if it names ``exhaustive``, except in ``not exhaustive``.
    """
    return re.search(r"(?<!\bnot )\bexhaustive\b", mark_expression) is not None


def _fits(value: Any, named: Iterable[Any]) -> bool:
    """Return whether a pool with this value is one of those that a scenario names."""
    if isinstance(value, FirstFactors):
        return any(one.is_part_of(value) for one in named)
    return value in named


def _label(value: Any) -> str:
    """Return a value's name in a test id: its label, its ``__name__``, or the value itself."""
    return str(getattr(value, "label", None) or getattr(value, "__name__", value))
