"""What a pool sends messages by: the role for text messages, the identity for emails.

Cognito sends no text message without a role of the account, and takes email for a second factor
only where the pool has an SES identity (N006, N007). An emulator sends nothing, so made-up ones
serve it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["MADE_UP_SENDERS", "NO_SENDERS", "Senders"]


@dataclass(frozen=True)
class Senders:
    """The senders that a pool can be made with.

    Attributes:
        sms_role: ARN of the IAM role that sends text messages (SnsCallerArn), if there is one.
        external_id: ExternalId, which the trust policy of the role demands.
        email_identity: ARN of the SES identity that sends emails (SourceArn), if there is one.
    """

    sms_role: str | None = None
    external_id: str = "cognito-harness"
    email_identity: str | None = None

    def sms_configuration(self) -> dict[str, Any]:
        """Return SmsConfiguration; empty if there is no role."""
        if self.sms_role is None:
            return {}
        return {"SnsCallerArn": self.sms_role, "ExternalId": self.external_id}

    def email_configuration(self) -> dict[str, Any]:
        """Return EmailConfiguration; empty if there is no identity, for Cognito's own sender."""
        if self.email_identity is None:
            return {}
        return {"EmailSendingAccount": "DEVELOPER", "SourceArn": self.email_identity}


#: What a real account has until somebody names a role and an identity.
NO_SENDERS = Senders()
#: What an emulator is content with; the account is the one of AWS's examples.
MADE_UP_SENDERS = Senders(
    sms_role="arn:aws:iam::123456789012:role/cognito-harness-sms",
    email_identity="arn:aws:ses:us-east-1:123456789012:identity/harness.example.com",
)
