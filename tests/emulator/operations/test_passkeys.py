"""StartWebAuthnRegistration to DeleteWebAuthnCredential: users manage their passkeys."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.domain.signing import read_token
from harness.emulator.engine import Engine
from harness.users.passkey import Passkey
from tests.emulator.support.expect import START, refused
from tests.emulator.support.passkeys import (
    MULTI,
    PARTY,
    PasskeyUser,
    configure,
    decoded,
    passkey_pool,
    registered_again,
)
from tests.emulator.support.walker import new_client, new_pool, tokens_of

NOT_ENABLED = "WebAuthnNotEnabledException"
NOT_FOUND = "WebAuthnChallengeNotFoundException"
INVALID = "Credential data is not valid"


@pytest.fixture
def pool_id(engine: Engine) -> str:
    """A pool with passkeys."""
    return passkey_pool(engine)


@pytest.fixture
def alice(engine: Engine, pool_id: str) -> PasskeyUser:
    """A signed-in user of the pool."""
    return PasskeyUser(engine, pool_id)


class TestStart:
    """StartWebAuthnRegistration."""

    @pytest.mark.fact("N041")
    def test_options_have_the_measured_members(self, alice: PasskeyUser) -> None:
        """They have no others, such as attestation or extensions."""
        options = alice.start()
        challenge, user = options.pop("challenge"), options.pop("user")
        assert len(decoded(challenge)) == 16
        assert (user["displayName"], user["name"]) == ("alice", "alice")
        assert decoded(user["id"]).decode() == alice.user.sub
        assert options == {
            "authenticatorSelection": {
                "requireResidentKey": True,
                "residentKey": "required",
                "userVerification": "preferred",
            },
            "excludeCredentials": [],
            "pubKeyCredParams": [
                {"alg": -7, "type": "public-key"},
                {"alg": -257, "type": "public-key"},
            ],
            "rp": {"id": PARTY, "name": PARTY},
            "timeout": 60_000,
        }

    @pytest.mark.fact("N041")
    def test_passkeys_of_the_relying_party_are_excluded(self, alice: PasskeyUser) -> None:
        """An authenticator that has one already then makes no second one."""
        passkey = alice.register()
        excluded = [{"id": passkey.credential_id, "type": "public-key"}]
        assert alice.start()["excludeCredentials"] == excluded
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId="example.org")
        assert alice.start()["excludeCredentials"] == []

    @pytest.mark.parametrize(
        "settings", [{"UserVerification": "required"}, {"FactorConfiguration": MULTI}]
    )
    @pytest.mark.fact("N009", "N041")
    def test_user_verification_is_required_if_the_pool_says_so(
        self, alice: PasskeyUser, settings: dict[str, str]
    ) -> None:
        """UserVerification says it, and passkeys that count as MFA do."""
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId=PARTY, **settings)
        assert alice.start()["authenticatorSelection"]["userVerification"] == "required"

    @pytest.mark.fact("N044", "N044b", "N044c")
    def test_pool_without_passkeys_is_refused(self, engine: Engine) -> None:
        """WEB_AUTHN must be an allowed first factor, whatever WebAuthnConfiguration says."""
        bob = PasskeyUser(engine, new_pool(engine))
        configure(engine, bob.pool.pool_id, RelyingPartyId=PARTY)
        with refused(NOT_ENABLED):
            bob.start()
        with refused(NOT_ENABLED):
            bob.complete({})

    @pytest.mark.fact("N010")
    def test_pool_without_a_relying_party_is_refused(self, engine: Engine, pool_id: str) -> None:
        """It needs a RelyingPartyId or a domain."""
        alice = PasskeyUser(engine, pool_id)
        alice.pool.mfa.web_authn = None
        with refused("WebAuthnConfigurationMissingException"):
            alice.start()
        alice.pool.domains["Domain"] = "shop"
        assert alice.start()["rp"]["id"] == "shop.auth.us-east-1.amazoncognito.com"

    @pytest.mark.fact("N040")
    @pytest.mark.parametrize(
        ("operation", "members"),
        [
            ("StartWebAuthnRegistration", {}),
            ("CompleteWebAuthnRegistration", {"Credential": {}}),
            ("ListWebAuthnCredentials", {}),
            ("DeleteWebAuthnCredential", {"CredentialId": "x"}),
            ("GetUserAuthFactors", {}),
        ],
    )
    def test_token_needs_the_scope(
        self, alice: PasskeyUser, operation: str, members: dict[str, Any]
    ) -> None:
        """A valid token of the user without aws.cognito.signin.user.admin is refused."""
        _, claims = read_token(alice.access_token)
        token = alice.pool.keys.access.sign({**claims, "scope": "openid"})
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            alice.call(operation, AccessToken=token, **members)

    @pytest.mark.fact("N045", "A292")
    def test_twenty_first_passkey_is_refused(self, alice: PasskeyUser) -> None:
        """Neither a start nor a completion gets by, and a deletion makes room."""
        for _ in range(19):
            alice.register()
        options = alice.start()
        last = alice.register()
        with refused("LimitExceededException"):
            alice.start()
        with refused("LimitExceededException"):
            alice.complete(Passkey.create(options).registration)
        alice.call("DeleteWebAuthnCredential", CredentialId=last.credential_id)
        alice.register()
        assert len(alice.listed()) == 20


class TestComplete:
    """CompleteWebAuthnRegistration."""

    @pytest.mark.fact("N042", "N046", "N053")
    def test_passkey_is_listed(self, alice: PasskeyUser) -> None:
        """It has all members of the description, with the time of its registration."""
        passkey = alice.register()
        assert alice.listed() == [
            {
                "CredentialId": passkey.credential_id,
                "FriendlyCredentialName": "Platform passkey",
                "RelyingPartyId": PARTY,
                "AuthenticatorAttachment": "platform",
                "AuthenticatorTransports": ["internal"],
                "CreatedAt": START,
            }
        ]

    @pytest.mark.fact("N046")
    @pytest.mark.parametrize(
        ("attachment", "name"),
        [
            ("cross-platform", "Roaming passkey"),
            (None, "Passkey"),
            ("platform", "Platform passkey"),
        ],
    )
    def test_name_follows_the_attachment(
        self, alice: PasskeyUser, attachment: str | None, name: str
    ) -> None:
        """The service makes it up after the kind of authenticator, which may be unknown."""
        credential = Passkey.create(alice.start()).registration
        credential.pop("authenticatorAttachment")
        alice.complete({**credential, "authenticatorAttachment": attachment})
        (shown,) = alice.listed()
        assert shown["FriendlyCredentialName"] == name
        assert shown.get("AuthenticatorAttachment") == attachment

    @pytest.mark.fact("N044")
    def test_challenge_is_good_for_one_passkey(self, alice: PasskeyUser) -> None:
        """Neither the same credential nor another one can use it again."""
        options = alice.start()
        credential = Passkey.create(options).registration
        alice.complete(credential)
        for again in (credential, Passkey.create(options).registration):
            with refused(NOT_FOUND):
                alice.complete(again)
        assert len(alice.listed()) == 1

    @pytest.mark.fact("N044")
    def test_refused_credential_uses_the_challenge_up(self, alice: PasskeyUser) -> None:
        """So nobody can try several credentials on one challenge."""
        options = alice.start()
        with refused("WebAuthnOriginNotAllowedException"):
            alice.complete(Passkey.create(options, origin="https://evil.org").registration)
        with refused(NOT_FOUND):
            alice.complete(Passkey.create(options).registration)

    @pytest.mark.fact("N044")
    def test_challenge_expires(self, alice: PasskeyUser) -> None:
        """It lives for AuthSessionValidity, three minutes by default."""
        passkey = Passkey.create(alice.start())
        alice.engine.clock.advance(180)
        with refused(NOT_FOUND):
            alice.complete(passkey.registration)
        passkey = Passkey.create(alice.start())
        alice.engine.clock.advance(179)
        alice.complete(passkey.registration)

    @pytest.mark.fact("N044")
    def test_newest_registration_counts(self, alice: PasskeyUser) -> None:
        """A second start ends the first one."""
        first, second = alice.start(), alice.start()
        with refused(NOT_FOUND):
            alice.complete(Passkey.create(first).registration)
        alice.complete(Passkey.create(second).registration)

    @pytest.mark.fact("N044")
    def test_challenge_of_another_user_is_not_found(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """Each user has a challenge of their own, and the other's stays usable."""
        bob = PasskeyUser(engine, pool_id, "bob")
        credential = Passkey.create(alice.start()).registration
        with refused(NOT_FOUND):
            bob.complete(credential)
        bob.start()
        with refused(NOT_FOUND):
            bob.complete(credential)
        alice.complete(credential)

    @pytest.mark.fact("N044")
    def test_token_of_another_app_client_is_refused(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """The token must be of the app client that started; that one can still complete."""
        credential = Passkey.create(alice.start()).registration
        other = new_client(engine, pool_id)["ClientId"]
        alice.walker.client_id, before = other, alice.walker.client_id
        token = tokens_of(alice.walker.by_password())["AccessToken"]
        alice.walker.client_id = before
        with refused("WebAuthnClientMismatchException"):
            alice.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)
        alice.complete(credential)

    @pytest.mark.fact("N043")
    def test_passkey_cannot_be_registered_twice(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """Not by its user and not by another one of the pool."""
        passkey = alice.register()
        for user in (alice, PasskeyUser(engine, pool_id, "bob")):
            with refused("InvalidParameterException", INVALID):
                user.complete(registered_again(passkey, user.start()))
        assert len(alice.listed()) == 1

    @pytest.mark.fact("N010", "N044")
    def test_relying_party_that_changes_meanwhile_is_refused(self, alice: PasskeyUser) -> None:
        """The page belongs to the old one; on a page of both, the passkey still does."""
        party = "shop.example.com"
        options = alice.start()
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId=party)
        with refused("WebAuthnRelyingPartyMismatchException"):
            alice.complete(Passkey.create(options, origin=f"https://{party}").registration)
        credential = Passkey.create(alice.start()).registration
        alice.pool.mfa.web_authn = None
        with refused("WebAuthnRelyingPartyMismatchException"):
            alice.complete(credential)


class TestList:
    """ListWebAuthnCredentials."""

    @pytest.mark.fact("N046")
    def test_pages_have_the_size_of_max_results(self, alice: PasskeyUser) -> None:
        """They are in the order of registration, and 0 means a page of the most passkeys."""
        ids = [alice.register().credential_id for _ in range(5)]
        assert [one["CredentialId"] for one in alice.listed(MaxResults=0)] == ids
        found: list[str] = []
        token: dict[str, str] = {}
        for _ in range(3):
            page = alice.call("ListWebAuthnCredentials", MaxResults=2, **token)
            found += [one["CredentialId"] for one in page["Credentials"]]
            token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
        assert (found, token) == (ids, {})

    @pytest.mark.fact("N046")
    def test_token_of_another_user_is_refused(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """A NextToken continues one user's list only."""
        alice.register()
        alice.register()
        token = alice.call("ListWebAuthnCredentials", MaxResults=1)["NextToken"]
        bob = PasskeyUser(engine, pool_id, "bob")
        with refused("InvalidParameterException"):
            bob.call("ListWebAuthnCredentials", NextToken=token)

    @pytest.mark.fact("N010", "N046")
    def test_passkeys_of_an_earlier_relying_party_stay_listed(self, alice: PasskeyUser) -> None:
        """They are useless, and their users can see and delete them."""
        alice.register()
        configure(alice.engine, alice.pool.pool_id, RelyingPartyId="example.org")
        alice.register()
        assert [one["RelyingPartyId"] for one in alice.listed()] == [PARTY, "example.org"]


class TestDelete:
    """DeleteWebAuthnCredential, and the deletion of a user."""

    @pytest.mark.fact("N047")
    def test_deleted_passkey_is_gone(self, alice: PasskeyUser) -> None:
        """The response is empty, and the other passkey stays."""
        first, second = alice.register(), alice.register()
        deleted = alice.call("DeleteWebAuthnCredential", CredentialId=first.credential_id)
        assert deleted == {}
        assert [one["CredentialId"] for one in alice.listed()] == [second.credential_id]

    @pytest.mark.fact("N047", "N047b")
    def test_unknown_passkey_is_not_found(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """That of another user counts as unknown."""
        passkey = alice.register()
        bob = PasskeyUser(engine, pool_id, "bob")
        for user, name in ((alice, "nothing"), (bob, passkey.credential_id)):
            with refused("ResourceNotFoundException"):
                user.call("DeleteWebAuthnCredential", CredentialId=name)
        assert len(alice.listed()) == 1

    @pytest.mark.fact("N047")
    def test_passkeys_go_with_their_user(
        self, engine: Engine, pool_id: str, alice: PasskeyUser
    ) -> None:
        """A new user of the same name has none, and may register the same authenticator."""
        passkey = alice.register()
        alice.call("DeleteUser")
        again = PasskeyUser(engine, pool_id)
        assert again.listed() == []
        assert again.start()["excludeCredentials"] == []
        assert again.user.passkeys.find(passkey.credential_id) is None
