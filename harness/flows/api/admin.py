"""Operations of an administrator on users; they take any name of a user (A065)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, attribute_list, given, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import DeliveryMediumTypeType, MessageActionTypeType
    from mypy_boto3_cognito_idp.type_defs import (
        AdminCreateUserResponseTypeDef,
        AdminGetUserResponseTypeDef,
        EmptyResponseMetadataTypeDef,
        ListUsersResponseTypeDef,
    )

__all__ = ["AdminActions"]


class AdminActions(OperationCaller):
    """ListUsers and the Admin operations on users; all need AWS credentials."""

    def list_users(
        self,
        *,
        filter: str | None = None,
        attributes_to_get: Sequence[str] | None = None,
        limit: int | None = None,
        pagination_token: str | None = None,
    ) -> ListUsersResponseTypeDef:
        """Call ListUsers and return one page; ``filter`` is like ``username = "alice"`` (A076)."""
        return self.admin.list_users(
            UserPoolId=self.app.user_pool_id,
            **given(
                Filter=filter,
                AttributesToGet=attributes_to_get,
                Limit=limit,
                PaginationToken=pagination_token,
            ),
        )

    def admin_get_user(self, username: str) -> AdminGetUserResponseTypeDef:
        """Call AdminGetUser."""
        return self.admin.admin_get_user(UserPoolId=self.app.user_pool_id, Username=username)

    def admin_create_user(
        self,
        username: str,
        *,
        temporary_password: Secret | str | None = None,
        attributes: Mapping[str, str] | None = None,
        message_action: MessageActionTypeType | None = None,
        desired_delivery_mediums: Sequence[DeliveryMediumTypeType] | None = None,
        force_alias_creation: bool | None = None,
    ) -> AdminCreateUserResponseTypeDef:
        """Call AdminCreateUser; ``message_action`` is ``RESEND`` or ``SUPPRESS`` (A056)."""
        return self.admin.admin_create_user(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            UserAttributes=attribute_list(attributes or {}),
            **given(
                TemporaryPassword=temporary_password,
                MessageAction=message_action,
                DesiredDeliveryMediums=desired_delivery_mediums,
                ForceAliasCreation=force_alias_creation,
            ),
        )

    def admin_confirm_sign_up(self, username: str) -> dict[str, Any]:
        """Call AdminConfirmSignUp."""
        return self.admin.admin_confirm_sign_up(UserPoolId=self.app.user_pool_id, Username=username)

    def admin_set_user_password(
        self, username: str, password: Secret | str, *, permanent: bool = False
    ) -> dict[str, Any]:
        """Call AdminSetUserPassword; without ``permanent`` the password is temporary (A062)."""
        return self.admin.admin_set_user_password(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            Password=reveal(password),
            Permanent=permanent,
        )

    def admin_reset_user_password(self, username: str) -> dict[str, Any]:
        """Call AdminResetUserPassword."""
        return self.admin.admin_reset_user_password(
            UserPoolId=self.app.user_pool_id, Username=username
        )

    def admin_update_user_attributes(
        self, username: str, attributes: Mapping[str, str]
    ) -> dict[str, Any]:
        """Call AdminUpdateUserAttributes."""
        return self.admin.admin_update_user_attributes(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            UserAttributes=attribute_list(attributes),
        )

    def admin_disable_user(self, username: str) -> dict[str, Any]:
        """Call AdminDisableUser."""
        return self.admin.admin_disable_user(UserPoolId=self.app.user_pool_id, Username=username)

    def admin_enable_user(self, username: str) -> dict[str, Any]:
        """Call AdminEnableUser."""
        return self.admin.admin_enable_user(UserPoolId=self.app.user_pool_id, Username=username)

    def admin_delete_user(self, username: str) -> EmptyResponseMetadataTypeDef:
        """Call AdminDeleteUser."""
        return self.admin.admin_delete_user(UserPoolId=self.app.user_pool_id, Username=username)
