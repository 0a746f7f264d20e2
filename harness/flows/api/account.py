"""Operations of a signed-in user on their own account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, attribute_list, given, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        EmptyResponseMetadataTypeDef,
        GetUserAttributeVerificationCodeResponseTypeDef,
        GetUserResponseTypeDef,
        UpdateUserAttributesResponseTypeDef,
    )

__all__ = ["AccountActions"]


class AccountActions(OperationCaller):
    """GetUser and other operations with an access token; all need its scope (A072)."""

    def get_user(self, access_token: Secret | str) -> GetUserResponseTypeDef:
        """Call GetUser."""
        return self.client.get_user(AccessToken=reveal(access_token))

    def delete_user(self, access_token: Secret | str) -> EmptyResponseMetadataTypeDef:
        """Call DeleteUser."""
        return self.client.delete_user(AccessToken=reveal(access_token))

    def change_password(
        self,
        access_token: Secret | str,
        previous: Secret | str | None,
        proposed: Secret | str,
    ) -> dict[str, Any]:
        """Call ChangePassword; only users without a password leave out ``previous`` (A098)."""
        return self.client.change_password(
            AccessToken=reveal(access_token),
            ProposedPassword=reveal(proposed),
            **given(PreviousPassword=previous),
        )

    def update_user_attributes(
        self, access_token: Secret | str, attributes: Mapping[str, str]
    ) -> UpdateUserAttributesResponseTypeDef:
        """Call UpdateUserAttributes."""
        return self.client.update_user_attributes(
            AccessToken=reveal(access_token), UserAttributes=attribute_list(attributes)
        )

    def get_user_attribute_verification_code(
        self, access_token: Secret | str, attribute_name: str
    ) -> GetUserAttributeVerificationCodeResponseTypeDef:
        """Call GetUserAttributeVerificationCode."""
        return self.client.get_user_attribute_verification_code(
            AccessToken=reveal(access_token), AttributeName=attribute_name
        )

    def verify_user_attribute(
        self, access_token: Secret | str, attribute_name: str, code: Secret | str
    ) -> dict[str, Any]:
        """Call VerifyUserAttribute."""
        return self.client.verify_user_attribute(
            AccessToken=reveal(access_token), AttributeName=attribute_name, Code=reveal(code)
        )
