"""The operations: exactly what is sent for each, and that answers and refusals pass unchanged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import ServiceModel

from harness.errors import HarnessError
from harness.flows.actions import Actions
from tests.flows.operations import (
    CASES,
    CLIENT,
    CLIENT_SECRET,
    HASH_OF_ALICE,
    PLAIN,
    RESULT,
    TOKEN,
    WITH_SECRET,
    WITH_SECRET_HASH,
    expected_request,
    is_for_admin,
)
from tests.flows.stubs import stubbed


def test_every_operation_has_a_case() -> None:
    """No operation is added without a test of what it sends."""
    methods = {
        name
        for name, _ in inspect.getmembers(Actions, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods == set(CASES)


@pytest.mark.parametrize("operation", CASES)
def test_operation_sends_exactly_its_members(operation: str) -> None:
    """An operation sends exactly its members, and returns boto3's answer."""
    call, _, answer = CASES[operation]
    client, stubber = stubbed()
    stubber.add_response(operation, answer, expected_request(operation))
    returned = call(Actions(client, PLAIN, admin=client))
    assert returned.items() >= answer.items()
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("operation", CASES)
def test_refusal_passes_unchanged(operation: str) -> None:
    """What Cognito refuses is botocore's ClientError, with Cognito's code and text."""
    client, stubber = stubbed()
    stubber.add_client_error(operation, "TooManyRequestsException", "Rate exceeded")
    with pytest.raises(ClientError) as caught:
        CASES[operation][0](Actions(client, PLAIN, admin=client))
    assert caught.value.response["Error"] == {
        "Code": "TooManyRequestsException",
        "Message": "Rate exceeded",
    }


@pytest.mark.parametrize(
    ("call", "missing"),
    [
        (lambda a: a.start_web_authn_registration(TOKEN), "StartWebAuthnRegistration"),
        (lambda a: a.complete_web_authn_registration(TOKEN, {}), "CompleteWebAuthnRegistration"),
        (lambda a: a.list_web_authn_credentials(TOKEN), "ListWebAuthnCredentials"),
        (lambda a: a.delete_web_authn_credential(TOKEN, "AAAA"), "DeleteWebAuthnCredential"),
        (lambda a: a.get_user_auth_factors(TOKEN), "GetUserAuthFactors"),
        (lambda a: a.admin_get_user_auth_factors("alice"), "AdminGetUserAuthFactors"),
        (
            lambda a: a.set_user_mfa_preference(TOKEN, web_authn={"Enabled": True}),
            "WebAuthnMfaSettings of SetUserMFAPreference",
        ),
        (
            lambda a: a.admin_set_user_mfa_preference("alice", web_authn={"Enabled": True}),
            "WebAuthnMfaSettings of AdminSetUserMFAPreference",
        ),
    ],
)
def test_an_old_boto3_gets_one_message(call: Callable[[Actions], Any], missing: str) -> None:
    """A release without an operation or a member is named, with how to get a newer one."""
    client, stubber = stubbed()
    model = client.meta.service_model._service_description  # type: ignore[attr-defined]
    operations = {name: value for name, value in model["operations"].items() if name != missing}
    shapes = {**model["shapes"]}
    for name in ("SetUserMFAPreferenceRequest", "AdminSetUserMFAPreferenceRequest"):
        members = {**shapes[name]["members"]}
        del members["WebAuthnMfaSettings"]
        shapes[name] = {**shapes[name], "members": members}
    old = ServiceModel({**model, "operations": operations, "shapes": shapes})
    client.meta._service_model = old  # type: ignore[attr-defined]
    with pytest.raises(HarnessError, match=f"does not know {missing}; pip install --upgrade boto3"):
        call(Actions(client, PLAIN, admin=client))
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("operation", [name for name in CASES if is_for_admin(name)])
def test_admin_operation_without_an_admin_client_is_refused(operation: str) -> None:
    """Without an administrator's client nothing is sent, and the message says how to give one."""
    client, stubber = stubbed()
    with pytest.raises(HarnessError, match="admin=") as caught:
        CASES[operation][0](Actions(client, PLAIN))
    assert not isinstance(caught.value, AssertionError)
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("operation", [name for name in CASES if is_for_admin(name)])
def test_admin_operations_use_the_admin_client_only(operation: str) -> None:
    """Where the two clients differ, the user's own never sees a signed operation."""
    users, _ = stubbed()
    admins, stubber = stubbed()
    stubber.add_response(operation, CASES[operation][2], expected_request(operation))
    CASES[operation][0](Actions(users, PLAIN, admin=admins))


class TestSecretHash:
    """SECRET_HASH, for an app client with a secret."""

    def test_secret_hash_is_that_of_openssl(self) -> None:
        """It is what OpenSSL computes as HMAC-SHA256 of username and client id (A119)."""
        assert WITH_SECRET.secret_hash("alice") == HASH_OF_ALICE
        assert PLAIN.secret_hash("alice") is None

    @pytest.mark.parametrize("operation", sorted(WITH_SECRET_HASH))
    def test_secret_hash_is_sent_as_a_member(self, operation: str) -> None:
        """Operations with a Username of their own send SecretHash beside it."""
        call, _, answer = CASES[operation]
        client, stubber = stubbed()
        request = {**expected_request(operation), "SecretHash": HASH_OF_ALICE}
        stubber.add_response(operation, answer, request)
        call(Actions(client, WITH_SECRET))

    @pytest.mark.parametrize(
        ("operation", "member"),
        [
            ("initiate_auth", "AuthParameters"),
            ("respond_to_auth_challenge", "ChallengeResponses"),
            ("admin_initiate_auth", "AuthParameters"),
            ("admin_respond_to_auth_challenge", "ChallengeResponses"),
        ],
    )
    def test_secret_hash_is_sent_as_a_parameter(self, operation: str, member: str) -> None:
        """Sign-in operations send SECRET_HASH among the parameters, over their USERNAME."""
        call, _, answer = CASES[operation]
        client, stubber = stubbed()
        request = expected_request(operation)
        request[member] = {**request[member], "SECRET_HASH": HASH_OF_ALICE}
        stubber.add_response(operation, answer, request)
        call(Actions(client, WITH_SECRET, admin=client))

    @pytest.mark.parametrize("operation", ["get_tokens_from_refresh_token", "revoke_token"])
    def test_refresh_operations_send_the_secret_itself(self, operation: str) -> None:
        """Operations on refresh tokens send the client secret itself (A266)."""
        call, _, answer = CASES[operation]
        client, stubber = stubbed()
        request = {**expected_request(operation), "ClientSecret": CLIENT_SECRET}
        stubber.add_response(operation, answer, request)
        call(Actions(client, WITH_SECRET))

    def test_refresh_takes_the_internal_name(self) -> None:
        """REFRESH_TOKEN_AUTH has no USERNAME; its hash is over the name that is given (A122)."""
        client, stubber = stubbed()
        parameters = {"REFRESH_TOKEN": TOKEN, "SECRET_HASH": HASH_OF_ALICE}
        stubber.add_response(
            "initiate_auth",
            RESULT,
            {
                "ClientId": CLIENT,
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": parameters,
            },
        )
        actions = Actions(client, WITH_SECRET)
        actions.initiate_auth(
            "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": TOKEN}, secret_hash_for="alice"
        )

    def test_given_hash_is_kept(self) -> None:
        """A SECRET_HASH among the parameters is sent as it is, so that a wrong one can be."""
        client, stubber = stubbed()
        parameters = {"USERNAME": "alice", "SECRET_HASH": "wrong"}
        stubber.add_response(
            "initiate_auth",
            RESULT,
            {"ClientId": CLIENT, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters},
        )
        Actions(client, WITH_SECRET).initiate_auth("USER_SRP_AUTH", parameters)

    def test_secret_is_not_shown(self) -> None:
        """An app client's repr keeps the secret to itself."""
        assert CLIENT_SECRET not in repr(WITH_SECRET)
