"""What the tests of the app share."""

import pytest

from harness import DeviceTracking, PoolSpec, given_pool_or_none

from members import Members


@pytest.fixture
def cognito_pool_spec(pytestconfig):
    """The pool of --cognito-pool as it is; without one, what template.yaml should say."""
    given = given_pool_or_none(pytestconfig)
    if given is not None:
        return given.spec
    return PoolSpec(
        mfa="ON",
        device_tracking=DeviceTracking(),
        auth_flows=("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    )


@pytest.fixture
def members(cognito_target, cognito_app):
    """The app's own code, at the pool of the run."""
    return Members(cognito_target.client(), cognito_app.client_id)
