"""A pool is chosen by name before it is read, and what can be named is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import find, load, read
from harness.pools.sources.pool_choice import choose_both

BROKEN = """
Conditions: {Bad: !Equals [a]}
Resources:
  Users:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: app-users}
  Staff:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: app-staff, MfaConfigurations: 'ON'}
  Half: {Type: AWS::Cognito::UserPool, Condition: Bad}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Users}
  Mobile:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Guests, ExplicitAuthFlow: []}
  Guests: {Type: AWS::Cognito::UserPool}
  Kiosk:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Elsewhere, ExplicitAuthFlow: []}
"""


def written(folder: Path, text: str, name: str = "pools.yaml") -> Path:
    """Write a template, and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def message(path: Path, pool: str | None) -> str:
    """Return the one line that refuses a choice."""
    with pytest.raises(ConfigurationError) as refused:
        load(path, pool)
    assert "\n" not in str(refused.value)
    return str(refused.value)


class TestBroken:
    """A mistake blocks the pool that it is in, and no other."""

    @pytest.mark.parametrize("name", ["Users", "app-users"])
    def test_another_pool_is_read(self, tmp_path: Path, name: str) -> None:
        """Neither a broken pool nor a broken app client of another pool is in the way."""
        found = load(written(tmp_path, BROKEN), name)
        assert [client.name for client in found.clients] == ["Web"]
        assert [client.name for client in found.unassigned] == ["Kiosk"]

    @pytest.mark.parametrize(
        ("name", "part"),
        [
            ("Staff", "Resources.Staff.Properties.MfaConfigurations"),
            ("app-staff", "did you mean 'MfaConfiguration'?"),
            ("Half", "Fn::Equals"),
            ("Guests", "Resources.Mobile.Properties.ExplicitAuthFlow"),
        ],
    )
    def test_is_reported_when_it_is_chosen(self, tmp_path: Path, name: str, part: str) -> None:
        """A broken pool, or a pool with a broken app client, is reported when it is chosen."""
        assert part in message(written(tmp_path, BROKEN), name)

    def test_is_reported_when_nothing_is_named(self, tmp_path: Path) -> None:
        """Without a name, the message lists the pools and what is wrong with some of them."""
        path = written(tmp_path, BROKEN)
        said = message(path, None)
        assert "there are several; name one; Staff cannot be read: Resources.Staff" in said
        assert "Guests cannot be read: Resources.Mobile" in said
        with pytest.raises(ConfigurationError, match="MfaConfigurations"):
            read(path)

    def test_an_app_client_of_an_unknown_pool_is_reported_when_it_is_named(
        self, tmp_path: Path
    ) -> None:
        """A broken app client that may belong to another pool blocks nothing before it is named."""
        found = load(written(tmp_path, BROKEN), "Users")
        with pytest.raises(ConfigurationError, match=r"Resources\.Kiosk\.Properties"):
            found.with_client("Kiosk")


TWINS = """
Resources:
  Users: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: app}}
  Staff: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: app}}
  app: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: Users}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Staff}
"""


class TestNames:
    """Which names a pool has, and what a message lists."""

    def test_a_logical_id_wins_over_a_pool_name(self, tmp_path: Path) -> None:
        """A PoolName can be the logical id of another pool, which has no other name."""
        path = written(tmp_path, TWINS)
        assert load(path, "app").name == "app"
        assert load(path, "Users").name == "Users"

    def test_a_name_of_two_pools_does_not_choose(self, tmp_path: Path) -> None:
        """A PoolName that two pools have is refused, with the names that tell them apart."""
        path = written(tmp_path, TWINS.replace("  app: ", "  Third: "))
        said = message(path, "app")
        assert "this is a name of Users and Staff; give one of those" in said
        assert "Staff (PoolName 'app', app client Web)" in said

    def test_the_nearest_comes_first(self, tmp_path: Path) -> None:
        """A typo is answered with the nearest name first, and every pool with its app clients."""
        said = message(written(tmp_path, TWINS), "Stuff")
        assert "allowed: Staff (PoolName 'app', app client Web), Users (PoolName" in said
        assert said.endswith("did you mean 'Staff'?")

    def test_a_near_pool_name_leads_to_its_pool(self, tmp_path: Path) -> None:
        """The nearest name can be a PoolName; the message then suggests its pool."""
        path = written(tmp_path, BROKEN)
        assert "did you mean 'Staff'?" in message(path, "app-stuff")


SEVERAL = """
Resources:
  Users: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: !Sub '${AWS::StackName}-users'}}
  Staff: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: !Sub '${AWS::StackName}-staff'}}
"""
ONE = "Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: app-users}}\n"


class TestBothSides:
    """A comparison chooses a pool on each side that has several."""

    def chosen(
        self, before: Path, after: Path, name: str | None, name_after: str | None = None
    ) -> list[str]:
        """Return the names of the pools that are compared."""
        return [one.name for one in choose_both(find(before), find(after), name, name_after)]

    def test_only_the_side_with_several_needs_a_name(self, tmp_path: Path) -> None:
        """A side with one pool leaves nothing to choose, whatever its pool is called."""
        several, one = written(tmp_path, SEVERAL), written(tmp_path, ONE, "one.yaml")
        assert self.chosen(several, one, "Users") == ["Users", "P"]
        assert self.chosen(one, several, "Staff") == ["P", "Staff"]
        assert self.chosen(one, one, "app-users") == ["P", "P"]
        assert self.chosen(several, several, "Users", "Staff") == ["Users", "Staff"]
        assert self.chosen(one, several, None, "Staff") == ["P", "Staff"]

    def test_a_name_that_no_side_has_is_refused_with_both_lists(self, tmp_path: Path) -> None:
        """A name that neither side knows is refused, also where there is nothing to choose."""
        several, one = written(tmp_path, SEVERAL), written(tmp_path, ONE, "one.yaml")
        for sides in ((several, one), (one, several)):
            with pytest.raises(ConfigurationError) as refused:
                self.chosen(*sides, "Userz")
            said = str(refused.value)
            assert "neither side has it" in said
            assert "Users (no app client)" in said
            assert "P (PoolName 'app-users', no app client)" in said
            assert "did you mean 'Users'?" in said
        with pytest.raises(ConfigurationError, match="neither side has it"):
            self.chosen(one, one, "Users")

    def test_a_side_that_does_not_know_the_name_asks_for_its_own(self, tmp_path: Path) -> None:
        """With several pools on both sides, each needs a name that it knows."""
        several = written(tmp_path, SEVERAL)
        other = written(tmp_path, SEVERAL.replace("Users", "Guests"), "other.yaml")
        with pytest.raises(ConfigurationError, match="give --pool-after"):
            self.chosen(several, other, "Users")
        with pytest.raises(ConfigurationError, match="there are several; name one"):
            self.chosen(several, other, None)
        with pytest.raises(ConfigurationError, match="cannot use 'Users'"):
            self.chosen(several, other, "Users", "Users")
