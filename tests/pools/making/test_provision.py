"""Provisioning: a complete pool or no pool."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.pools.making.journal import Belonging, NoJournal
from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.senders import NO_SENDERS, Senders
from harness.redaction import Secret
from harness.users.attributes import AttributeLimits
from tests.flows.stubs import stubbed

POOL_ID = "us-east-1_AbCdEf123"
CLIENT_ID = "1h57kf5cpq17m0eml12EXAMPLE"
SPEC = PoolSpec(mfa="ON", client_secret=True)
TAGS = {"run": "run1", "owner": "tests"}


def expect_pool(script: Stubber, spec: PoolSpec = SPEC) -> None:
    """Expect CreateUserPool, with the run's prefix and tags."""
    request = {**spec.create_user_pool_request(), "PoolName": "run1-pool", "UserPoolTags": TAGS}
    script.add_response("create_user_pool", {"UserPool": {"Id": POOL_ID}}, request)


def expect_client(script: Stubber, spec: PoolSpec = SPEC, **created: Any) -> None:
    """Expect CreateUserPoolClient."""
    answer = {"UserPoolClient": {"ClientId": CLIENT_ID, **created}}
    script.add_response("create_user_pool_client", answer, spec.create_client_request(POOL_ID))


def expect_mfa(script: Stubber) -> None:
    """Expect SetUserPoolMfaConfig."""
    script.add_response("set_user_pool_mfa_config", {}, SPEC.mfa_config_request(POOL_ID))


def expect_deletion(script: Stubber) -> None:
    """Expect DeleteUserPool."""
    script.add_response("delete_user_pool", {}, {"UserPoolId": POOL_ID})


def test_pool_with_mfa_and_secret() -> None:
    """It creates the pool, switches on MFA and creates the client; the secret stays hidden."""
    client, script = stubbed()
    expect_pool(script)
    expect_mfa(script)
    expect_client(script, ClientSecret="client-secret-client-secret")
    pool = provision(client, SPEC, name_prefix="run1-", tags=TAGS)
    secret = Secret("client-secret-client-secret")
    assert pool == ProvisionedPool(POOL_ID, AppClient(POOL_ID, CLIENT_ID, secret), SPEC)
    assert "client-secret-client" not in repr(pool)
    script.assert_no_pending_responses()


def test_pool_without_mfa_or_secret() -> None:
    """With MFA OFF nothing is switched on; a client without a secret has none."""
    client, script = stubbed()
    expect_pool(script, PoolSpec())
    expect_client(script, PoolSpec())
    pool = provision(client, PoolSpec(), name_prefix="run1-", tags=TAGS)
    assert pool.app.client_secret is None
    script.assert_no_pending_responses()


@pytest.mark.parametrize("failing", ["set_user_pool_mfa_config", "create_user_pool_client"])
def test_nothing_is_left_behind(failing: str) -> None:
    """A pool whose setup fails is deleted, and Cognito's error is raised unchanged."""
    client, script = stubbed()
    expect_pool(script)
    if failing == "create_user_pool_client":
        expect_mfa(script)
    script.add_client_error(failing, "TooManyRequestsException", "Rate exceeded")
    expect_deletion(script)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        provision(client, SPEC, name_prefix="run1-", tags=TAGS)
    script.assert_no_pending_responses()


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool is also deleted if its setup is interrupted."""
    client, script = stubbed()
    expect_pool(script)
    expect_deletion(script)

    def interrupt(**request: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "set_user_pool_mfa_config", interrupt)
    with pytest.raises(KeyboardInterrupt):
        provision(client, SPEC, name_prefix="run1-", tags=TAGS)
    script.assert_no_pending_responses()


def test_deletion_fails_as_well() -> None:
    """If the deletion fails too, the error names the pool and both reasons."""
    client, script = stubbed()
    expect_pool(script)
    script.add_client_error("set_user_pool_mfa_config", "InvalidParameterException", "first")
    script.add_client_error("delete_user_pool", "TooManyRequestsException", "second")
    with pytest.raises(HarnessError, match=f"{POOL_ID} is left behind.*second.*first"):
        provision(client, SPEC, name_prefix="run1-", tags=TAGS)


def test_no_pool_at_all() -> None:
    """If the pool is not created, nothing is deleted."""
    client, script = stubbed()
    script.add_client_error("create_user_pool", "LimitExceededException", "Too many pools")
    with pytest.raises(ClientError, match="LimitExceededException"):
        provision(client, SPEC, name_prefix="run1-", tags=TAGS)
    script.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "noted"), [(400, ["planned", "gone"]), (500, ["planned"]), (503, ["planned"])]
)
def test_journal_keeps_a_pool_that_may_exist(status: int, noted: list[str]) -> None:
    """After an error of the server there may be a pool, so the journal does not call it gone."""
    client, script = stubbed()
    script.add_client_error("create_user_pool", "AnyException", http_status_code=status)
    entries: list[str] = []

    class Noted(NoJournal):
        def planned(self, belonging: Belonging) -> None:
            entries.append("planned")

        def gone(self, belonging: Belonging) -> None:
            entries.append("gone")

    with pytest.raises(ClientError, match="AnyException"):
        provision(client, SPEC, name_prefix="run1-", tags=TAGS, journal=Noted())
    assert entries == noted


@pytest.mark.parametrize(
    "fields",
    [
        {"attribute_limits": (AttributeLimits("name", 3, 9),)},
        {"recovery_order": ("email", "phone_number")},
        {"confirms_by_link": True},
        {"update_needs_verification": ("email",)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_only_files_have_is_refused(fields: dict[str, Any]) -> None:
    """A field that a pool without a file does not get is one message, and nothing is made."""
    (name,) = fields
    client, _ = stubbed()
    with pytest.raises(ConfigurationError) as caught:
        provision(client, PoolSpec(**fields), name_prefix="test-", tags={})
    assert str(caught.value).startswith(f"{name}: cannot use ")
    assert f"a pool has it only from a file; without one, {name} is" in str(caught.value)


SES = Senders(email_identity="arn:aws:ses:us-east-1:123456789012:identity/shop.example.com")
SNS = Senders(sms_role="arn:aws:iam::123456789012:role/texts", external_id="shop")
CHOICE = ("ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH")


@pytest.mark.fact("N006", "N007")
@pytest.mark.parametrize(
    ("fields", "senders", "needed"),
    [
        ({"mfa": "ON", "second_factors": ("SMS_MFA",)}, SES, "IAM role"),
        ({"mfa": "ON", "second_factors": ("SOFTWARE_TOKEN_MFA", "EMAIL_OTP")}, SNS, "SES identity"),
        ({"first_factors": ("PASSWORD", "SMS_OTP"), "auth_flows": CHOICE}, SES, "IAM role"),
    ],
)
def test_a_factor_needs_its_sender(fields: dict[str, Any], senders: Senders, needed: str) -> None:
    """Without the sender of a factor, one message says which is missing, and nothing is made."""
    client, _ = stubbed()
    for given in (NO_SENDERS, senders):
        with pytest.raises(ConfigurationError, match=needed):
            provision(client, PoolSpec(**fields), name_prefix="test-", tags={}, senders=given)


def test_senders_of_a_pool() -> None:
    """A pool gets the senders that its factors need, and SetUserPoolMfaConfig has them too."""
    spec = PoolSpec(mfa="ON", second_factors=("SMS_MFA", "EMAIL_OTP"))
    senders = Senders("arn:aws:iam::123456789012:role/texts", "shop", SES.email_identity)
    texts = {"SnsCallerArn": "arn:aws:iam::123456789012:role/texts", "ExternalId": "shop"}
    emails = {"EmailSendingAccount": "DEVELOPER", "SourceArn": SES.email_identity}
    request = dict(spec.create_user_pool_request(senders))
    assert (request["SmsConfiguration"], request["EmailConfiguration"]) == (texts, emails)
    mfa = spec.mfa_config_request(POOL_ID, senders)
    assert mfa is not None
    assert mfa["SmsMfaConfiguration"] == {"SmsConfiguration": texts}
    assert mfa["EmailMfaConfiguration"] == {}
    assert "SoftwareTokenMfaConfiguration" not in mfa


@pytest.mark.fact("N007")
def test_codes_by_cognitos_own_sender() -> None:
    """EMAIL_OTP as a first factor needs no SES identity: Cognito's own sender sends it too."""
    spec = PoolSpec(first_factors=("PASSWORD", "EMAIL_OTP"), auth_flows=CHOICE)
    client, script = stubbed()
    expect_pool(script, spec)
    expect_client(script, spec)
    provision(client, spec, name_prefix="run1-", tags=TAGS)
    script.assert_no_pending_responses()
    assert "EmailConfiguration" not in spec.create_user_pool_request()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"first_factors": ("EMAIL_OTP",)}, "PASSWORD must be among them"),
        ({"first_factors": ("PASSWORD", "WEB_AUTHN")}, "add ALLOW_USER_AUTH"),
        ({"mfa": "ON", "second_factors": ()}, "needs a second factor"),
        ({"second_factors": ("SMS_MFA",)}, "has no second factor"),
    ],
    ids=["no password", "no flow", "no second factor", "no mfa"],
)
def test_what_only_a_pool_that_exists_may_have(fields: dict[str, Any], expected: str) -> None:
    """What no new pool can have is one message; a pool that exists is believed."""
    client, _ = stubbed()
    spec = PoolSpec(**fields)
    with pytest.raises(ConfigurationError, match=expected):
        provision(client, spec, name_prefix="test-", tags={})


def test_deprovision() -> None:
    """Deleting a pool also deletes its app client and users."""
    client, script = stubbed()
    expect_deletion(script)
    deprovision(client, ProvisionedPool(POOL_ID, AppClient(POOL_ID, CLIENT_ID), SPEC))
    script.assert_no_pending_responses()


def test_a_pool_that_is_gone_counts_as_deleted() -> None:
    """If the response to a deletion is lost, boto3 sends it again to a pool that is gone."""
    pool = ProvisionedPool(POOL_ID, AppClient(POOL_ID, CLIENT_ID), SPEC)
    client, script = stubbed()
    script.add_client_error("delete_user_pool", "ResourceNotFoundException")
    deprovision(client, pool)
    script.assert_no_pending_responses()
