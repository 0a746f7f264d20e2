"""Which scenarios apply to a given pool, and in which variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import GivenPool
from harness.pools.sources import load
from harness.pools.spec.conversion import spec_of
from scenarios.support.given_pools import variant_of, why_not
from scenarios.support.pool_under_test import flows_of
from scenarios.support.variants import (
    Client,
    Devices,
    FirstFactors,
    Flow,
    Mfa,
    SecondFactors,
    SignInName,
    Variation,
)

POOL = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UsernameAttributes: [email]
      MfaConfiguration: OPTIONAL
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      DeviceConfiguration: {DeviceOnlyRememberedOnUserPrompt: true}
  App:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      GenerateSecret: true
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH]
"""


@pytest.fixture
def given(tmp_path: Path) -> GivenPool:
    """A pool of a file."""
    path = tmp_path / "pool.yaml"
    path.write_text(POOL, encoding="utf-8")
    configuration = load(path)
    return GivenPool(configuration, spec_of(configuration), "App")


def variation(**dimensions: tuple[object, ...]) -> Variation:
    """Return a variation of the given dimensions."""
    return Variation(dimensions, {}, engines=False, without=())


def test_pool_is_one_variant(given: GivenPool) -> None:
    """A pool is one variant, signed in to by a flow that its app client allows."""
    found = variant_of(given, "native")
    assert (found.mfa, found.sign_in_name) == (Mfa.OPTIONAL, SignInName.EMAIL)
    assert (found.devices, found.client) == (Devices.OPT_IN_BESIDE_MFA, Client.WITH_SECRET)
    assert found.flow is Flow.USER_PASSWORD_AUTH
    assert flows_of(given.spec) == (Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)


def test_what_is_named_is_narrowed_and_the_rest_is_as_the_pool(given: GivenPool) -> None:
    """Of the values that a scenario names the pool's own one stays, and the flows allowed."""
    pool = variant_of(given, "native")
    here = variation(mfa=tuple(Mfa), flow=tuple(Flow)).on(pool, flows_of(given.spec))
    cases = here.product(["native"])
    assert {case.variant.mfa for case in cases} == {Mfa.OPTIONAL}
    assert {case.variant.devices for case in cases} == {Devices.OPT_IN_BESIDE_MFA}
    assert [case.variant.flow for case in cases] == list(flows_of(given.spec))


@pytest.mark.parametrize(
    ("dimensions", "reason"),
    [
        ({"mfa": tuple(Mfa)}, None),
        ({"mfa": (Mfa.ON,)}, "MfaConfiguration is OPTIONAL"),
        ({"devices": (Devices.NOT_TRACKED,)}, "it must be NOT_TRACKED"),
        (
            {"second_factors": (SecondFactors.SMS, SecondFactors.TOTP_AND_EMAIL)},
            "; the second factors must be SMS_MFA or SOFTWARE_TOKEN_MFA and EMAIL_OTP",
        ),
        (
            {"first_factors": (FirstFactors.EMAIL_AND_PASSKEY,)},
            "; it must have PASSWORD and EMAIL_OTP and WEB_AUTHN",
        ),
        ({"sign_in_name": (SignInName.USERNAME,)}, "UsernameAttributes is email"),
        ({"client": (Client.PUBLIC,)}, "GenerateSecret is true"),
        ({"flow": (Flow.USER_SRP_AUTH,)}, "ExplicitAuthFlows is"),
    ],
)
def test_reason_names_the_setting_that_decides(
    given: GivenPool, dimensions: dict[str, tuple[object, ...]], reason: str | None
) -> None:
    """The reason names the setting, its value, its line, and what the scenario needs."""
    pool, flows = variant_of(given, "native"), flows_of(given.spec)
    told = why_not(given, variation(**dimensions), pool, flows)
    assert (told is None) == (reason is None)
    if reason is not None and told is not None:
        assert reason in told
        assert "pool.yaml, line" in told
