"""Operations on passkeys and on the factors that a user can sign in with (N040 to N048)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, given, known_to, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        AdminGetUserAuthFactorsResponseTypeDef,
        GetUserAuthFactorsResponseTypeDef,
        ListWebAuthnCredentialsResponseTypeDef,
        StartWebAuthnRegistrationResponseTypeDef,
    )

__all__ = ["PasskeyActions"]


class PasskeyActions(OperationCaller):
    """The operations of a signed-in user on their passkeys, and GetUserAuthFactors.

    There is no operation with which an administrator lists or deletes passkeys (N047). Older
    releases of boto3 lack some of these; each raises :class:`~harness.errors.HarnessError` then.
    """

    def start_web_authn_registration(
        self, access_token: Secret | str
    ) -> StartWebAuthnRegistrationResponseTypeDef:
        """Call StartWebAuthnRegistration."""
        client = known_to(self.client, "StartWebAuthnRegistration")
        return client.start_web_authn_registration(AccessToken=reveal(access_token))

    def complete_web_authn_registration(
        self, access_token: Secret | str, credential: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call CompleteWebAuthnRegistration; ``credential`` is RegistrationResponseJSON (N042)."""
        client = known_to(self.client, "CompleteWebAuthnRegistration")
        return client.complete_web_authn_registration(
            AccessToken=reveal(access_token), Credential=credential
        )

    def list_web_authn_credentials(
        self,
        access_token: Secret | str,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> ListWebAuthnCredentialsResponseTypeDef:
        """Call ListWebAuthnCredentials and return one page."""
        client = known_to(self.client, "ListWebAuthnCredentials")
        return client.list_web_authn_credentials(
            AccessToken=reveal(access_token),
            **given(MaxResults=max_results, NextToken=next_token),
        )

    def delete_web_authn_credential(
        self, access_token: Secret | str, credential_id: str
    ) -> dict[str, Any]:
        """Call DeleteWebAuthnCredential."""
        client = known_to(self.client, "DeleteWebAuthnCredential")
        return client.delete_web_authn_credential(
            AccessToken=reveal(access_token), CredentialId=credential_id
        )

    def get_user_auth_factors(
        self, access_token: Secret | str
    ) -> GetUserAuthFactorsResponseTypeDef:
        """Call GetUserAuthFactors."""
        client = known_to(self.client, "GetUserAuthFactors")
        return client.get_user_auth_factors(AccessToken=reveal(access_token))

    def admin_get_user_auth_factors(self, username: str) -> AdminGetUserAuthFactorsResponseTypeDef:
        """Call AdminGetUserAuthFactors."""
        client = known_to(self.admin, "AdminGetUserAuthFactors")
        return client.admin_get_user_auth_factors(
            UserPoolId=self.app.user_pool_id, Username=username
        )
