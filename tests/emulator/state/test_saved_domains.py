"""Domains and styles in a state file, and pools of a file that has only the names of domains."""

from __future__ import annotations

from typing import Any

from harness.emulator.engine import Engine
from tests.emulator.support.saved_states import exported, imported, restart

POOL = {"PoolName": "pool"}


def shop() -> tuple[Engine, dict[str, str]]:
    """An engine with a pool that has a domain with managed login, and a style."""
    engine = Engine()
    pool = {"UserPoolId": engine.call("CreateUserPool", POOL)["UserPool"]["Id"]}
    engine.call("CreateUserPoolDomain", {**pool, "Domain": "shop", "ManagedLoginVersion": 2})
    made = engine.call("CreateUserPoolClient", {**pool, "ClientName": "app"})["UserPoolClient"]
    app = {**pool, "ClientId": made["ClientId"]}
    engine.call("CreateManagedLoginBranding", {**app, "Settings": {"a": [{"b": None}]}})
    return engine, app


def shown(engine: Engine, app: dict[str, str]) -> list[Any]:
    """Return the descriptions of the domain and of the style."""
    return [
        engine.call("DescribeUserPoolDomain", {"Domain": "shop"}),
        engine.call("DescribeManagedLoginBrandingByClient", app),
    ]


def test_domain_and_style_are_as_before_after_a_restart() -> None:
    """With and without secrets, since neither is one; the pool is still in the way."""
    engine, app = shop()
    for secrets in (True, False):
        again = restart(engine, secrets=secrets)
        assert shown(again, app) == shown(engine, app)
        assert again.pools[app["UserPoolId"]].domain_settings


def test_domain_of_an_earlier_file_is_one_of_the_hosted_ui() -> None:
    """Such a file has names alone; the domain is described, changed and deleted like another."""
    engine, app = shop()
    document = exported(engine)
    (pool,) = document["contents"]["pools"].values()
    for name in ("domain_settings", "branded_clients", "identity_providers"):
        del pool[name]
    again = imported(document)
    described, named = again.call("DescribeUserPoolDomain", {"Domain": "shop"}), dict(app)
    assert described["DomainDescription"]["ManagedLoginVersion"] == 1
    assert described["DomainDescription"]["CloudFrontDistribution"]
    del named["ClientId"]
    named["Domain"] = "shop"
    again.call("UpdateUserPoolDomain", {**named, "ManagedLoginVersion": 2})
    described = again.call("DescribeUserPoolDomain", {"Domain": "shop"})["DomainDescription"]
    assert described["ManagedLoginVersion"] == 2
    again.call("DeleteUserPoolDomain", named)
    again.call("DeleteUserPool", {"UserPoolId": app["UserPoolId"]})
