"""What the tests of the app share."""

import pytest

from harness import DeviceTracking, PoolSpec

from members import Members


@pytest.fixture
def cognito_pool_spec():
    """The pool of every test here, as template.yaml has it."""
    return PoolSpec(
        mfa="ON",
        device_tracking=DeviceTracking(),
        auth_flows=("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    )


@pytest.fixture
def members(cognito_target, cognito_app):
    """The app's own code, at the pool of the run."""
    return Members(cognito_target.client(), cognito_app.client_id)
