"""Pools of a run in a real account do not use other functions, senders and roles."""

from __future__ import annotations

from typing import Any

import pytest

from harness.pools.configuration.pool_configuration import Origin, Part, PoolConfiguration, Unknown
from harness.pools.making.isolation import isolated
from harness.pools.making.provision_configuration import provision_configuration
from harness.targets.emulated import EmulatedTarget

SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:111122223333:identity/shop@example.org",
    "From": "Shop <shop@example.org>",
}
SMS = {"SnsCallerArn": "arn:aws:iam::111122223333:role/shop", "ExternalId": "shop"}
TRIGGERS = {"PreSignUp": "arn:aws:lambda:us-east-1:111122223333:function:shop"}


def configuration(**members: Any) -> PoolConfiguration:
    """Return a pool with an app client, as in a snapshot."""
    return PoolConfiguration(
        Origin("snapshot", "shop.json"),
        Part("pool", "shop", {"PoolName": "shop", **members}),
        Part("mfa", "shop", {"SmsMfaConfiguration": {"SmsConfiguration": SMS}}),
        (Part("client", "web", {"AnalyticsConfiguration": {"ApplicationId": "a"}}),),
    )


def test_connections_are_left_out() -> None:
    """Triggers and senders are left out and reported."""
    theirs = configuration(LambdaConfig=TRIGGERS, EmailConfiguration=SES, SmsConfiguration=SMS)
    target = EmulatedTarget(region="us-east-1")
    target.start()
    made = provision_configuration(target.client(), isolated(theirs), for_good=False)
    pool = target.client().describe_user_pool(UserPoolId=made.user_pool_id)["UserPool"]
    target.stop()
    assert "111122223333" not in str(pool)
    assert pool["Name"] == "shop"
    assert set(made.left_out) == {
        "pool shop: LambdaConfig",
        "pool shop: EmailConfiguration",
        "pool shop: SmsConfiguration",
        "mfa shop: SmsMfaConfiguration.SmsConfiguration",
        "client web: AnalyticsConfiguration",
    }
    assert "not copied" in str(made.left_out["pool shop: LambdaConfig"])


@pytest.mark.parametrize(
    "members",
    [
        {"LambdaConfig": {}, "EmailConfiguration": {}},
        {"EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"}},
        {"EmailConfiguration": Unknown("Ref Email"), "MfaConfiguration": "ON"},
    ],
)
def test_settings_that_stay(members: dict[str, Any]) -> None:
    """A setting without a connection stays."""
    assert isolated(configuration(**members)).pool == configuration(**members).pool


@pytest.mark.parametrize(
    "email", [{"EmailSendingAccount": Unknown("Ref Sender")}, {"SourceArn": SES["SourceArn"]}]
)
def test_possible_senders(email: dict[str, Any]) -> None:
    """A setting that could be a sender is left out."""
    found = isolated(configuration(EmailConfiguration=email)).pool.members["EmailConfiguration"]
    assert isinstance(found, Unknown)
