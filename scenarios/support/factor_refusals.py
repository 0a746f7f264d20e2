"""What Cognito refuses with where somebody prefers a factor, or signs in by choice or by passkey.

Like `scenarios.support.refusals`. Most texts of these errors are unknown, and are not asserted.
"""

from __future__ import annotations

from scenarios.support.refusals import Refusal

# The preference of a second factor.
NO_NUMBER_FOR_SMS = Refusal(
    "InvalidParameterException",
    ("User does not have delivery config set to turn on SMS_MFA",),
    "A237",
)
TWO_PREFERRED = Refusal("InvalidParameterException", facts="A239")

# The choice of the first factor.
USER_AUTH_OFF = Refusal("InvalidParameterException", facts="N001")
PASSWORD_REQUIRED = Refusal(
    "InvalidParameterException", ("Password Challenge is Required to SignIn",), "N021"
)
FACTOR_NOT_THERE = Refusal(
    "InvalidParameterException", facts="N018, N025", others=("NotAuthorizedException",)
)
# The code is reported for passkeys alone.
PASSKEY_WITHOUT_MFA = Refusal("NotAuthorizedException", facts="N032, N035")
CODE_WITHOUT_MFA = Refusal(
    "NotAuthorizedException", facts="N032", others=("InvalidParameterException",)
)
PREFERENCE_WITHOUT_PROOF = Refusal("InvalidParameterException", facts="N019")

# Without a password.
NO_PASSWORD_AND_NO_CONTACT = Refusal(
    "InvalidParameterException", facts="N054", others=("InvalidPasswordException",)
)
PASSWORD_NEEDED = Refusal(
    "InvalidPasswordException", facts="N054", others=("InvalidParameterException",)
)
PREVIOUS_PASSWORD_NEEDED = Refusal("InvalidParameterException", facts="N055")

# Passkeys: their registration.
PASSKEYS_OFF = Refusal("WebAuthnNotEnabledException", facts="N044")
NO_RELYING_PARTY = Refusal("WebAuthnConfigurationMissingException", facts="N010, N044")
REGISTRATION_OVER = Refusal("WebAuthnChallengeNotFoundException", facts="N044")
REGISTRATION_OF_ANOTHER_CLIENT = Refusal("WebAuthnClientMismatchException", facts="N044")
WRONG_ORIGIN = Refusal("WebAuthnOriginNotAllowedException", facts="N044")
WRONG_RELYING_PARTY = Refusal("WebAuthnRelyingPartyMismatchException", facts="N044")
CREDENTIAL_INVALID = Refusal("InvalidParameterException", ("Credential data is not valid",), "N043")
TOO_MANY_PASSKEYS = Refusal("LimitExceededException", facts="N044, N045")
UNKNOWN_PASSKEY = Refusal("ResourceNotFoundException", facts="N047")

# Passkeys: their proof, and as MFA.
PASSKEY_NOT_PROVEN = Refusal("NotAuthorizedException", facts="N052")
VERIFICATION_NEEDED = Refusal("NotAuthorizedException", facts="N033")
PASSKEY_ALONE = Refusal(
    "InvalidParameterException",
    ("WebAuthn MFA requires enabling an additional MFA setting.",),
    "N036",
)
PASSKEY_NOT_FIT = Refusal(
    "InvalidParameterException",
    ("User does not have applicable WebAuthn credentials to enable WebAuthn MFA.",),
    "N036",
)

# The secrets of an app client. Where no fact names them, the pull request saw them.
TOO_MANY_SECRETS = Refusal("LimitExceededException", facts="floci 345")
LAST_SECRET = Refusal(
    "InvalidParameterException", facts="floci 345", others=("LimitExceededException",)
)
UNKNOWN_SECRET = Refusal("ResourceNotFoundException", facts="floci 345")

# Challenges of triggers.
CUSTOM_AUTH_OFF = Refusal(
    "InvalidParameterException", ("CUSTOM_AUTH is not enabled for the client.",), "A110"
)
