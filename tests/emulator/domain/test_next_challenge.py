"""The order of challenges as a table: from facts about a sign-in to its next challenge."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from harness.emulator.domain.next_challenge import (
    FACTORS,
    DeviceFacts,
    Facts,
    factors_to_choose,
    next_challenge,
)

SMS, TOTP, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
#: Remembered, MFA passed with it before, in a pool where devices replace MFA.
TRUSTED = DeviceFacts(remembered=True, may_replace_mfa=True)
#: Remembered, but the pool requires MFA too, or MFA was never passed with it.
REMEMBERED = DeviceFacts(remembered=True, may_replace_mfa=False)
#: Confirmed, but not remembered.
TRACKED = DeviceFacts(remembered=False, may_replace_mfa=True)

ROWS: list[tuple[str, dict[str, Any], str | None]] = [
    # A temporary password comes before everything (A166, D096).
    ("temporary-password", {"temporary_password": True}, "NEW_PASSWORD_REQUIRED"),
    (
        "temporary-password-before-mfa",
        {"temporary_password": True, "mfa_mode": "ON", "enabled_factors": (TOTP,)},
        "NEW_PASSWORD_REQUIRED",
    ),
    (
        "temporary-password-before-device",
        {"temporary_password": True, "device": TRUSTED},
        "NEW_PASSWORD_REQUIRED",
    ),
    # MFA OFF: no factor is asked for, whatever the user has (A166).
    ("off", {}, None),
    ("off-with-factor", {"enabled_factors": (TOTP,), "preferred_factor": TOTP}, None),
    # OPTIONAL: what the user switched on, and nothing else (A240, A241).
    ("optional-nothing-enabled", {"mfa_mode": "OPTIONAL"}, None),
    (
        "optional-available-is-not-enabled",
        {"mfa_mode": "OPTIONAL", "available_factors": (TOTP, SMS)},
        None,
    ),
    ("optional-totp", {"mfa_mode": "OPTIONAL", "enabled_factors": (TOTP,)}, TOTP),
    ("optional-sms", {"mfa_mode": "OPTIONAL", "enabled_factors": (SMS,)}, SMS),
    ("optional-email", {"mfa_mode": "OPTIONAL", "enabled_factors": (EMAIL,)}, EMAIL),
    (
        "optional-two-none-preferred",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (TOTP, SMS)},
        "SELECT_MFA_TYPE",
    ),
    (
        "optional-two-one-preferred",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (TOTP, SMS), "preferred_factor": SMS},
        SMS,
    ),
    (
        "optional-chosen-beats-preferred",
        {
            "mfa_mode": "OPTIONAL",
            "enabled_factors": (TOTP, SMS),
            "preferred_factor": SMS,
            "chosen_factor": TOTP,
        },
        TOTP,
    ),
    (
        "optional-preferred-but-off",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (TOTP,), "preferred_factor": SMS},
        TOTP,
    ),
    (
        "optional-passed",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (TOTP,), "mfa_passed": True},
        None,
    ),
    # ON: a user without a factor sets one up (A204); an existing factor is asked for (A208, A243).
    ("on-nothing", {"mfa_mode": "ON"}, "MFA_SETUP"),
    ("on-available", {"mfa_mode": "ON", "available_factors": (TOTP,)}, TOTP),
    ("on-available-sms", {"mfa_mode": "ON", "available_factors": (SMS,)}, SMS),
    (
        "on-two-available",
        {"mfa_mode": "ON", "available_factors": (SMS, TOTP)},
        "SELECT_MFA_TYPE",
    ),
    (
        "on-enabled-hides-available",
        {"mfa_mode": "ON", "enabled_factors": (TOTP,), "available_factors": (SMS, TOTP)},
        TOTP,
    ),
    ("on-set-up-done", {"mfa_mode": "ON", "mfa_passed": True}, None),
    # A remembered device: asked in every sign-in (D093), replaces SMS and TOTP (D053, D088).
    ("off-remembered", {"device": REMEMBERED}, "DEVICE_SRP_AUTH"),
    ("off-tracked", {"device": TRACKED}, None),
    ("off-remembered-proven", {"device": REMEMBERED, "device_proven": True}, None),
    (
        "trusted-replaces-totp",
        {"mfa_mode": "ON", "enabled_factors": (TOTP,), "device": TRUSTED},
        "DEVICE_SRP_AUTH",
    ),
    (
        "trusted-replaces-sms",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (SMS,), "device": TRUSTED},
        "DEVICE_SRP_AUTH",
    ),
    (
        "trusted-replaces-the-choice",
        {"mfa_mode": "OPTIONAL", "enabled_factors": (SMS, TOTP), "device": TRUSTED},
        "DEVICE_SRP_AUTH",
    ),
    (
        "trusted-proven",
        {
            "mfa_mode": "ON",
            "enabled_factors": (TOTP,),
            "device": TRUSTED,
            "device_proven": True,
        },
        None,
    ),
    (
        "trusted-does-not-replace-email",
        {"mfa_mode": "ON", "enabled_factors": (EMAIL,), "device": TRUSTED},
        EMAIL,
    ),
    (
        "trusted-does-not-replace-set-up",
        {"mfa_mode": "ON", "device": TRUSTED},
        "MFA_SETUP",
    ),
    # Remembered without replacing: MFA first, then the device (D092).
    (
        "remembered-mfa-first",
        {"mfa_mode": "ON", "enabled_factors": (TOTP,), "device": REMEMBERED},
        TOTP,
    ),
    (
        "remembered-after-mfa",
        {
            "mfa_mode": "ON",
            "enabled_factors": (TOTP,),
            "device": REMEMBERED,
            "mfa_passed": True,
        },
        "DEVICE_SRP_AUTH",
    ),
    (
        "remembered-both-proven",
        {
            "mfa_mode": "ON",
            "enabled_factors": (TOTP,),
            "device": REMEMBERED,
            "mfa_passed": True,
            "device_proven": True,
        },
        None,
    ),
    # Tracked only: as if there were no device (D094).
    (
        "tracked-mfa",
        {"mfa_mode": "ON", "enabled_factors": (TOTP,), "device": TRACKED},
        TOTP,
    ),
    (
        "tracked-after-mfa",
        {"mfa_mode": "ON", "enabled_factors": (TOTP,), "device": TRACKED, "mfa_passed": True},
        None,
    ),
]


@pytest.mark.fact("A166", "A203", "A204", "A208", "A240", "A241", "A243")
@pytest.mark.fact("D053", "D088", "D092", "D093", "D094", "D096", "D101", "D102", "D.7", "D.9")
@pytest.mark.parametrize(
    ("facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_facts_lead_to_next_challenge(facts: dict[str, Any], expected: str | None) -> None:
    """Each row of facts leads to the expected challenge."""
    assert next_challenge(Facts(**facts)) == expected


def every_set_of_factors() -> list[tuple[str, ...]]:
    """Return all subsets of the second factors."""
    sizes = range(len(FACTORS) + 1)
    return [chosen for size in sizes for chosen in itertools.combinations(FACTORS, size)]


@pytest.mark.parametrize("factors", every_set_of_factors(), ids=lambda factors: "+".join(factors))
def test_on_pool_requires_mfa_or_trusted_device(
    factors: tuple[str, ...],
) -> None:
    """A pool with MFA ON asks until MFA has passed or a trusted device is proven."""
    for device, proven in itertools.product((None, TRACKED, REMEMBERED), (False, True)):
        facts = Facts(mfa_mode="ON", enabled_factors=factors, device=device, device_proven=proven)
        assert next_challenge(facts) is not None


def test_factors_are_listed_in_fixed_order() -> None:
    """The order of offered factors does not depend on the order they were switched on."""
    facts = Facts(mfa_mode="OPTIONAL", enabled_factors=(EMAIL, TOTP, SMS))
    assert factors_to_choose(facts) == (SMS, TOTP, EMAIL)


def test_pool_without_mfa_offers_no_factors() -> None:
    """A pool with MFA OFF offers no factors."""
    assert factors_to_choose(Facts(enabled_factors=(TOTP,))) == ()
