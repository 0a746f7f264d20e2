"""Operations on second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.flows.api.caller import OperationCaller, given, known_to, reveal
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        AssociateSoftwareTokenResponseTypeDef,
        EmailMfaSettingsTypeTypeDef,
        SMSMfaSettingsTypeTypeDef,
        SoftwareTokenMfaSettingsTypeTypeDef,
        VerifySoftwareTokenResponseTypeDef,
        WebAuthnMfaSettingsTypeTypeDef,
    )

__all__ = ["MfaActions"]


class MfaActions(OperationCaller):
    """Operations to enroll a software token and to set the preferred factor."""

    def associate_software_token(
        self, *, access_token: Secret | str | None = None, session: Secret | str | None = None
    ) -> AssociateSoftwareTokenResponseTypeDef:
        """Call AssociateSoftwareToken with an access token, or with the Session of MFA_SETUP."""
        return self.client.associate_software_token(
            **given(AccessToken=access_token, Session=session)
        )

    def verify_software_token(
        self,
        code: Secret | str,
        *,
        access_token: Secret | str | None = None,
        session: Secret | str | None = None,
        friendly_device_name: str | None = None,
    ) -> VerifySoftwareTokenResponseTypeDef:
        """Call VerifySoftwareToken, if by Session with that of AssociateSoftwareToken (A206)."""
        return self.client.verify_software_token(
            UserCode=reveal(code),
            **given(
                AccessToken=access_token,
                Session=session,
                FriendlyDeviceName=friendly_device_name,
            ),
        )

    def set_user_mfa_preference(
        self,
        access_token: Secret | str,
        *,
        software_token: SoftwareTokenMfaSettingsTypeTypeDef | None = None,
        sms: SMSMfaSettingsTypeTypeDef | None = None,
        email: EmailMfaSettingsTypeTypeDef | None = None,
        web_authn: WebAuthnMfaSettingsTypeTypeDef | None = None,
    ) -> dict[str, Any]:
        """Call SetUserMFAPreference; settings are ``{"Enabled": …, "PreferredMfa": …}``.

        Those of ``web_authn`` have no PreferredMfa (N034).
        """
        if web_authn is not None:
            known_to(self.client, "SetUserMFAPreference", "WebAuthnMfaSettings")
        return self.client.set_user_mfa_preference(
            AccessToken=reveal(access_token),
            **given(
                SoftwareTokenMfaSettings=software_token,
                SMSMfaSettings=sms,
                EmailMfaSettings=email,
                WebAuthnMfaSettings=web_authn,
            ),
        )

    def admin_set_user_mfa_preference(
        self,
        username: str,
        *,
        software_token: SoftwareTokenMfaSettingsTypeTypeDef | None = None,
        sms: SMSMfaSettingsTypeTypeDef | None = None,
        email: EmailMfaSettingsTypeTypeDef | None = None,
        web_authn: WebAuthnMfaSettingsTypeTypeDef | None = None,
    ) -> dict[str, Any]:
        """Call AdminSetUserMFAPreference; settings as in :meth:`set_user_mfa_preference`."""
        if web_authn is not None:
            known_to(self.admin, "AdminSetUserMFAPreference", "WebAuthnMfaSettings")
        return self.admin.admin_set_user_mfa_preference(
            UserPoolId=self.app.user_pool_id,
            Username=username,
            **given(
                SoftwareTokenMfaSettings=software_token,
                SMSMfaSettings=sms,
                EmailMfaSettings=email,
                WebAuthnMfaSettings=web_authn,
            ),
        )
