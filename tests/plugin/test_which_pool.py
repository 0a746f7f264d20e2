"""``--cognito-pool-name`` and ``--cognito-pool-client``: which pool and app client a run takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.conftest import Inner, the_one_line

TEMPLATE = """
Parameters: {UserPoolIdParameter: {Type: String}}
Resources:
  Users: {Type: AWS::Cognito::UserPool}
  Staff: {Type: AWS::Cognito::UserPool, Properties: {MfaConfigurations: 'ON'}}
  Kiosk:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref UserPoolIdParameter, ClientName: kiosk}
"""
SOURCE = """
def test_client(cognito_configuration):
    assert [client.name for client in cognito_configuration.clients] == ["Kiosk"]
    assert not cognito_configuration.unassigned
"""


@pytest.mark.parametrize("name", ["Kiosk", "kiosk"])
def test_an_app_client_of_an_unknown_pool_can_be_named(
    inner: Inner, pytester: pytest.Pytester, name: str
) -> None:
    """Naming it says that it belongs to the pool; another pool of the file may be broken."""
    Path(pytester.path, "pools.yaml").write_text(TEMPLATE, encoding="utf-8")
    result = inner(
        "--cognito-pool=pools.yaml",
        "--cognito-pool-name=Users",
        f"--cognito-pool-client={name}",
        source=SOURCE,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "Staff cannot be read: Resources.Staff.Properties.MfaConfigurations"),
        (("--cognito-pool-name=Staff",), "did you mean 'MfaConfiguration'?"),
        (("--cognito-pool-name=Userz",), "did you mean 'Users'?"),
        (
            ("--cognito-pool-name=Users",),
            "the user pool of the app client Kiosk (pools.yaml, line 8) is unknown (Ref "
            "UserPoolIdParameter); if it is this pool, write UserPoolId: !Ref Users, or name it",
        ),
        (
            ("--cognito-pool-name=Users", "--cognito-pool-client=Kisok"),
            "did you mean 'Kiosk'? allowed: Kiosk",
        ),
    ],
)
def test_what_cannot_be_chosen_is_one_line(
    inner: Inner, pytester: pytest.Pytester, arguments: tuple[str, ...], part: str
) -> None:
    """The run ends with one line that lists what can be named, and says what to write."""
    Path(pytester.path, "pools.yaml").write_text(TEMPLATE, encoding="utf-8")
    result = inner("--cognito-pool=pools.yaml", *arguments, source=SOURCE)
    assert result.ret == 2
    assert part in the_one_line(result)
