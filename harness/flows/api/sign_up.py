"""Operations without a token: sign-up, confirmation, and recovery of a forgotten password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, attribute_list, given, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        ConfirmSignUpResponseTypeDef,
        ForgotPasswordResponseTypeDef,
        ResendConfirmationCodeResponseTypeDef,
        SignUpResponseTypeDef,
    )

__all__ = ["SignUpActions"]


class SignUpActions(OperationCaller):
    """SignUp and related operations; ``username`` is the name that the user types."""

    def sign_up(
        self,
        username: str,
        password: Secret | str | None,
        attributes: Mapping[str, str] | None = None,
        *,
        client_metadata: Mapping[str, str] | None = None,
    ) -> SignUpResponseTypeDef:
        """Call SignUp; with ``None`` as the password, the user has none (N054)."""
        return self.client.sign_up(
            ClientId=self.app.client_id,
            Username=username,
            **given(Password=password),
            UserAttributes=attribute_list(attributes or {}),
            **self._secret_hash(username),
            **given(ClientMetadata=client_metadata),
        )

    def resend_confirmation_code(self, username: str) -> ResendConfirmationCodeResponseTypeDef:
        """Call ResendConfirmationCode."""
        return self.client.resend_confirmation_code(
            ClientId=self.app.client_id, Username=username, **self._secret_hash(username)
        )

    def confirm_sign_up(
        self,
        username: str,
        code: Secret | str,
        *,
        force_alias_creation: bool | None = None,
        session: Secret | str | None = None,
    ) -> ConfirmSignUpResponseTypeDef:
        """Call ConfirmSignUp; with the Session of SignUp, it returns one to sign in with (A009)."""
        return self.client.confirm_sign_up(
            ClientId=self.app.client_id,
            Username=username,
            ConfirmationCode=reveal(code),
            **self._secret_hash(username),
            **given(ForceAliasCreation=force_alias_creation, Session=session),
        )

    def forgot_password(self, username: str) -> ForgotPasswordResponseTypeDef:
        """Call ForgotPassword."""
        return self.client.forgot_password(
            ClientId=self.app.client_id, Username=username, **self._secret_hash(username)
        )

    def confirm_forgot_password(
        self, username: str, code: Secret | str, password: Secret | str
    ) -> dict[str, Any]:
        """Call ConfirmForgotPassword; ``password`` is the new password."""
        return self.client.confirm_forgot_password(
            ClientId=self.app.client_id,
            Username=username,
            ConfirmationCode=reveal(code),
            Password=reveal(password),
            **self._secret_hash(username),
        )
