"""The rotation of client secrets: a second one, both valid, and the end of the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.control.page.secrets import client_secret, reveal
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.redaction import MASK, redact
from tests.emulator.support.expect import START, refused
from tests.emulator.support.saved_states import restart
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

OWN = "own_secret_of_the_app_1234"
NOT_AUTHORIZED = "NotAuthorizedException"


@pytest.fixture
def alice(engine: Engine) -> Walker:
    """A user at an app client with a secret."""
    return new_walker(engine, client_settings={"GenerateSecret": True})


def at_client(walker: Walker, operation: str, **members: Any) -> dict[str, Any]:
    """Call an operation on the walker's app client."""
    names = {"UserPoolId": walker.user_pool_id, "ClientId": walker.client_id}
    return walker.call(operation, **names, **members)


def add(walker: Walker, **members: Any) -> dict[str, Any]:
    """Add a secret and return its description."""
    return dict(at_client(walker, "AddUserPoolClientSecret", **members)["ClientSecretDescriptor"])


def ids(walker: Walker) -> list[str]:
    """Return the ids of the app client's secrets."""
    listed = at_client(walker, "ListUserPoolClientSecrets")["ClientSecrets"]
    return [secret["ClientSecretId"] for secret in listed]


def delete(walker: Walker, secret_id: str) -> dict[str, Any]:
    """Delete a secret."""
    return at_client(walker, "DeleteUserPoolClientSecret", ClientSecretId=secret_id)


def shown(walker: Walker) -> str | None:
    """Return the secret that DescribeUserPoolClient shows."""
    described = at_client(walker, "DescribeUserPoolClient")["UserPoolClient"]
    return None if "ClientSecret" not in described else str(described["ClientSecret"])


class TestAdd:
    """AddUserPoolClientSecret."""

    def test_a_made_up_secret_is_told_once(self, alice: Walker) -> None:
        """The response has the value, id and time; the list has the same without the value."""
        alice.engine.clock.advance(10)
        added = add(alice)
        assert added["ClientSecretCreateDate"] == START + 10
        assert validate("AddUserPoolClientSecret", _with_secret(alice, added["ClientSecretValue"]))
        listed = at_client(alice, "ListUserPoolClientSecrets")
        first = {
            "ClientSecretId": ids(alice)[0],
            "ClientSecretCreateDate": START,
        }
        del added["ClientSecretValue"]
        assert listed == {"ClientSecrets": [first, added]}

    def test_a_given_secret_is_not_told(self, alice: Walker) -> None:
        """A secret that the request has is not in the response."""
        added = add(alice, ClientSecret=OWN)
        assert set(added) == {"ClientSecretId", "ClientSecretCreateDate"}
        alice.client_secret = OWN
        assert tokens_of(alice.by_srp())

    @pytest.mark.parametrize("value", ["x" * 23, "x" * 65, "x" * 24 + "-", "ü" * 24])
    def test_a_secret_of_another_form_is_refused(self, alice: Walker, value: str) -> None:
        """24 to 64 letters, digits, underscores and plus signs, by the service model."""
        with refused("InvalidParameterException"):
            validate("AddUserPoolClientSecret", _with_secret(alice, value))

    def test_ids_have_the_client_and_the_time(self, alice: Walker) -> None:
        """An id is the client's id, two dashes and a number; two of one moment differ."""
        add(alice)
        parts = [text.split("--") for text in ids(alice)]
        assert [client for client, _ in parts] == [alice.client_id] * 2
        assert [int(moment) for _, moment in parts] == [int(START * 1000), int(START * 1000) + 1]

    def test_there_are_two_at_most(self, alice: Walker) -> None:
        """A third secret is refused until one of the two is deleted."""
        first = ids(alice)[0]
        add(alice)
        with refused("LimitExceededException"):
            add(alice)
        delete(alice, first)
        add(alice)
        assert len(set(ids(alice))) == 2

    def test_a_client_without_secret_stays_so(self, engine: Engine) -> None:
        """An app client that never had a secret gets none, and lists none."""
        walker = new_walker(engine)
        for members in ({}, {"ClientSecret": OWN}):
            with refused("InvalidParameterException"):
                add(walker, **members)
        assert ids(walker) == []
        assert tokens_of(walker.by_srp())


def _with_secret(walker: Walker, value: str) -> dict[str, str]:
    return {
        "UserPoolId": walker.user_pool_id,
        "ClientId": walker.client_id,
        "ClientSecret": value,
    }


class TestBoth:
    """While there are two secrets, each of them works everywhere."""

    @pytest.mark.fact("A119", "A121")
    def test_hashes_of_both_are_right(self, alice: Walker) -> None:
        """SECRET_HASH may be of either secret, and of no third one."""
        secrets = [alice.client_secret, add(alice)["ClientSecretValue"]]
        for alice.client_secret in secrets:
            assert tokens_of(alice.by_srp())
        alice.client_secret = OWN
        for sign_in in (alice.by_password, alice.start_srp):
            with refused(NOT_AUTHORIZED):
                sign_in()

    @pytest.mark.fact("A266", "A269")
    def test_tokens_are_refreshed_and_revoked_with_both(self, alice: Walker) -> None:
        """GetTokensFromRefreshToken and RevokeToken take either secret, and no third one."""
        token = tokens_of(alice.by_srp())["RefreshToken"]
        members = {"ClientId": alice.client_id, "RefreshToken": token}
        secrets = [str(alice.client_secret), add(alice)["ClientSecretValue"]]
        for secret in secrets:
            assert alice.call("GetTokensFromRefreshToken", **members, ClientSecret=secret)
        revoke = {"ClientId": alice.client_id, "Token": token}
        with refused(NOT_AUTHORIZED):
            alice.call("GetTokensFromRefreshToken", **members, ClientSecret=OWN)
        with refused("UnauthorizedException"):
            alice.call("RevokeToken", **revoke, ClientSecret=OWN)
        for secret in secrets:
            assert alice.call("RevokeToken", **revoke, ClientSecret=secret) == {}

    def test_the_description_shows_the_first(self, alice: Walker) -> None:
        """A second secret changes nothing in DescribeUserPoolClient and in updates."""
        first = alice.client_secret
        add(alice)
        assert shown(alice) == first
        updated = at_client(alice, "UpdateUserPoolClient")["UserPoolClient"]
        assert updated["ClientSecret"] == first
        assert len(ids(alice)) == 2


class TestDelete:
    """DeleteUserPoolClientSecret."""

    def test_a_deleted_secret_is_wrong_at_once(self, alice: Walker) -> None:
        """After the rotation only the new secret is right, in a sign-in under way too."""
        first, old = ids(alice)[0], alice.client_secret
        new = add(alice)["ClientSecretValue"]
        challenge = alice.start_srp()
        assert delete(alice, first) == {}
        with refused(NOT_AUTHORIZED):
            alice.respond("PASSWORD_VERIFIER", **alice.proof(challenge))
        with refused(NOT_AUTHORIZED):
            alice.by_password()
        alice.client_secret = new
        assert tokens_of(alice.respond("PASSWORD_VERIFIER", **alice.proof(challenge)))
        assert old != new

    def test_no_other_secret_is_shown_instead_of_the_first(self, alice: Walker) -> None:
        """Once the first is deleted DescribeUserPoolClient shows none, whatever is added."""
        first = ids(alice)[0]
        alice.client_secret = add(alice)["ClientSecretValue"]
        delete(alice, first)
        assert shown(alice) is None
        add(alice)
        assert shown(alice) is None
        assert tokens_of(alice.by_srp())

    def test_deleting_the_second_leaves_the_first(self, alice: Walker) -> None:
        """A rotation can be taken back."""
        delete(alice, add(alice)["ClientSecretId"])
        assert shown(alice) == alice.client_secret
        assert tokens_of(alice.by_srp())

    @pytest.mark.parametrize("rotated", [False, True])
    def test_the_last_one_stays(self, alice: Walker, rotated: bool) -> None:
        """The only secret of an app client is not deleted, first or not."""
        if rotated:
            first = ids(alice)[0]
            alice.client_secret = add(alice)["ClientSecretValue"]
            delete(alice, first)
        with refused("InvalidParameterException"):
            delete(alice, ids(alice)[0])
        assert tokens_of(alice.by_srp())

    def test_an_unknown_id_is_not_found(self, alice: Walker) -> None:
        """An id of nothing, or of another app client, is not found, and nothing is deleted."""
        pool_id = alice.user_pool_id
        other = Walker(
            alice.engine,
            pool_id,
            new_client(alice.engine, pool_id, GenerateSecret=True)["ClientId"],
        )
        add(alice)
        gone = ids(alice)[1]
        delete(alice, gone)
        for secret_id in ("nothing", gone, ids(other)[0]):
            with refused("ResourceNotFoundException"):
                delete(alice, secret_id)
        assert len(ids(alice)) == 1


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("AddUserPoolClientSecret", {}),
        ("ListUserPoolClientSecrets", {}),
        ("DeleteUserPoolClientSecret", {"ClientSecretId": "x"}),
    ],
)
@pytest.mark.fact("A027", "A067")
def test_pool_and_client_must_fit(alice: Walker, operation: str, members: dict[str, str]) -> None:
    """An app client is looked for in its own pool only."""
    elsewhere = new_pool(alice.engine)
    for pool_id in (elsewhere, "us-east-1_Nowhere12"):
        with refused("ResourceNotFoundException"):
            alice.call(operation, UserPoolId=pool_id, ClientId=alice.client_id, **members)
    with refused("ResourceNotFoundException"):
        alice.call(operation, UserPoolId=alice.user_pool_id, ClientId="nobody", **members)


def test_there_is_no_second_page(alice: Walker) -> None:
    """All secrets are listed at once, so there is no token that would be right."""
    with refused("InvalidParameterException"):
        at_client(alice, "ListUserPoolClientSecrets", NextToken="x")


class TestCreation:
    """CreateUserPoolClient with a secret of one's own."""

    def test_a_given_secret_is_the_first(self, engine: Engine) -> None:
        """It is listed, it is shown, and hashes are made with it."""
        walker = new_walker(engine, client_settings={"ClientSecret": OWN})
        assert (shown(walker), len(ids(walker))) == (OWN, 1)
        walker.client_secret = OWN
        assert tokens_of(walker.by_srp())

    def test_it_is_not_given_and_made_up(self, engine: Engine) -> None:
        """GenerateSecret and ClientSecret exclude each other, and no client is made."""
        pool_id = new_pool(engine)
        with refused("InvalidParameterException"):
            new_client(engine, pool_id, ClientSecret=OWN, GenerateSecret=True)
        assert engine.pools[pool_id].clients == {}
        described = new_client(engine, pool_id, ClientSecret=OWN, GenerateSecret=False)
        assert described["ClientSecret"] == OWN


class TestState:
    """Several secrets in a saved state."""

    def test_both_survive_a_restart(self, alice: Walker) -> None:
        """Both secrets, their ids and times are the same afterwards."""
        secrets = [alice.client_secret, add(alice)["ClientSecretValue"]]
        listed = at_client(alice, "ListUserPoolClientSecrets")
        alice.engine = restart(alice.engine)
        assert at_client(alice, "ListUserPoolClientSecrets") == listed
        for alice.client_secret in secrets:
            assert tokens_of(alice.by_srp())

    @pytest.mark.parametrize("rotated", [False, True])
    def test_without_secrets_there_is_one_new_one(self, alice: Walker, rotated: bool) -> None:
        """Of all secrets nothing is left, and the app client gets one that can be read."""
        first = ids(alice)[0]
        old = [str(alice.client_secret), str(add(alice)["ClientSecretValue"])]
        if rotated:
            delete(alice, first)
        alice.engine = restart(alice.engine, secrets=False)
        new = shown(alice)
        assert new
        assert new not in old
        assert len(ids(alice)) == 1


def test_secrets_are_nowhere_but_in_their_place(alice: Walker) -> None:
    """Neither a repr nor a redacted response nor a refusal has a secret; the page asks for it."""
    response = at_client(alice, "AddUserPoolClientSecret")
    value = response["ClientSecretDescriptor"]["ClientSecretValue"]
    assert redact(response)["ClientSecretDescriptor"]["ClientSecretValue"] == MASK
    client = alice.engine.clients[alice.client_id]
    texts = [repr(client), repr(client.secrets), str(alice.engine.call_log)]
    for call in (lambda: add(alice, ClientSecret=OWN), lambda: delete(alice, value)):
        texts.append(_refusal_of(call))
    assert not [text for text in texts if value in text or OWN in text]
    assert reveal(alice.engine, client_secret(alice.client_id)) == value


def _refusal_of(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return f"{caught.value!r} {caught.value.message} {caught.value.reason}"
