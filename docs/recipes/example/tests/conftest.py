"""Fixtures that the tests of the app share."""

import pytest

from harness import DeviceTracking, PoolSpec, given_pool_or_none

from accounts import Accounts


@pytest.fixture
def cognito_pool_spec(pytestconfig):
    """The pool of --cognito-pool as it is; without that option, what template.yaml should say."""
    given = given_pool_or_none(pytestconfig)
    if given is not None:
        return given.spec
    return PoolSpec(
        mfa="ON",
        device_tracking=DeviceTracking(),
        auth_flows=("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    )


@pytest.fixture
def accounts(cognito_target, cognito_app):
    """The app's own code, connected to the pool of the run."""
    return Accounts(cognito_target.client(), cognito_app.client_id)
