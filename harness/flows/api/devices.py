"""Operations on tracked devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from harness.flows.api.caller import OperationCaller, given, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import DeviceRememberedStatusTypeType
    from mypy_boto3_cognito_idp.type_defs import (
        AdminGetDeviceResponseTypeDef,
        AdminListDevicesResponseTypeDef,
        ConfirmDeviceResponseTypeDef,
        DeviceSecretVerifierConfigTypeTypeDef,
        EmptyResponseMetadataTypeDef,
        GetDeviceResponseTypeDef,
        ListDevicesResponseTypeDef,
    )

__all__ = ["DeviceActions"]


class DeviceActions(OperationCaller):
    """ConfirmDevice and the operations on a device, for its user and for an administrator."""

    def confirm_device(
        self,
        access_token: Secret | str,
        device_key: str,
        verifier_config: Mapping[str, str] | None = None,
        *,
        device_name: str | None = None,
    ) -> ConfirmDeviceResponseTypeDef:
        """Call ConfirmDevice; ``verifier_config`` is DeviceSecretVerifierConfig."""
        config = cast("DeviceSecretVerifierConfigTypeTypeDef | None", verifier_config)
        return self.client.confirm_device(
            AccessToken=reveal(access_token),
            DeviceKey=device_key,
            **given(DeviceSecretVerifierConfig=config, DeviceName=device_name),
        )

    def update_device_status(
        self,
        access_token: Secret | str,
        device_key: str,
        status: DeviceRememberedStatusTypeType = "remembered",
    ) -> dict[str, Any]:
        """Call UpdateDeviceStatus."""
        return self.client.update_device_status(
            AccessToken=reveal(access_token), DeviceKey=device_key, DeviceRememberedStatus=status
        )

    def get_device(self, access_token: Secret | str, device_key: str) -> GetDeviceResponseTypeDef:
        """Call GetDevice."""
        return self.client.get_device(AccessToken=reveal(access_token), DeviceKey=device_key)

    def list_devices(
        self,
        access_token: Secret | str,
        *,
        limit: int | None = None,
        pagination_token: str | None = None,
    ) -> ListDevicesResponseTypeDef:
        """Call ListDevices and return one page."""
        return self.client.list_devices(
            AccessToken=reveal(access_token),
            **given(Limit=limit, PaginationToken=pagination_token),
        )

    def forget_device(
        self, access_token: Secret | str, device_key: str
    ) -> EmptyResponseMetadataTypeDef:
        """Call ForgetDevice."""
        return self.client.forget_device(AccessToken=reveal(access_token), DeviceKey=device_key)

    def admin_get_device(self, username: str, device_key: str) -> AdminGetDeviceResponseTypeDef:
        """Call AdminGetDevice."""
        return self.admin.admin_get_device(
            UserPoolId=self.app.user_pool_id, Username=username, DeviceKey=device_key
        )

    def admin_list_devices(
        self, username: str, *, limit: int | None = None, pagination_token: str | None = None
    ) -> AdminListDevicesResponseTypeDef:
        """Call AdminListDevices and return one page."""
        return self.admin.admin_list_devices(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            **given(Limit=limit, PaginationToken=pagination_token),
        )

    def admin_forget_device(self, username: str, device_key: str) -> EmptyResponseMetadataTypeDef:
        """Call AdminForgetDevice."""
        return self.admin.admin_forget_device(
            UserPoolId=self.app.user_pool_id, Username=username, DeviceKey=device_key
        )

    def admin_update_device_status(
        self,
        username: str,
        device_key: str,
        status: DeviceRememberedStatusTypeType = "remembered",
    ) -> dict[str, Any]:
        """Call AdminUpdateDeviceStatus."""
        return self.admin.admin_update_device_status(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            DeviceKey=device_key,
            DeviceRememberedStatus=status,
        )
