"""pycognito: its ``Cognito`` for the user, and its ``AWSSRP`` for the device."""

from __future__ import annotations

from typing import Any

import pycognito
import requests.api
from botocore.exceptions import ClientError

from tests.foreign_clients.python.conversation import Refused, Settings, converse

_ASKED = "asked for SOFTWARE_TOKEN_MFA"


class PycognitoClient:
    """The actions of the tests, each a method of pycognito's."""

    def __init__(self, settings: Settings) -> None:
        redirect(settings)
        self._settings = settings
        self._user = pycognito.Cognito(
            settings.user_pool_id, settings.client_id, username=settings.username
        )
        self._device: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._answer: dict[str, Any] = {}
        self._user.client.meta.events.register("after-call.cognito-idp", self._keep)

    def _keep(self, parsed: dict[str, Any], **_: Any) -> None:
        """Keep the last response, because pycognito drops NewDeviceMetadata and needs it later."""
        self._answer = parsed

    def sign_up(self, password: str) -> str:
        """Sign up."""
        self._user.set_base_attributes(email=self._settings.email)
        return _done(lambda: self._user.register(self._settings.username, password))

    def confirm(self, code: str) -> str:
        """Confirm the sign-up."""
        return _done(lambda: self._user.confirm_sign_up(code, self._settings.username))

    def sign_in(self, password: str) -> str:
        """Sign in with the device if there is one, and without it if Cognito has forgotten it."""
        if self._device:
            try:
                return _signed_in(lambda: self._sign_in_with_device(password))
            except Refused as refused:
                if refused.code != "ResourceNotFoundException":
                    raise
        self._device = {}
        return _signed_in(lambda: self._user.authenticate(password))

    def _sign_in_with_device(self, password: str) -> None:
        """Use ``AWSSRP``, because ``Cognito.authenticate`` does not support devices."""
        tokens = self._srp(password).authenticate_user()["AuthenticationResult"]
        self._user.access_token = tokens["AccessToken"]
        self._user.refresh_token = tokens["RefreshToken"]

    def _srp(self, password: str = "") -> Any:
        settings = self._settings
        pool_id, client_id = settings.user_pool_id, settings.client_id
        client = self._user.client
        return pycognito.AWSSRP(
            settings.username, password, pool_id, client_id, client=client, **self._device
        )

    def begin_totp(self) -> dict[str, str]:
        """Request the TOTP secret."""
        return {"outcome": "done", "secret": self._user.associate_software_token()}

    def end_totp(self, code: str) -> str:
        """Verify the authenticator app and make it preferred."""

        def verify() -> None:
            self._user.verify_software_token(code, "phone")
            self._user.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")

        return _done(verify)

    def answer_code(self, code: str) -> str:
        """Respond to the challenge of the sign-in."""
        return _signed_in(lambda: self._user.respond_to_software_token_mfa_challenge(code))

    def remember_device(self) -> str:
        """Confirm and remember the device of the last sign-in."""
        answer, srp = dict(self._answer), self._srp()
        _, password = srp.confirm_device(answer, device_name="laptop")
        new = answer["AuthenticationResult"]["NewDeviceMetadata"]
        srp.update_device_status(True, self._user.access_token, new["DeviceKey"])
        self._device = {
            "device_key": new["DeviceKey"],
            "device_group_key": new["DeviceGroupKey"],
            "device_password": password,
        }
        return "done"

    def spoil_device(self) -> str:
        """Replace the device's password with a wrong one."""
        self._kept = self._device
        self._device = {**self._device, "device_password": "not the password of the device"}
        return "done"

    def mend_device(self) -> str:
        """Restore the device's password."""
        self._device = self._kept
        return "done"

    def call(self) -> str:
        """Ask which user is signed in."""
        return _done(self._user.get_user)

    def refresh(self) -> str:
        """Refresh by pycognito if no device is tracked, because it sends no DEVICE_KEY."""
        before = self._user.access_token
        _done(self._refresh_with_device if self._device else self._user.renew_access_token)
        return "the same tokens" if before == self._user.access_token else "new tokens"

    def _refresh_with_device(self) -> None:
        answer = self._user.client.initiate_auth(
            ClientId=self._settings.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={
                "REFRESH_TOKEN": self._user.refresh_token,
                "DEVICE_KEY": self._device["device_key"],
            },
        )
        self._user.access_token = answer["AuthenticationResult"]["AccessToken"]

    def forget_device(self) -> str:
        """Forget the device; its secrets stay here for the next sign-in."""
        key = self._device["device_key"]
        return _done(lambda: self._srp().forget_device(self._user.access_token, key))

    def sign_out_everywhere(self) -> str:
        """Sign out everywhere; restore the tokens, which pycognito drops."""
        access, refresh = self._user.access_token, self._user.refresh_token
        outcome = _done(self._user.logout)
        self._user.access_token, self._user.refresh_token = access, refresh
        return outcome


def _done(action: Any) -> str:
    try:
        action()
    except ClientError as error:
        raise Refused(error.response["Error"]["Code"]) from error
    return "done"


def _signed_in(action: Any) -> str:
    try:
        _done(action)
    except pycognito.exceptions.SoftwareTokenMFAChallengeException:
        return _ASKED
    return "signed in"


def redirect(settings: Settings) -> None:
    """Redirect pycognito's own requests to the emulator; AWS's host is fixed in its code."""
    api: Any = requests.api
    real = api.request
    host = f"https://cognito-idp.{settings.region}.amazonaws.com"

    def request(method: str, url: str, **more: Any) -> Any:
        answer = real(method, url.replace(host, settings.endpoint, 1), **more)
        answer.raise_for_status()
        return answer

    api.request = request


if __name__ == "__main__":
    converse(PycognitoClient)
