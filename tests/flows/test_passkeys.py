"""The flows of passkeys: register, list, delete."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import UnexpectedResult
from harness.flows.actions import Actions
from harness.flows.passkeys import delete_passkey, every_passkey, register_passkey
from harness.flows.tokens import Tokens
from harness.redaction import Secret
from harness.users.passkey import Passkey
from tests.flows.operations import PLAIN, TOKEN
from tests.flows.played import authentication_result
from tests.flows.played_choice import CREATION_OPTIONS, PARTY, PlayedChoice
from tests.flows.stubs import stubbed


class TestRegistration:
    """StartWebAuthnRegistration and CompleteWebAuthnRegistration."""

    @pytest.mark.parametrize(
        "tokens", [TOKEN, Secret(TOKEN), Tokens.from_result(authentication_result())]
    )
    def test_the_options_become_a_registration(self, tokens: Any) -> None:
        """The credential of the second call answers the first one, with the same token."""
        client, stubber = stubbed()
        token = "access" if isinstance(tokens, Tokens) else TOKEN
        stubber.add_response(
            "start_web_authn_registration",
            {"CredentialCreationOptions": CREATION_OPTIONS},
            {"AccessToken": token},
        )
        sent: list[Any] = []
        client.meta.events.register(
            "provide-client-params.*.CompleteWebAuthnRegistration",
            lambda params, **_: sent.append(params),
        )
        stubber.add_response("complete_web_authn_registration", {})
        passkey = register_passkey(Actions(client, PLAIN), tokens)
        assert sent == [{"AccessToken": token, "Credential": passkey.registration}]
        assert passkey.relying_party_id == PARTY

    def test_how_it_is_made_can_be_said(self) -> None:
        """The arguments of Passkey.create reach it."""
        client, stubber = stubbed()
        options = {"CredentialCreationOptions": CREATION_OPTIONS}
        stubber.add_response("start_web_authn_registration", options)
        stubber.add_response("complete_web_authn_registration", {})
        passkey = register_passkey(Actions(client, PLAIN), TOKEN, algorithm="RS256")
        assert passkey.registration["response"]["publicKeyAlgorithm"] == -257

    @pytest.mark.parametrize("options", ["{}", [], None])
    def test_a_response_without_options_is_a_finding(self, options: Any) -> None:
        """Options that are no JSON object are the service's fault (N040)."""
        client, stubber = stubbed()
        answer = {"CredentialCreationOptions": options}
        stubber.add_response("start_web_authn_registration", answer)
        with pytest.raises(UnexpectedResult, match="CredentialCreationOptions"):
            register_passkey(Actions(client, PLAIN), TOKEN)

    def test_another_hand_accepts_the_registration(self) -> None:
        """What is sent is verified by the library of Duo Labs."""
        cognito = PlayedChoice()
        passkey = Passkey.create(CREATION_OPTIONS)
        cognito._play_complete_web_authn_registration({"Credential": passkey.registration})
        assert list(cognito.public_keys) == [passkey.credential_id]


class TestListing:
    """ListWebAuthnCredentials, page by page."""

    def test_every_page_is_read(self) -> None:
        """NextToken leads to the next page, until there is none."""
        client, stubber = stubbed()
        pages = [("AAAA", "next"), ("BBBB", None)]
        token: str | None = None
        for credential_id, following in pages:
            request = {"AccessToken": TOKEN, **({} if token is None else {"NextToken": token})}
            page = {"Credentials": [described(credential_id)]}
            more = {} if following is None else {"NextToken": following}
            stubber.add_response("list_web_authn_credentials", {**page, **more}, request)
            token = following
        found = every_passkey(Actions(client, PLAIN), TOKEN)
        assert [one["CredentialId"] for one in found] == ["AAAA", "BBBB"]

    def test_pages_without_an_end_are_a_finding(self) -> None:
        """A service that always names another page is at fault."""
        client, stubber = stubbed()
        for _ in range(20):
            page = {"Credentials": [described("AAAA")], "NextToken": "next"}
            stubber.add_response("list_web_authn_credentials", page)
        with pytest.raises(UnexpectedResult, match="more than 20 pages"):
            every_passkey(Actions(client, PLAIN), TOKEN)


@pytest.mark.parametrize("by_id", [True, False])
def test_a_passkey_is_deleted(by_id: bool) -> None:
    """A passkey can be named by itself or by its id."""
    client, stubber = stubbed()
    passkey = Passkey.create(CREATION_OPTIONS)
    request = {"AccessToken": TOKEN, "CredentialId": passkey.credential_id}
    stubber.add_response("delete_web_authn_credential", {}, request)
    delete_passkey(Actions(client, PLAIN), TOKEN, passkey.credential_id if by_id else passkey)
    stubber.assert_no_pending_responses()


def described(credential_id: str) -> dict[str, Any]:
    """Return a description as Cognito gives it (N046)."""
    return {
        "CredentialId": credential_id,
        "FriendlyCredentialName": "Passkey",
        "RelyingPartyId": PARTY,
        "AuthenticatorTransports": ["internal"],
        "CreatedAt": 1_795_372_815,
    }
