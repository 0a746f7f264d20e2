"""Domains of pools that a run makes: their names, and their deletion before their pools'."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from harness import AppClient, ManagedLogin, PoolSpec, ProvisionedPool, ResourceServer
from harness.clock import VirtualClock
from harness.errors import HarnessError
from harness.pools.making.domains import delete_pool, domain_name
from harness.pools.making.provision_spec import deprovision, provision
from tests.flows.stubs import stubbed

POOL_ID = "us-east-1_AbCdEf123"
DOMAIN = "mfa-harness-run1-1-pool-abcdef123"
MODEL = re.compile(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")
TAKEN = "User pool cannot be deleted. It has a domain configured that should be deleted first."
APP = AppClient(POOL_ID, "1h57kf5cpq17m0eml12EXAMPLE")
POOL = ProvisionedPool(POOL_ID, APP, PoolSpec(), domain=DOMAIN)


def expect_deletion(script: Stubber) -> None:
    """Expect DeleteUserPool."""
    script.add_response("delete_user_pool", {}, {"UserPoolId": POOL_ID})


def expect_domain_deletion(script: Stubber, domain: str = DOMAIN) -> None:
    """Expect DeleteUserPoolDomain."""
    wanted = {"UserPoolId": POOL_ID, "Domain": domain}
    script.add_response("delete_user_pool_domain", {}, wanted)


def expect_refusal(script: Stubber) -> None:
    """Expect DeleteUserPool, and refuse it because of a domain (H005)."""
    script.add_client_error("delete_user_pool", "InvalidParameterException", TAKEN)


def expect_description(script: Stubber, **members: str) -> None:
    """Expect DescribeUserPool, and show a pool with these members."""
    script.add_response(
        "describe_user_pool", {"UserPool": {"Id": POOL_ID, **members}}, {"UserPoolId": POOL_ID}
    )


@pytest.mark.parametrize(
    ("pool_name", "user_pool_id", "name"),
    [
        ("cognito-harness-a1b2c3-main-1-pool", POOL_ID, "mfa-harness-a1b2c3-main-1-pool-abcdef123"),
        ("", POOL_ID, "mfa-harness-abcdef123"),
        ("Shop, pool!", POOL_ID, "mfa-harness-shop-pool-abcdef123"),
        ("My Cognito on AWS", "eu-west-1_xAwSx1234", "mfa-harness-my-cgnt-on-a-ws-xa-wsx1234"),
        ("amazon-cognitoaws", "eu-west-1_Amazon123", "mfa-harness-amzn-cgnta-ws-amzn123"),
        ("größe", POOL_ID, "mfa-harness-gr-e-abcdef123"),
    ],
)
def test_name_of_a_domain(pool_name: str, user_pool_id: str, name: str) -> None:
    """A domain has the harness's prefix, the run, the pool, and none of the reserved words."""
    assert domain_name(pool_name, user_pool_id) == name


@pytest.mark.parametrize("length", [1, 41, 42, 43, 44, 128])
def test_name_of_a_long_pool(length: int) -> None:
    """However long PoolName is, the domain has at most 63 characters, and ends in the pool's id."""
    found = domain_name("run-" * (length // 4) + "x" * (length % 4), POOL_ID)
    assert MODEL.fullmatch(found)
    assert found.startswith("mfa-harness-")
    assert found.endswith("-abcdef123")


def test_domain_goes_before_its_pool() -> None:
    """A pool is deleted after its domain, without a look at the pool."""
    client, script = stubbed()
    expect_domain_deletion(script)
    expect_deletion(script)
    deprovision(client, POOL)
    script.assert_no_pending_responses()


def test_domain_that_is_in_the_way() -> None:
    """A domain that nobody has noted is found when Cognito refuses to delete its pool."""
    client, script = stubbed()
    expect_refusal(script)
    expect_description(script, Domain=DOMAIN)
    expect_domain_deletion(script)
    expect_deletion(script)
    delete_pool(client, POOL_ID)
    script.assert_no_pending_responses()


def test_domain_that_takes_its_time() -> None:
    """A pool whose domain is still going is asked about again."""
    client, script = stubbed()
    expect_domain_deletion(script)
    for _ in range(3):
        expect_refusal(script)
        expect_description(script)
    expect_deletion(script)
    clock = VirtualClock(frozen=True)
    began = clock.time()
    delete_pool(client, POOL_ID, DOMAIN, clock)
    script.assert_no_pending_responses()
    assert clock.time() - began == pytest.approx(2)


def test_domain_that_never_goes() -> None:
    """After a minute, Cognito's refusal is raised."""
    client, script = stubbed()
    for _ in range(100):
        expect_refusal(script)
        expect_description(script)
    clock = VirtualClock(frozen=True)
    began = clock.time()
    with pytest.raises(ClientError, match="It has a domain configured"):
        delete_pool(client, POOL_ID, waits=clock)
    assert clock.time() - began == pytest.approx(60, abs=2)


@pytest.mark.parametrize("kind", ["Domain", "CustomDomain"])
def test_domain_of_somebody_else_stays(kind: str) -> None:
    """A domain without the harness's prefix is not deleted, so the pool stays too."""
    client, script = stubbed()
    expect_refusal(script)
    expect_description(script, **{kind: "login.example.com"})
    with pytest.raises(ClientError, match="It has a domain configured"):
        delete_pool(client, POOL_ID)
    script.assert_no_pending_responses()


def test_another_refusal_is_raised() -> None:
    """A pool that is refused for another reason is neither described nor asked about again."""
    client, script = stubbed()
    script.add_client_error("delete_user_pool", "InvalidParameterException", "It is protected")
    with pytest.raises(ClientError, match="It is protected"):
        delete_pool(client, POOL_ID)
    script.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InvalidParameterException"])
def test_a_domain_that_is_gone_counts_as_deleted(code: str) -> None:
    """If the response to a deletion is lost, boto3 sends it again, and the domain is gone."""
    client, script = stubbed()
    script.add_client_error("delete_user_pool_domain", code, "No such domain")
    if code == "InvalidParameterException":
        expect_description(script)
    expect_deletion(script)
    delete_pool(client, POOL_ID, DOMAIN)
    script.assert_no_pending_responses()


def test_a_domain_that_cannot_be_deleted() -> None:
    """If a domain stays, the refusal of its deletion is raised, and the pool is not touched."""
    client, script = stubbed()
    script.add_client_error("delete_user_pool_domain", "InvalidParameterException", "in use")
    expect_description(script, Domain=DOMAIN)
    with pytest.raises(ClientError, match="in use"):
        delete_pool(client, POOL_ID, DOMAIN)
    script.assert_no_pending_responses()


@pytest.mark.parametrize("version", [1, 2])
def test_pool_with_managed_login(version: int) -> None:
    """Resource servers come before the app client, the domain after it, branding last (H008)."""
    spec = PoolSpec(
        managed_login=ManagedLogin(scopes=("openid", "api/read"), version=version),
        resource_servers=(ResourceServer("api", ("read",)),),
    )
    client, script = stubbed()
    made = {"UserPool": {"Id": POOL_ID}}
    asked = {**spec.create_user_pool_request(), "PoolName": "run1-1-pool", "UserPoolTags": {}}
    script.add_response("create_user_pool", made, asked)
    server = {"UserPoolId": POOL_ID, **spec.resource_servers[0].members()}
    script.add_response("create_resource_server", {"ResourceServer": {}}, server)
    app = {"UserPoolClient": {"ClientId": APP.client_id}}
    script.add_response("create_user_pool_client", app, spec.create_client_request(POOL_ID))
    domain = {"UserPoolId": POOL_ID, "Domain": DOMAIN, "ManagedLoginVersion": version}
    script.add_response("create_user_pool_domain", {}, domain)
    if version == 2:
        branding = {
            "UserPoolId": POOL_ID,
            "ClientId": APP.client_id,
            "UseCognitoProvidedValues": True,
        }
        script.add_response("create_managed_login_branding", {}, branding)
    pool = provision(
        client, spec, name_prefix="run1-1-", tags={}, locate=lambda name: f"https://{name}.test"
    )
    script.assert_no_pending_responses()
    assert pool.domain == DOMAIN
    assert pool.domain_url == f"https://{DOMAIN}.test"


def test_domain_of_a_pool_that_is_not_finished() -> None:
    """If the domain may have been made, it goes with the pool."""
    spec = PoolSpec(managed_login=ManagedLogin())
    client, script = stubbed()
    script.add_response("create_user_pool", {"UserPool": {"Id": POOL_ID}})
    script.add_response("create_user_pool_client", {"UserPoolClient": {"ClientId": "c"}})
    script.add_client_error("create_user_pool_domain", "InternalErrorException", "lost")
    expect_refusal(script)
    expect_description(script, Domain=DOMAIN)
    expect_domain_deletion(script)
    expect_deletion(script)
    with pytest.raises(ClientError, match="lost"):
        provision(client, spec, name_prefix="run1-1-", tags={})
    script.assert_no_pending_responses()


def test_pool_without_a_domain_has_no_url() -> None:
    """Whoever asks for the URL of a domain that is not there learns how to get one."""
    with pytest.raises(HarnessError, match=r"PoolSpec\(managed_login=ManagedLogin\(\)\)"):
        _ = ProvisionedPool(POOL_ID, APP, PoolSpec()).domain_url
    with pytest.raises(HarnessError, match=r"use target.domain_url\(pool.domain\)"):
        _ = POOL.domain_url
