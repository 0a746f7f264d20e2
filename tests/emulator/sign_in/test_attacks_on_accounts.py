"""What was good for one account, client or pool is good for no other one, whatever its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.users.passkey import Passkey
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    offered,
    options_of,
    passkeys_in,
    prove,
    register,
    sent_code,
)
from tests.emulator.support.expect import pairs, refused
from tests.emulator.support.walker import ALL_FLOWS, Walker, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user of a pool that takes passkeys."""
    walker = chooser(engine, admin=request.param)
    passkeys_in(walker)
    return walker


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """Tokens of the user."""
    return tokens_of(walker.by_password())


@pytest.fixture
def passkey(walker: Walker, tokens: dict[str, Any]) -> Passkey:
    """The user's passkey."""
    return register(walker, tokens)


def again(walker: Walker) -> Walker:
    """Delete the user, and create another one of the same name, address and password."""
    walker.administer("AdminDeleteUser")
    how: dict[str, Any] = {"client": {"ClientId": walker.client_id}}
    other = new_walker(walker.engine, pool_id=walker.user_pool_id, **how)
    other.administer("AdminUpdateUserAttributes", UserAttributes=pairs(email_verified="true"))
    return other


class TestUserOfTheSameName:
    """A user who was deleted leaves nothing to the next one of the name."""

    @pytest.mark.fact("A143", "N030")
    def test_code_is_of_the_former_user(self, walker: Walker) -> None:
        """The former user's code gives no tokens of the new one."""
        challenge, code = ask(walker, "EMAIL_OTP"), sent_code(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            again(walker).respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code)

    @pytest.mark.fact("A143", "N052")
    def test_passkey_is_of_the_former_user(self, walker: Walker, passkey: Passkey) -> None:
        """Neither the open challenge nor a new one takes the former user's passkey."""
        challenge = ask(walker, "WEB_AUTHN")
        other = again(walker)
        with refused(NOT_AUTHORIZED, INVALID):
            prove(other, challenge, passkey)
        assert "WEB_AUTHN" not in offered(choose(other))
        own = register(other, tokens_of(other.by_password()))
        begun = ask(other, "WEB_AUTHN")
        with refused(NOT_AUTHORIZED):
            prove(other, begun, passkey)
        assert tokens_of(prove(other, begun, own))

    @pytest.mark.fact("A143", "N025")
    def test_choice_is_of_the_former_user(self, walker: Walker) -> None:
        """Not even the new user's password completes the former one's sign-in."""
        session = choose(walker)["Session"]
        with refused(NOT_AUTHORIZED, INVALID):
            other = again(walker)
            other.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=other.password)

    @pytest.mark.fact("N042", "A074")
    def test_registration_is_of_the_former_user(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """A registration that the former user began gives the new one no passkey."""
        token = tokens["AccessToken"]
        started = walker.call("StartWebAuthnRegistration", AccessToken=token)
        made = Passkey.create(started["CredentialCreationOptions"])
        other = again(walker)
        with refused("UserNotFoundException"):
            complete(other, token, made)
        with refused("WebAuthnChallengeNotFoundException"):
            complete(other, tokens_of(other.by_password())["AccessToken"], made)
        assert "WEB_AUTHN" not in offered(choose(other))


def complete(walker: Walker, token: str, passkey: Passkey) -> dict[str, Any]:
    """Call CompleteWebAuthnRegistration."""
    credential = passkey.registration
    return walker.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)


#: What ends an access token.
ENDS: dict[str, Callable[[Walker, dict[str, Any]], object]] = {
    "GlobalSignOut": lambda walker, tokens: walker.call(
        "GlobalSignOut", AccessToken=tokens["AccessToken"]
    ),
    "AdminUserGlobalSignOut": lambda walker, _: walker.administer("AdminUserGlobalSignOut"),
    "RevokeToken": lambda walker, tokens: walker.call(
        "RevokeToken", ClientId=walker.client_id, Token=tokens["RefreshToken"]
    ),
    "AdminDisableUser": lambda walker, _: walker.administer("AdminDisableUser"),
    "DeleteUserPoolClient": lambda walker, _: walker.call(
        "DeleteUserPoolClient", UserPoolId=walker.user_pool_id, ClientId=walker.client_id
    ),
}


class TestTokenThatIsOver:
    """A token that was signed out manages no passkeys."""

    @pytest.mark.fact("N040", "A272")
    @pytest.mark.parametrize("end", ENDS)
    def test_no_operation_takes_it(
        self, walker: Walker, tokens: dict[str, Any], passkey: Passkey, end: str
    ) -> None:
        """A thief who keeps a token, and an open registration, can do nothing with them."""
        token = tokens["AccessToken"]
        started = walker.call("StartWebAuthnRegistration", AccessToken=token)
        made = Passkey.create(started["CredentialCreationOptions"])
        ENDS[end](walker, tokens)
        known = passkey.registration["id"]
        attacks: tuple[tuple[str, dict[str, Any]], ...] = (
            ("CompleteWebAuthnRegistration", {"Credential": made.registration}),
            ("StartWebAuthnRegistration", {}),
            ("ListWebAuthnCredentials", {}),
            ("DeleteWebAuthnCredential", {"CredentialId": known}),
            ("GetUserAuthFactors", {}),
        )
        for operation, members in attacks:
            with refused(NOT_AUTHORIZED):
                walker.call(operation, AccessToken=token, **members)
        user = walker.engine.pools[walker.user_pool_id].users.by_username(walker.username)
        assert user is not None
        assert [kept.credential_id for kept in user.passkeys] == [known]


class TestElsewhere:
    """Another client of the pool, and another pool with the same names and the same site."""

    @pytest.fixture
    def other(self, walker: Walker) -> Walker:
        """The user of the same name in the other pool."""
        other = chooser(walker.engine, admin=walker.admin)
        passkeys_in(other)
        return other

    @pytest.mark.fact("N052")
    def test_passkey_of_the_other_pool(
        self, walker: Walker, other: Walker, passkey: Passkey
    ) -> None:
        """A passkey of the same site proves nothing in another pool."""
        register(other, tokens_of(other.by_password()))
        with refused(NOT_AUTHORIZED):
            prove(other, ask(other, "WEB_AUTHN"), passkey)

    @pytest.mark.fact("N042", "N044")
    def test_registration_of_the_other_pool(self, walker: Walker, other: Walker) -> None:
        """A passkey that was made for one pool cannot be registered in another one."""
        token = tokens_of(walker.by_password())["AccessToken"]
        started = walker.call("StartWebAuthnRegistration", AccessToken=token)
        made = Passkey.create(started["CredentialCreationOptions"])
        foreign = tokens_of(other.by_password())["AccessToken"]
        with refused("WebAuthnChallengeNotFoundException"):
            complete(other, foreign, made)

    @pytest.mark.fact("A143")
    @pytest.mark.parametrize("where", ["client", "pool"])
    def test_session_of_elsewhere(
        self, walker: Walker, other: Walker, passkey: Passkey, where: str
    ) -> None:
        """No session of one client can be answered at another one, in the pool or outside."""
        thief = other
        if where == "client":
            client = new_client(walker.engine, walker.user_pool_id, ExplicitAuthFlows=ALL_FLOWS)
            thief = Walker(
                walker.engine, walker.user_pool_id, client["ClientId"], admin=walker.admin
            )
        challenge = ask(walker, "EMAIL_OTP")
        code = sent_code(walker)
        options = ask(walker, "WEB_AUTHN")
        credential = json.dumps(passkey.sign(options_of(options)))
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        for name, session, answers in (
            ("EMAIL_OTP", challenge["Session"], {"EMAIL_OTP_CODE": code}),
            ("WEB_AUTHN", options["Session"], {"CREDENTIAL": credential}),
            ("SELECT_CHALLENGE", choose(walker)["Session"], chosen),
        ):
            with refused(NOT_AUTHORIZED, INVALID):
                thief.respond(name, session, **answers)

    @pytest.mark.fact("N001")
    def test_client_without_user_auth(self, walker: Walker) -> None:
        """A client that does not allow USER_AUTH begins no sign-in by it, by no operation."""
        flows = [flow for flow in ALL_FLOWS if flow != "ALLOW_USER_AUTH"]
        client = new_client(walker.engine, walker.user_pool_id, ExplicitAuthFlows=flows)
        thief = Walker(walker.engine, walker.user_pool_id, client["ClientId"], admin=walker.admin)
        for preferred in ("EMAIL_OTP", "PASSWORD", ""):
            with pytest.raises(Refusal) as caught:
                choose(thief, PREFERRED_CHALLENGE=preferred, PASSWORD=walker.password)
            assert caught.value.code == "InvalidParameterException"
