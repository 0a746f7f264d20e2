"""Comparing what managed login of two pools needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    Unknown,
)

HIDDEN = Unknown("ListResourceServers is refused: AccessDeniedException")


def part(kind: Kind, name: str, **members: Any) -> Part:
    """Return a part with these members."""
    return Part(kind, name, members)


def prefix(name: str = "shop", **members: Any) -> Part:
    """Return a prefix domain."""
    return part("domain", name, Domain=name, **members)


def custom(name: str = "login.example.com") -> Part:
    """Return a custom domain."""
    return part("domain", name, Domain=name, CustomDomainConfig={"CertificateArn": "arn"})


def server(identifier: str = "api", *scopes: str) -> Part:
    """Return a resource server."""
    listed = [{"ScopeName": one, "ScopeDescription": one} for one in scopes]
    return part("resource_server", identifier, Identifier=identifier, Scopes=listed)


def pool(*parts: Part, client: str = "web", **more: Any) -> PoolConfiguration:
    """Return a pool with these parts and one app client."""
    return PoolConfiguration(
        Origin("snapshot", "x.json"),
        Part("pool", "pool", {}),
        Part("mfa", "pool", {}),
        (Part("client", client, {"ClientName": "web"}),),
        domains=tuple(one for one in parts if one.kind == "domain"),
        resource_servers=tuple(one for one in parts if one.kind == "resource_server"),
        branding=tuple(one for one in parts if one.kind == "branding"),
        **more,
    )


def said(before: PoolConfiguration, after: PoolConfiguration) -> list[str]:
    """Return the differences as sentences."""
    return [item.sentence for item in drift(before, after).differences]


@pytest.mark.parametrize(
    ("ours", "theirs", "sentences"),
    [
        ([prefix()], [prefix(ManagedLoginVersion=1)], []),
        ([prefix(), custom()], [custom(), prefix()], []),
        ([server("api", "a", "b")], [server("api", "b", "a")], []),
        ([prefix()], [], ["the domain shop is only in the first"]),
        ([], [custom()], ["the domain login.example.com is only in the second"]),
        (
            [prefix()],
            [custom("shop")],
            ["the domain shop is only in the first", "the domain shop is only in the second"],
        ),
        ([prefix()], [prefix("store")], ["Domain of shop is shop in the first and store in the "]),
        (
            [prefix()],
            [prefix(ManagedLoginVersion=2)],
            ["ManagedLoginVersion of shop is 1 in the first and 2 in the second"],
        ),
        ([server()], [], ["the resource server api is only in the first"]),
        ([], [server()], ["the resource server api is only in the second"]),
        ([server("api", "a")], [server("api")], ["Scopes of api is ScopeDescription=a, ScopeName"]),
    ],
)
def test_differences(ours: list[Part], theirs: list[Part], sentences: list[str]) -> None:
    """Parts are compared with their like, whatever their order is."""
    found = said(pool(*ours), pool(*theirs))
    assert len(found) == len(sentences)
    for sentence, start in zip(found, sentences, strict=True):
        assert sentence.startswith(start)


def test_every_difference_says_what_it_means() -> None:
    """A whole part that is missing or added has an effect, and so have its settings."""
    ours = pool(prefix(ManagedLoginVersion=2), server("a"), server("c", "x"))
    theirs = pool(prefix("store"), server("b"), server("c"))
    found = drift(ours, theirs).found
    assert {item.kind for item in found} == {"domain", "resource_server"}
    assert all(item.means for item in found)


def test_names_of_resource_servers_do_not_count() -> None:
    """The name of a resource server has no effect."""
    named = part("resource_server", "api", Identifier="api", Name="The API")
    other = part("resource_server", "server", Identifier="api", Name="Our API")
    assert said(pool(named), pool(other)) == []


@pytest.mark.parametrize("side", ["first", "second"])
def test_what_a_side_does_not_show_is_unknown(side: str) -> None:
    """A part that the other side cannot show is no difference, and the reason is told."""
    shown, hidden = pool(server()), pool(not_shown={"resource_server": HIDDEN})
    pair = (hidden, shown) if side == "first" else (shown, hidden)
    found = drift(*pair)
    assert found.found == []
    (item,) = found.unknown
    other = "second" if side == "first" else "first"
    assert item.sentence == (
        f"whether the resource server api of the {other} is in the {side} is {HIDDEN}"
    )


def test_a_domain_that_is_made_on_a_condition_is_unknown() -> None:
    """Whether it differs, only a deployment knows."""
    maybe = replace(prefix(), condition=Unknown("Condition HasLogin"))
    assert drift(pool(maybe), pool()).found == []
    assert "Condition HasLogin" in said(pool(maybe), pool())[0]


def branding(client: str | Unknown = "web") -> Part:
    """Return the branding of an app client."""
    return part("branding", "style", ClientId=client)


def test_branding_counts_with_version_2_alone() -> None:
    """A client without a branding gets no page of version 2; the classic pages need none."""
    for version, sentences in (
        (1, []),
        (2, ["the branding of the app client web is only in the first"]),
    ):
        domain = prefix(ManagedLoginVersion=version)
        assert said(pool(domain, branding()), pool(domain)) == sentences


def test_branding_belongs_to_the_app_client_of_the_pair() -> None:
    """App clients can have other names in the other source."""
    domain = prefix(ManagedLoginVersion=2)
    ours, theirs = pool(domain, branding()), pool(domain, branding("Web"), client="Web")
    assert said(ours, theirs) == []
    unknown = pool(domain, branding(Unknown("Ref Client")))
    assert drift(unknown, pool(domain)).found == []
