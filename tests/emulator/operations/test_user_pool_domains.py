"""Domains of user pools: which names they have, what is shown of them, and when they go."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.conftest import Call
from tests.emulator.support.expect import refused

MakePool = Callable[..., str]

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0"
CUSTOM: dict[str, Any] = {
    "Domain": "auth.example.com",
    "CustomDomainConfig": {"CertificateArn": CERTIFICATE},
}
TAKEN = "Domain already associated with another user pool."
CONFIGURED = "User pool already has a domain configured."
CHARACTERS = (
    "The domain name contains an invalid character. Domain names can only contain lower-case "
    "letters, numbers, and hyphens. Please enter a different name that follows this format: "
    r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
)
NO_CERTIFICATE = (
    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or "
    "doesn't include a valid certificate chain."
)
NO_SUBDOMAIN = (
    "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the "
    "parent domain or domain parent is a top-level domain."
)
NOT_FOUND = "No such domain or user pool exists."


def describe(call: Call, name: str) -> dict[str, Any]:
    """Return the description of a domain."""
    return dict(call("DescribeUserPoolDomain", Domain=name)["DomainDescription"])


def pool_elsewhere(engine: Engine, caller: Caller) -> str:
    """Create a pool of another account or Region, and return its id."""
    made = engine.call("CreateUserPool", {"PoolName": "other"}, caller)
    return str(made["UserPool"]["Id"])


@pytest.mark.fact("H001", "H007", "M145", "M145b")
def test_prefix_domain_is_described_completely(call: Call, pool_id: str) -> None:
    """The answer has the version alone; the description also has account, bucket and more."""
    answer = call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    assert answer == {"ManagedLoginVersion": 1}
    shown = describe(call, "shop")
    distribution = shown.pop("CloudFrontDistribution")
    assert distribution.endswith(".cloudfront.net")
    assert shown == {
        "UserPoolId": pool_id,
        "AWSAccountId": "123456789012",
        "Domain": "shop",
        "S3Bucket": "aws-cognito-prod-us-east-1-assets",
        "Version": "20240101000000",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    }
    assert call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]["Domain"] == "shop"


@pytest.mark.fact("H002b", "H004b", "H007")
def test_custom_domain_stands_beside_a_prefix(call: Call, pool_id: str) -> None:
    """A custom domain has a CloudFront domain, and both are members of the pool."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    answer = call("CreateUserPoolDomain", UserPoolId=pool_id, **CUSTOM)
    shown = describe(call, CUSTOM["Domain"])
    assert answer["CloudFrontDomain"] == shown["CloudFrontDistribution"]
    assert shown["CustomDomainConfig"] == {"CertificateArn": CERTIFICATE}
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert (pool["Domain"], pool["CustomDomain"]) == ("shop", "auth.example.com")


@pytest.mark.fact("H004c")
def test_unknown_domain_has_no_description(engine: Engine, call: Call, pool_id: str) -> None:
    """A domain that does not exist, or is another account's, has no members."""
    assert describe(call, "nowhere") == {}
    other = Caller(account="210987654321")
    named = {"UserPoolId": pool_elsewhere(engine, other), "Domain": "theirs"}
    engine.call("CreateUserPoolDomain", named, other)
    assert describe(call, "theirs") == {}


@pytest.mark.fact("H002", "H002c")
@pytest.mark.parametrize("name", ["Shop", "shop_a", "-shop", "shop-", "shop.example", "ärger"])
def test_prefix_is_one_label(call: Call, pool_id: str, name: str) -> None:
    """A prefix has lower-case letters, digits and hyphens, the last ones not at its ends."""
    with refused("InvalidParameterException", CHARACTERS):
        call("CreateUserPoolDomain", UserPoolId=pool_id, Domain=name)


@pytest.mark.fact("H002", "H002c")
def test_prefix_has_at_most_63_characters(call: Call, pool_id: str) -> None:
    """One more is a violation of the model, found before the characters are looked at."""
    from harness.emulator.api.validation import name_violations

    assert name_violations("DescribeUserPoolDomain", {"Domain": "a" * 63})
    with refused(
        "InvalidParameterException",
        f"1 validation error detected: Value '{'_' * 64}' at 'domain' failed to satisfy "
        "constraint: Member must have length less than or equal to 63",
    ):
        name_violations("DescribeUserPoolDomain", {"Domain": "_" * 64})


@pytest.mark.fact("H003")
@pytest.mark.parametrize(
    ("name", "word"), [("aws", "aws"), ("my-amazon", "amazon"), ("a-cognito-b", "cognito")]
)
def test_reserved_word_is_refused(call: Call, pool_id: str, name: str, word: str) -> None:
    """AWS keeps its own names to itself."""
    with refused("InvalidParameterException", f"Domain cannot contain reserved word: {word}"):
        call("CreateUserPoolDomain", UserPoolId=pool_id, Domain=name)


@pytest.mark.fact("H003b")
def test_reserved_word_within_a_longer_word_is_accepted(call: Call, pool_id: str) -> None:
    """A prefix like this one was deployed."""
    assert call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="my-awsome-shop")


@pytest.mark.fact("H004")
@pytest.mark.parametrize("account", ["123456789012", "210987654321"])
def test_prefix_is_taken_in_its_region_alone(
    engine: Engine, call: Call, pool_id: str, account: str
) -> None:
    """No pool of any account in the Region may have it; in another Region it is free."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    here, there = Caller(account=account), Caller(account=account, region="eu-west-1")
    taken = {"UserPoolId": pool_elsewhere(engine, here), "Domain": "shop"}
    with refused("InvalidParameterException", TAKEN):
        engine.call("CreateUserPoolDomain", taken, here)
    free = {"UserPoolId": pool_elsewhere(engine, there), "Domain": "shop"}
    assert engine.call("CreateUserPoolDomain", free, there)


@pytest.mark.fact("H004")
def test_custom_domain_is_taken_everywhere(engine: Engine, call: Call, pool_id: str) -> None:
    """One name of the web leads to one pool."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, **CUSTOM)
    there = Caller(account="210987654321", region="eu-west-1")
    with refused("InvalidParameterException", TAKEN):
        named = {"UserPoolId": pool_elsewhere(engine, there), **CUSTOM}
        engine.call("CreateUserPoolDomain", named, there)


@pytest.mark.fact("H004")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"Domain": "shop"}, {"Domain": "shop"}),
        ({"Domain": "shop"}, {"Domain": "store"}),
        (CUSTOM, {**CUSTOM, "Domain": "login.example.com"}),
    ],
    ids=["same prefix", "other prefix", "custom"],
)
def test_pool_has_one_domain_of_each_kind(
    call: Call, pool_id: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """A second one is refused, and the first one stays."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, **first)
    with refused("InvalidParameterException", CONFIGURED):
        call("CreateUserPoolDomain", UserPoolId=pool_id, **second)
    assert describe(call, first["Domain"])["UserPoolId"] == pool_id


@pytest.mark.fact("H006")
@pytest.mark.parametrize(
    "certificate",
    [
        "arn:aws:acm:eu-west-1:123456789012:certificate/0",
        "arn:aws:iam:us-east-1:123456789012:certificate/0",
        "arn:aws:acm:us-east-1:123456789012:other/0",
    ],
)
@pytest.mark.parametrize("operation", ["CreateUserPoolDomain", "UpdateUserPoolDomain"])
def test_certificate_is_one_of_acm_in_us_east_1(
    call: Call, pool_id: str, operation: str, certificate: str
) -> None:
    """CloudFront takes no other, whatever the Region of the pool."""
    if operation == "UpdateUserPoolDomain":
        call("CreateUserPoolDomain", UserPoolId=pool_id, **CUSTOM)
    config = {"CertificateArn": certificate}
    with refused("InvalidParameterException", NO_CERTIFICATE):
        call(operation, UserPoolId=pool_id, Domain=CUSTOM["Domain"], CustomDomainConfig=config)


@pytest.mark.fact("H006b")
@pytest.mark.parametrize("name", ["shop", "example.com", "auth..com", "auth.exa_mple.com"])
def test_custom_domain_has_a_registered_parent(call: Call, pool_id: str, name: str) -> None:
    """A name without a parent, or with a top-level domain as its parent, is refused."""
    with refused("InvalidParameterException", NO_SUBDOMAIN):
        call("CreateUserPoolDomain", UserPoolId=pool_id, **{**CUSTOM, "Domain": name})


@pytest.mark.fact("H017")
def test_account_has_at_most_four_custom_domains(engine: Engine, make_pool: MakePool) -> None:
    """A fifth in the Region is refused; another account's do not count."""
    for number in range(4):
        named = {"UserPoolId": make_pool(), **CUSTOM, "Domain": f"auth{number}.example.com"}
        engine.call("CreateUserPoolDomain", named)
    with refused("LimitExceededException"):
        engine.call("CreateUserPoolDomain", {"UserPoolId": make_pool(), **CUSTOM})
    other = Caller(account="210987654321")
    named = {"UserPoolId": pool_elsewhere(engine, other), **CUSTOM}
    assert engine.call("CreateUserPoolDomain", named, other)


@pytest.mark.fact("H007", "H007b")
def test_managed_login_needs_another_plan_than_lite(
    call: Call, pool_id: str, make_pool: MakePool
) -> None:
    """Version 2 is refused in a pool with the Lite plan, at creation and at a change."""
    text = (
        "The following feature is not available for the LITE pricing tier configured: Managed "
        "Login Version 2"
    )
    lite = make_pool(UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException", text):
        call("CreateUserPoolDomain", UserPoolId=lite, Domain="lite", ManagedLoginVersion=2)
    call("CreateUserPoolDomain", UserPoolId=lite, Domain="lite", ManagedLoginVersion=1)
    with refused("FeatureUnavailableInTierException", text):
        call("UpdateUserPoolDomain", UserPoolId=lite, Domain="lite", ManagedLoginVersion=2)
    made = call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop", ManagedLoginVersion=2)
    assert made["ManagedLoginVersion"] == describe(call, "shop")["ManagedLoginVersion"] == 2


@pytest.mark.fact("H007")
@pytest.mark.parametrize("version", [0, 3, -1])
def test_there_are_two_versions(call: Call, pool_id: str, version: int) -> None:
    """A number that means nothing is refused."""
    with refused("InvalidParameterException"):
        call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="a", ManagedLoginVersion=version)


def test_routing_is_refused(call: Call, pool_id: str) -> None:
    """There are no pools with replicas, so the setting would mean nothing."""
    routing = {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "a"}}
    with pytest.raises(Exception, match=r"Routing of a user pool domain is not emulated") as found:
        call("CreateUserPoolDomain", UserPoolId=pool_id, **CUSTOM, Routing=routing)
    assert getattr(found.value, "status", None) == 501


@pytest.mark.fact("H007", "H008")
def test_update_changes_version_and_certificate(call: Call, pool_id: str) -> None:
    """Each is changed alone; the other, and the CloudFront domain, stay."""
    made = call("CreateUserPoolDomain", UserPoolId=pool_id, **CUSTOM)
    named = {"UserPoolId": pool_id, "Domain": CUSTOM["Domain"]}
    changed = call("UpdateUserPoolDomain", **named, ManagedLoginVersion=2)
    assert changed == {**made, "ManagedLoginVersion": 2}
    config = {"CertificateArn": CERTIFICATE[:-1] + "1", "SecurityPolicy": "TLS_V1_2_2021"}
    call("UpdateUserPoolDomain", **named, CustomDomainConfig=config)
    shown = describe(call, CUSTOM["Domain"])
    assert (shown["ManagedLoginVersion"], shown["CustomDomainConfig"]) == (2, config)


def test_prefix_domain_gets_no_certificate(call: Call, pool_id: str) -> None:
    """It would become a custom domain that nobody has asked for."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    with refused("InvalidParameterException"):
        call("UpdateUserPoolDomain", UserPoolId=pool_id, **{**CUSTOM, "Domain": "shop"})


@pytest.mark.fact("H008")
def test_change_of_the_version_signs_everyone_out_of_the_pages(
    engine: Engine, call: Call, pool_id: str, confirmed_user: Callable[..., Any], make_client: Any
) -> None:
    """The sessions of browsers end with a change of the version, and with no other."""
    confirmed_user(pool_id, make_client(pool_id))
    pool, sessions, now = engine.pools[pool_id], engine.browser_sessions, engine.clock.time()
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    text = sessions.open(pool_id, next(iter(pool.users)), now)
    call("UpdateUserPoolDomain", UserPoolId=pool_id, Domain="shop", ManagedLoginVersion=1)
    assert sessions.find(text, pool_id, now)
    call("UpdateUserPoolDomain", UserPoolId=pool_id, Domain="shop", ManagedLoginVersion=2)
    assert sessions.find(text, pool_id, now) is None


@pytest.mark.fact("H004")
def test_deleted_domain_is_free_again(call: Call, pool_id: str, make_pool: MakePool) -> None:
    """Another pool may take the name."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    assert call("DeleteUserPoolDomain", UserPoolId=pool_id, Domain="shop") == {}
    assert describe(call, "shop") == {}
    other = make_pool()
    call("CreateUserPoolDomain", UserPoolId=other, Domain="shop")
    assert describe(call, "shop")["UserPoolId"] == other


@pytest.mark.fact("H004c")
@pytest.mark.parametrize("operation", ["UpdateUserPoolDomain", "DeleteUserPoolDomain"])
def test_domain_of_another_pool_is_not_found(
    engine: Engine, call: Call, pool_id: str, make_pool: MakePool, operation: str
) -> None:
    """Neither another pool's domain nor one of no pool, nor one of another account's pool."""
    call("CreateUserPoolDomain", UserPoolId=pool_id, Domain="shop")
    for other in (make_pool(), "us-east-1_none"):
        with refused("InvalidParameterException", NOT_FOUND):
            call(operation, UserPoolId=other, Domain="shop")
    with refused("InvalidParameterException", NOT_FOUND):
        named = {"UserPoolId": pool_id, "Domain": "shop"}
        engine.call(operation, named, Caller(account="210987654321"))
    assert describe(call, "shop")["UserPoolId"] == pool_id


@pytest.mark.fact("H005")
@pytest.mark.parametrize("domain", [{"Domain": "shop"}, CUSTOM], ids=["prefix", "custom"])
def test_pool_with_a_domain_is_not_deleted(
    call: Call, pool_id: str, domain: dict[str, Any]
) -> None:
    """The domain goes first."""
    text = "User pool cannot be deleted. It has a domain configured that should be deleted first."
    call("CreateUserPoolDomain", UserPoolId=pool_id, **domain)
    with refused("InvalidParameterException", text):
        call("DeleteUserPool", UserPoolId=pool_id)
    assert call("DescribeUserPool", UserPoolId=pool_id)
    call("DeleteUserPoolDomain", UserPoolId=pool_id, Domain=domain["Domain"])
    call("DeleteUserPool", UserPoolId=pool_id)


def test_one_of_many_pools_gets_a_name(engine: Engine, make_pool: MakePool) -> None:
    """Of calls at the same time one wins, and the others are told so."""
    pools = [make_pool() for _ in range(16)]
    start = Barrier(len(pools))

    def take(pool_id: str) -> str:
        start.wait()
        try:
            engine.call("CreateUserPoolDomain", {"UserPoolId": pool_id, "Domain": "shop"})
        except Refusal as refusal:
            return refusal.message
        return ""

    with ThreadPoolExecutor(len(pools)) as workers:
        answers = sorted(workers.map(take, pools))
    assert answers == ["", *[TAKEN] * (len(pools) - 1)]
