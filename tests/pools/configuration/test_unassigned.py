"""App clients of unknown pools: named, compared, audited and left out of a pool that is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harness.errors import ConfigurationError
from harness.pools.audit.auditing import audit
from harness.pools.audit.profile import preset
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import (
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
)
from harness.pools.found import found_by_comparison
from harness.pools.making.provision_configuration import provision_configuration
from harness.targets.emulated import EmulatedTarget


def unassigned(name: str, client_name: str | None = None, **members: object) -> UnassignedClient:
    """Return an app client whose pool is unknown."""
    given = {} if client_name is None else {"ClientName": client_name}
    return UnassignedClient(
        name=name,
        client_name=client_name,
        reason=Unknown("Ref Id"),
        place=SourceLocation(f"Resources.{name}.Properties.UserPoolId", 7, file="clients.yaml"),
        remedy="UserPoolId: !Ref Pool",
        read=lambda: Part("client", name, {**given, **members}),
    )


def configuration(*clients: Part | UnassignedClient) -> PoolConfiguration:
    """Return a configuration with these app clients."""
    return PoolConfiguration(
        origin=Origin("CloudFormation template", "pool.yaml"),
        pool=Part("pool", "Pool", {"PoolName": "users"}),
        mfa=Part("mfa", "Pool", {}),
        clients=tuple(one for one in clients if isinstance(one, Part)),
        unassigned=tuple(one for one in clients if isinstance(one, UnassignedClient)),
    )


WEB = Part("client", "Web", {"ClientName": "web"})


class TestNamed:
    """Whoever names an app client of an unknown pool says that it belongs to the pool."""

    @pytest.mark.parametrize("name", ["Cli", "cli"])
    def test_is_one_of_the_pool_then(self, name: str) -> None:
        """It can be named by its logical id and by its ClientName."""
        found = configuration(WEB, unassigned("Cli", "cli")).with_client(name)
        assert [part.name for part in found.clients] == ["Web", "Cli"]
        assert not found.unassigned
        assert configuration(WEB, unassigned("Cli", "cli")).client(name).name == "Cli"

    def test_an_app_client_of_the_pool_wins(self) -> None:
        """A name of an app client of the pool is not looked for elsewhere."""
        given = configuration(WEB, unassigned("Cli", "web"))
        assert given.with_client("web") is given
        assert given.client("web").name == "Web"

    def test_without_a_name_it_is_not_chosen(self) -> None:
        """The only app client that is known to belong to the pool is taken."""
        given = configuration(WEB, unassigned("Cli"))
        assert given.with_client(None) is given
        assert given.client().name == "Web"

    def test_a_typo_lists_it_too(self) -> None:
        """What can be named includes it, the nearest first, with what to write."""
        with pytest.raises(ConfigurationError) as refused:
            configuration(WEB, unassigned("Cli")).client("Clj")
        said = str(refused.value)
        assert "did you mean 'Cli'? allowed: Cli, Web" in said
        assert "the user pool of the app client Cli (clients.yaml, line 7) is unknown" in said

    def test_names_that_match_twice(self) -> None:
        """A ClientName of several app clients does not choose one, and the message says which."""
        twins = [unassigned("One", "app"), unassigned("Two", "app")]
        with pytest.raises(ConfigurationError, match="allowed: One, Two; they all have"):
            configuration(*twins).client("app")
        known = [replace(WEB, name=name) for name in ("One", "Two")]
        with pytest.raises(ConfigurationError, match="One and Two have this ClientName"):
            configuration(*known).client("web")


class TestCompared:
    """A comparison never takes an app client of an unknown pool for a difference."""

    def test_is_unknown_on_either_side(self) -> None:
        """Whether the pool has it is unknown, at its place in the file."""
        given, bare = configuration(unassigned("Cli")), configuration()
        first, second = drift(given, bare), drift(bare, given)
        assert not first.found
        assert not second.found
        (record,) = found_by_comparison(first)
        assert record["outcome"] == "unknown"
        assert record["message"] == (
            "whether the app client Cli of the first is one of the pool is unknown (Ref Id)"
        )
        assert (record["file"], record["line"]) == ("clients.yaml", 7)
        assert "of the second" in second.differences[0].sentence

    def test_is_compared_with_the_one_of_its_name(self) -> None:
        """If the other side has an app client of its name, they are compared like any two."""
        given = configuration(unassigned("Cli", "web", AuthSessionValidity=5))
        (found,) = drift(given, configuration(WEB)).found
        assert (found.path, found.before) == ("AuthSessionValidity", 5)
        twins = configuration(unassigned("One", "web"), unassigned("Two", "web"))
        assert {one.change for one in drift(twins, configuration(WEB)).differences} == {
            "unknown",
            "added",
        }


def test_an_audit_says_that_it_is_not_certain() -> None:
    """The report of an audit names each such app client, and what is wrong with it is unknown."""
    found = audit(configuration(unassigned("Cli")), preset("strict"), date(2027, 1, 1))
    assert {one.state for one in found.findings if one.part == "Cli"} == {"unknown"}
    assert any("not certain: the user pool of the app client Cli" in one for one in found.notices)


def test_a_pool_is_made_without_it() -> None:
    """The pool that is made has the app clients that are its own, and the others are reported."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    try:
        made = provision_configuration(
            target.client(), configuration(WEB, replace(WEB, name="B/Cli"), unassigned("Cli"))
        )
    finally:
        target.stop()
    assert set(made.apps) == {"Web", "B/Cli"}
    assert "Ref Id; if it is this pool, write UserPoolId" in str(made.left_out["client Cli"])


def test_a_name_with_a_stack_becomes_a_client_name() -> None:
    """An app client without ClientName is named after its stack and logical id, without slash."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    service = target.client()
    try:
        made = provision_configuration(service, configuration(Part("client", "B/Cli", {})))
        listed = service.list_user_pool_clients(UserPoolId=made.user_pool_id)["UserPoolClients"]
    finally:
        target.stop()
    assert [one["ClientName"] for one in listed] == ["B-Cli"]
