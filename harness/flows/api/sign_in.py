"""Operations that get, refresh and revoke tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, given, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType, ChallengeNameTypeType
    from mypy_boto3_cognito_idp.type_defs import (
        AdminInitiateAuthResponseTypeDef,
        AdminRespondToAuthChallengeResponseTypeDef,
        GetTokensFromRefreshTokenResponseTypeDef,
        InitiateAuthResponseTypeDef,
        RespondToAuthChallengeResponseTypeDef,
    )

__all__ = ["SignInActions"]


class SignInActions(OperationCaller):
    """InitiateAuth and RespondToAuthChallenge, also for administrators, and token operations.

    If the app client has a secret, each adds SECRET_HASH for the USERNAME that it sends (D049),
    unless the parameters have one already.
    """

    def initiate_auth(
        self,
        auth_flow: AuthFlowTypeType,
        parameters: Mapping[str, str],
        *,
        secret_hash_for: str | None = None,
        client_metadata: Mapping[str, str] | None = None,
        session: Secret | str | None = None,
    ) -> InitiateAuthResponseTypeDef:
        """Call InitiateAuth with ``parameters`` as AuthParameters.

        Args:
            auth_flow: Cognito's name of the flow.
            parameters: AuthParameters, without SECRET_HASH.
            secret_hash_for: username for SECRET_HASH if no USERNAME is sent: REFRESH_TOKEN_AUTH
                needs the internal username (A122).
            client_metadata: ClientMetadata for the pool's triggers.
            session: Session of ConfirmSignUp, which USER_AUTH takes (N024).
        """
        return self.client.initiate_auth(
            ClientId=self.app.client_id,
            AuthFlow=auth_flow,
            AuthParameters=self._with_secret_hash(parameters, secret_hash_for),
            **given(ClientMetadata=client_metadata, Session=session),
        )

    def admin_initiate_auth(
        self,
        auth_flow: AuthFlowTypeType,
        parameters: Mapping[str, str],
        *,
        secret_hash_for: str | None = None,
        client_metadata: Mapping[str, str] | None = None,
        session: Secret | str | None = None,
    ) -> AdminInitiateAuthResponseTypeDef:
        """Call AdminInitiateAuth; the arguments are those of :meth:`initiate_auth`."""
        return self.admin.admin_initiate_auth(
            UserPoolId=self.app.user_pool_id,
            ClientId=self.app.client_id,
            AuthFlow=auth_flow,
            AuthParameters=self._with_secret_hash(parameters, secret_hash_for),
            **given(ClientMetadata=client_metadata, Session=session),
        )

    def respond_to_auth_challenge(
        self,
        challenge_name: ChallengeNameTypeType,
        responses: Mapping[str, str],
        *,
        session: Secret | str | None = None,
        client_metadata: Mapping[str, str] | None = None,
    ) -> RespondToAuthChallengeResponseTypeDef:
        """Call RespondToAuthChallenge with ``responses`` as ChallengeResponses."""
        return self.client.respond_to_auth_challenge(
            ClientId=self.app.client_id,
            ChallengeName=challenge_name,
            ChallengeResponses=self._with_secret_hash(responses),
            **given(Session=session, ClientMetadata=client_metadata),
        )

    def admin_respond_to_auth_challenge(
        self,
        challenge_name: ChallengeNameTypeType,
        responses: Mapping[str, str],
        *,
        session: Secret | str | None = None,
        client_metadata: Mapping[str, str] | None = None,
    ) -> AdminRespondToAuthChallengeResponseTypeDef:
        """Call AdminRespondToAuthChallenge with ``responses`` as ChallengeResponses."""
        return self.admin.admin_respond_to_auth_challenge(
            UserPoolId=self.app.user_pool_id,
            ClientId=self.app.client_id,
            ChallengeName=challenge_name,
            ChallengeResponses=self._with_secret_hash(responses),
            **given(Session=session, ClientMetadata=client_metadata),
        )

    def get_tokens_from_refresh_token(
        self, refresh_token: Secret | str, *, device_key: str | None = None
    ) -> GetTokensFromRefreshTokenResponseTypeDef:
        """Call GetTokensFromRefreshToken; it sends the client secret itself, if any (A266)."""
        return self.client.get_tokens_from_refresh_token(
            ClientId=self.app.client_id,
            RefreshToken=reveal(refresh_token),
            **given(ClientSecret=self.app.client_secret, DeviceKey=device_key),
        )

    def revoke_token(self, refresh_token: Secret | str) -> dict[str, Any]:
        """Call RevokeToken; it sends the client secret itself, if any."""
        return self.client.revoke_token(
            ClientId=self.app.client_id,
            Token=reveal(refresh_token),
            **given(ClientSecret=self.app.client_secret),
        )

    def global_sign_out(self, access_token: Secret | str) -> dict[str, Any]:
        """Call GlobalSignOut."""
        return self.client.global_sign_out(AccessToken=reveal(access_token))

    def admin_user_global_sign_out(self, username: str) -> dict[str, Any]:
        """Call AdminUserGlobalSignOut."""
        return self.admin.admin_user_global_sign_out(
            UserPoolId=self.app.user_pool_id, Username=username
        )
