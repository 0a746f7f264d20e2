"""Values of another type than the field of a specification has."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.spec.pool_spec import PoolSpec


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"passkeys_verify_user": "preferred"}, "it must be True or False"),
        ({"passkeys_count_as_mfa": "SINGLE_FACTOR"}, "it must be True or False"),
        ({"client_secret": "no"}, "it must be True or False"),
        ({"first_factors": "EMAIL_OTP"}, "it must be a tuple, such as ('EMAIL_OTP',)"),
        (
            {"first_factors": ["PASSWORD", "EMAIL_OTP"]},
            "it must be a tuple, such as ('PASSWORD', 'EMAIL_OTP')",
        ),
        (
            {"read_attributes": "email"},
            "it must be a tuple or None, such as ('email',)",
        ),
        ({"first_factors": 7}, "it must be a tuple"),
        ({"relying_party_id": 7}, "it must be a text or None"),
        ({"access_token_validity": 3600}, "it must be a timedelta or None"),
        ({"device_tracking": True}, "it must be a DeviceTracking or None"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_another_type_is_refused(fields: dict[str, Any], hint: str) -> None:
    """The message names the field and what it takes, and writes a text or list as a tuple."""
    with pytest.raises(ConfigurationError) as refused:
        PoolSpec(**fields)
    assert str(refused.value).startswith(f"{next(iter(fields))}: cannot use ")
    assert str(refused.value).endswith(f"; {hint}")


def test_the_types_of_the_fields_are_accepted() -> None:
    """A value of the type of its field is accepted, and None where the field may be empty."""
    PoolSpec(passkeys_verify_user=True, read_attributes=("email",), relying_party_id=None)
