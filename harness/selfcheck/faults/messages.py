"""What a failed check must say for a fault that is answered otherwise.

Such a check fails in a scenario for many reasons; only these words show that it failed for the
fault. They are regular expressions, and the emails in them are those that reports redact.
"""

from __future__ import annotations

from harness.selfcheck.faults.factor_messages import FACTOR_MESSAGES

__all__ = ["MESSAGES"]

#: The words by the id of the fault.
MESSAGES: dict[str, str] = {
    "migrated-contacts-unverified": "the attribute email_verified is 'false', expected 'true'",
    "no-migration-of-the-forgetful": "ForgotPassword was refused: UserNotFoundException",
    "no-migration-by-a-chosen-password": (
        "RespondToAuthChallenge was refused: NotAuthorizedException: Incorrect username or password"
    ),
    "token-function-of-the-first-version": r"plan of the access token is None, expected \['gold'",
    "token-function-not-called": "tenant of the ID token is None, expected 'blue'",
    "token-function-not-called-at-a-refresh": "tenant of the refreshed ID token is ",
    "changes-for-another-token": "plan is in the token of another use",
    "access-token-unchangeable": r"plan of the access token is None, expected \['gold'",
    "suppressed-claims-kept": "the ID token has the suppressed claim email",
    "added-claims-not-suppressed": "token has the suppressed claim plan",
    "claims-forged-by-a-function": "a function (removed|replaced) sub of the ID token",
    "any-audience-by-a-function": "the access token is for another app client",
    "no-audience-by-a-function": "aud of the access token is None",
    "scopes-not-added": "scope is 'aws.cognito.signin.user.admin', expected",
    "groups-of-a-function-ignored": "groups of the ID token is None, expected",
    "sign-up-confirms": "UserConfirmed of SignUp is True, expected False",
    "sign-up-verifies": (
        "the attribute email_verified is 'true', expected 'false'|"
        "AdminConfirmSignUp verified the email address"
    ),
    "destination-in-full": (
        r"CodeDeliveryDetails.Destination of \w+ is '\*\*\*@e\*\*\*', expected "
        r"'f"
    ),
    "destination-of-another-form": r"CodeDeliveryDetails.Destination of \w+ is 'f\*+', expected 'f",
    "sign-up-names-no-destination": "SignUp answered without CodeDeliveryDetails",
    "address-as-internal-username": r"Username of AdminGetUser is '\*\*\*@",
    "sign-up-sub-changes": (
        "Username of AdminGetUser is '[0-9a-f]{8}-[-0-9a-f]+', expected '[0-9a-f]{8}-"
    ),
    "sign-up-code-for-an-hour": "ConfirmSignUp was refused: ExpiredCodeException",
    "confirm-verifies-nothing": "the attribute email_verified is 'false', expected 'true'",
    "admin-confirm-verifies": "AdminConfirmSignUp verified the email address",
    "resend-to-nobody": r"Destination of ResendConfirmationCode is 'x\*",
    "resend-confirms": "ConfirmSignUp was refused: .* Current status is CONFIRMED",
    "change-signs-out": "GetUser was refused: .*: Access Token has been revoked",
    "forgot-ends-the-password": "changed UserStatus",
    "recover-without-a-limit": (
        "call 21 of a recovery within an hour was answered CodeMismatchException"
    ),
    "recovery-leaves-the-state": (
        "UserStatus of AdminGetUser is 'RESET_REQUIRED', expected 'CONFIRMED'"
    ),
    "set-by-administrator-for-good": (
        "UserStatus of AdminGetUser is 'CONFIRMED', expected 'FORCE_CHANGE_PASSWORD'"
    ),
    "wrong-proof-ends-the-challenge": "a response without the forgotten device was refused",
    "made-up-salt-changes": "SALT of an unknown user changed, which gives them away",
    "same-srp-b": "SRP_B of an unknown user stayed the same, which gives them away",
    "user-id-for-srp-is-the-alias": (
        "RespondToAuthChallenge was refused: .*: Incorrect username or password"
    ),
    "srp-session-instead-of-block": (
        "RespondToAuthChallenge was refused: .*: Missing required parameter Session"
    ),
    "totp-of-no-other-step": "RespondToAuthChallenge was refused: CodeMismatchException",
    "older-totp-code-is-used": "the code of an unused time step was refused",
    "code-not-asked": (
        "the sign-in did not end with SOFTWARE_TOKEN_MFA|"
        "the sign-in gave tokens without asking for the code|"
        "the sign-in asked nothing more and gave tokens, expected"
    ),
    "set-up-not-asked": "the sign-in gave tokens to a user without setting up a factor",
    "code-asked-once": "the challenge SOFTWARE_TOKEN_MFA never came; the sign-in was: tokens",
    "no-friendly-name": "the authenticator was called None where it must be 'phone'",
    "one-secret-for-all": "two users got the same TOTP secret",
    "set-up-sets-the-preference": (
        r"UserMFASettingList of AdminGetUser is \['SOFTWARE_TOKEN_MFA'\], expected None|"
        r"unexpected challenge 'SOFTWARE_TOKEN_MFA'"
    ),
    "verified-is-asked": (
        "unexpected challenge 'SOFTWARE_TOKEN_MFA'|asked other challenges than the pool"
    ),
    "verified-is-not-asked": (
        "RespondToAuthChallenge was refused: SoftwareTokenMFANotFoundException"
    ),
    "preference-of-admin-ignored": "the sign-in asked other challenges than the pool demands",
    "other-mfas-can-setup": 'MFAS_CAN_SETUP of MFA_SETUP is \'."SMS_MFA"',
    "session-for-two-minutes": "RespondToAuthChallenge was refused: .* session is expired",
    "one-sign-in-at-a-time": "RespondToAuthChallenge was refused: .* session can only be used once",
    "wrong-code-ends-the-session": (
        "RespondToAuthChallenge was refused: .* session can only be used once"
    ),
    "confirm-device-of-this-sign-in": "ConfirmDevice was refused: .*: Invalid device key given",
    "confirmation-necessary-turned": (
        "UserConfirmationNecessary( of ConfirmDevice)? is True, expected False"
    ),
    "confirmed-is-remembered": (
        "a device that is not remembered was asked to prove itself|"
        "ListDevices shows a device that is not remembered"
    ),
    "device-status-stays": (
        "a remembered device was not asked to prove itself|"
        "ListDevices does not show a remembered device"
    ),
    "device-status-by-admin-stays": "ListDevices shows a device that is not remembered",
    "forget-by-admin-forgets-nothing": "ListDevices returned 1 devices, expected 0",
    "forget-forgets-nothing": "ListDevices (shows a forgotten device|returned 2 devices)",
    "device-status-turns": "ListDevices does not show a remembered device",
    "devices-die-with-the-password": (
        "RespondToAuthChallenge was refused: .*: Device does not exist"
    ),
    "devices-die-with-the-sign-out": (
        "RespondToAuthChallenge was refused: .*: Device does not exist"
    ),
    "devices-die-with-a-recovery": "RespondToAuthChallenge was refused: .*: Device does not exist",
    "device-was-never-used": "a sign-in after an hour moved DeviceLastAuthenticatedDate by 0.0",
    "device-date-with-fractions": "DeviceLastAuthenticatedDate is not in whole seconds",
    "devices-not-remembered-listed": "ListDevices shows a device that is not remembered",
    "unconfirmed-devices-listed": "ListDevices returned [1-9] devices, expected 0",
    "devices-hidden-from-admin": "AdminListDevices does not show a confirmed device",
    "devices-without-limit": "ListDevices returned 3 devices, expected 2",
    "devices-twice": "the keys on all pages of ListDevices is",
    "device-without-name": (
        r"the device's attributes for a user is \['device_status', "
        r"'last_ip_used'\]"
    ),
    "device-without-owner": (
        r"those for an administrator is \['dev:device_arn', "
        r"'dev:device_remembered"
    ),
    "device-shows-too-much": r"the device's attributes for a user is \['dev:",
    "device-replaces-mfa-unremembered": (
        "RespondToAuthChallenge was refused: .*: Device does not exist"
    ),
    "device-replaces-nothing": "unexpected challenge 'SOFTWARE_TOKEN_MFA'",
    "device-before-mfa-replaces-it": "a device that never passed MFA took the place of the code",
    "device-of-one-code-never-replaces": "a remembered device did not take the place of the code",
    "code-with-a-tracked-device-counts": (
        "a device that never passed MFA took the place of the code"
    ),
    "device-not-proven": "a remembered device was not asked to prove itself",
    "device-step-needs-a-session": "DEVICE_SRP_AUTH without a Session was refused",
    "device-proof-needs-a-session": "DEVICE_PASSWORD_VERIFIER without a Session was refused",
    "device-step-without-its-key": (
        "DEVICE_PASSWORD_VERIFIER does not name the device in DEVICE_KEY"
    ),
    "device-step-without-its-user": "DEVICE_PASSWORD_VERIFIER does not name the user in USERNAME",
    "device-waits-for-the-oldest": "DEVICE_SRP_AUTH without a Session was refused",
    "new-device-each-time": "the sign-in brought a device",
    "no-new-device": "the sign-in brought no device",
    "group-of-each-device": r"one pool issued \d+ different device group keys",
    "devices-outlive-their-user": "unexpected challenge 'NEW_PASSWORD_REQUIRED'",
    "issuer-with-a-slash": r"the issuer of the access token is https://\S+_\w+/, not https://",
    "issuer-without-region": (
        r"the issuer of the access token is "
        r"https://cognito-idp\.amazonaws\.com/"
    ),
    "times-as-text": "exp of the ID token is str, not int",
    "verified-as-text": "email_verified of the ID token is str, not bool",
    "email-in-access-token": "the access token has the claim email$",
    "audience-in-access-token": "the access token has the claim aud$",
    "no-audience": "the claim aud of the ID token is ''",
    "client-of-another-name": (
        "the claim client_id of the access token is '[0-9A-Z]+', expected '[0-9a-z]+'"
    ),
    "uses-mixed-up": "the claim token_use of the ID token is 'access', expected 'id'",
    "no-scope": "the claim scope of the access token is 'openid ",
    "email-in-username": r"the claim cognito:username of the ID token is '\*\*\*@",
    "no-email-in-id-token": (
        "the claim email of the ID token is None|email of the ID token is NoneType, not str"
    ),
    "sub-of-another": "the claim sub of the ID token is",
    "no-device-in-access-token": (
        "the claim device_key of the access token is None, expected 'us-east-1_"
    ),
    "expires-in-of-another-token": r"ExpiresIn is \d*60, expected \d+00$",
    "access-token-for-a-day": "the access token lives for 86400 s, expected",
    "one-id-for-all": "two tokens have the same (jti|id)$",
    "one-signing-key": "access and ID token are signed with one key",
    "refresh-token-readable": "the refresh token has 3 parts, not 5",
    "rotation-without-a-token": "the refresh token was not rotated",
    "rotation-everywhere": "refresh returned another refresh token",
    "refresh-is-a-sign-in": r"the claim auth_time of the access token is \d+, expected \d+",
    "refresh-of-another-origin": "the claim origin_jti of the access token is",
    "refresh-loses-the-device": (
        "the claim device_key of the access token is None, expected 'us-east-1_"
    ),
    "sign-out-of-everybody": "GetUser was refused: .*: Access Token has been revoked",
    "sign-out-for-good": "GetUser was refused: .*: Access Token has been revoked",
    "revoke-everything": "GetUser was refused: .*: Access Token has been revoked",
    "resend-reveals-who-exists": "ResendConfirmationCode was refused: UserNotFoundException",
    "enabling-does-nothing": "InitiateAuth was refused: .*: User is disabled",
    "everybody-is-confirmed": (
        "UserStatus of AdminGetUser is 'CONFIRMED', expected '(UNCONFIRMED|FORCE_CHANGE_P)"
    ),
    "new-address-is-verified": "the attribute email_verified is 'true', expected 'false'",
    "verify-verifies-nothing": "the attribute email_verified is 'false', expected 'true'",
    "code-to-the-former-address": r"Destination of UpdateUserAttributes is 'o\*",
    "get-user-names-the-address": r"Username of GetUser is '\*\*\*@",
    "attributes-not-readable": "the attribute given_name is None",
    "off-stays-on": (
        r"UserMFASettingList of AdminGetUser is \['SOFTWARE_TOKEN_MFA'\], "
        r"expected None"
    ),
    "change-of-a-refusal": "changed UserLastModifiedDate",
    "no-date-of-change": "UserLastModifiedDate moved by 0.0 hours, not 1",
    "created-when-changed": "a change moved the date of creation",
    "filter-ignored": r"ListUsers returned [2-9]\d* users, expected 1",
    "prefix-anywhere": "ListUsers returned 1 users? for the prefix .*, expected 0",
    "prefix-is-whole": "ListUsers returned 0 users( for the prefix .*)?, expected 1",
    "listed-without-attributes": "the attribute email is None",
    "users-twice": "ListUsers returned a user on two pages",
    "users-left-out": r"the pages of ListUsers lack \d+ of \d+ new users",
    "page-too-long": "ListUsers returned 3 users with Limit 2",
    "admin-by-username-alone": r"AdminGetUser with the name \S+ was refused",
    "address-found-as-username": "ListUsers returned 1 users? for the username .*, expected 0",
    "factors-shown-empty": "GetUser shows an empty UserMFASettingList",
    "session-with-the-password-challenge": "PASSWORD_VERIFIER came with a Session",
    "set-up-names-nobody": "MFA_SETUP names None in USER_ID_FOR_SRP, not",
    "weak-password-ends-the-session": "a strong password after a weak one was refused",
    "new-password-shows-nothing": "NEW_PASSWORD_REQUIRED has no parameter userAttributes",
    "wrong-code-ends-the-set-up": "the right code after a wrong one was refused",
    "used-code-ends-the-session": "a new code after a used one was refused",
    "device-of-the-first-request": "unexpected challenge 'DEVICE_SRP_AUTH'",
    "sign-in-ends-the-code": "the code of the sign-up was refused",
    "disabled-given-away": "the recovery of a disabled user was refused",
    "attributes-in-part": "changed UserAttributes",
    "revoking-twice-fails": "a refresh token that was revoked before was refused",
    "tokens-without-a-type": "InitiateAuth answered without TokenType",
    "issuer-over-http": "the issuer of the access token is http://",
    "an-origin-for-each-token": "the tokens of one sign-in have different origins",
    "header-with-a-type": "a header has alg, kid, typ",
    "code-challenge-names-no-user": "SOFTWARE_TOKEN_MFA does not name the user in USER_ID_FOR_SRP",
    "friendly-name-made-up": "the authenticator was called 'My device' where it must be None",
    "new-password-shows-the-sub": "userAttributes has the sub",
    "grace-cut-short": "a rotated refresh token in its time of grace was refused",
    "origin-where-nothing-is-revoked": "the access token has origin_jti without revocation",
    "parameters-beside-tokens": "ChallengeParameters beside tokens is not empty",
    "bearer-in-small-letters": "TokenType of InitiateAuth is 'bearer', expected 'Bearer'",
    "updated-to-verified": "a user marked their own address as verified",
    "last-change-not-shown": "a sign-in after an hour moved DeviceLastModifiedDate by 0.0",
    "device-made-anew": "a sign-in moved the date of creation",
    "every-sign-in-counts": "a sign-in without the device moved its dates",
    "case-matters-in-aliases": "the name in other letters was refused",
    "days-too-few": "a temporary password a minute before its end was refused",
    "history-for-ever": "a password that others have replaced in the history was refused",
    "change-not-listed": "ListUsers shows another UserLastModifiedDate",
    "limits-for-a-day": "a code an hour later was refused",
    "limits-of-all-users": "the first change of another user was refused",
    "imported-without-reset": "UserStatus of AdminGetUser is 'CONFIRMED', expected 'RESET",
    "skipped-counted-as-imported": "SkippedUsers of DescribeUserImportJob is 0, expected 1",
    "import-never-ends": "Status of DescribeUserImportJob is 'Pending', expected 'Succeeded'",
    "nothing-auto-verified": "SignUp answered without CodeDeliveryDetails",
    "case-heeded": "the name in other letters was refused",
    "sign-up-closed": "SignUp was refused: .*: SignUp is not permitted for this user pool",
    "device-beside-mfa": (
        "unexpected challenge 'SOFTWARE_TOKEN_MFA'|device did not take the place of the code"
    ),
    "device-instead-of-mfa": "a device took the place of the code in a pool that asks for both",
    "devices-always-remembered": (
        "a device that is not remembered was asked to prove itself|"
        "UserConfirmationNecessary of ConfirmDevice is False, expected True"
    ),
    "devices-tracked-anyway": "the sign-in brought a device",
    "devices-not-tracked": "the sign-in brought no device",
    "aliases-instead-of-usernames": r"Username of AdminGetUser is '\*\*\*@",
    "recovery-by-administrators": (
        "ForgotPassword was refused: .*: Contact administrator to reset password"
    ),
    "address-changes-later": "the attribute email is another address",
    "mfa-optional-instead-of-on": "the sign-in gave tokens to a user without setting up a factor",
    "mfa-on-instead-of-optional": "the sign-in asked other challenges than the pool demands",
    "no-totp": (
        r"Software Token MFA has not been enabled by the userPool|"
        r"MFAS_CAN_SETUP of MFA_SETUP is '\[\]'"
    ),
    "password-flow-lost": (
        "InitiateAuth was refused: .*: USER_PASSWORD_AUTH flow not enabled for this client"
    ),
    "srp-flow-lost": "InitiateAuth was refused: .*: USER_SRP_AUTH is not enabled for the client",
    "admin-flow-lost": "AdminInitiateAuth was refused: .*: Auth flow not enabled for this client",
    "refresh-flow-lost": "InitiateAuth was refused: .*: Auth flow not enabled for this client",
    "secret-unasked": "is configured with secret but SECRET_HASH was not received",
    "access-token-lives-longer": "ExpiresIn is 360, expected 300",
    "id-token-lives-longer": "the ID token lives for 660 s, expected 600 s",
    "hours-for-minutes": "ExpiresIn is 18000, expected 300",
    "revocation-off": "a token has no origin_jti",
    "rotation-on": "refresh returned another refresh token",
    "reads-less": "the attribute given_name is None",
    "writes-less": "SignUp was refused: .*: A client attempted to write unauthorized attribute",
    "state-not-returned": "the state that the app sent does not come back as it was sent",
    "state-changed": "the state that the app sent does not come back as it was sent",
    "state-made-up": r"the parameters is \['code', 'state'\], expected \['code'\]",
    "nonce-dropped": "the claim nonce of the ID token is None",
    "implicit-tokens-in-the-query": r"the parameters of the fragment is \[\], expected",
    "implicit-refresh-token": "the parameters of the fragment is .*'refresh_token'",
    "no-second-factor-on-the-pages": "the pages did not ask to set up an authenticator",
    "no-browser-session": "(a signed-in browser|the other app client) led to the page",
    "session-ends-with-the-tokens": "a session after GlobalSignOut led to the page",
    "proof-key-required": "a code that was asked without a challenge was refused",
    "code-used-up-by-a-wrong-secret": "a code after a wrong client secret was refused",
    "refresh-loses-scopes": "the claim scope of the access token is 'openid', expected",
    "user-info-tells-all": r"the claims of userInfo is .*'given_name'",
    "booleans-at-user-info": "the type of email_verified is 'bool', expected 'str'",
    "more-scopes-than-asked": "scope of the access token is .*'phone'",
    "page-token-without-a-version": "the claim version of the access token is None, expected 2",
    "id-token-without-a-hash": "the claim at_hash of the ID token is None",
    "browser-session-of-anybody": "the claim sub of the access token is '.*', expected",
    "pages-of-an-unknown-client": (
        "the page that refuses an unknown app client has HTTP 200, expected 400"
    ),
    "no-choice-on-the-pages": r"the pages is \['the sign-in page'\], expected",
    "no-authenticator-on-the-pages": "the pages of a user with a factor is 1, expected 2",
    "machine-scopes-cut-short": "scope of the access token is ",
    "machine-token-of-a-user": "the claim username of the access token is '.*', expected None",
    "secret-in-the-body-ignored": "a client secret in the body was refused",
    "page-token-closed-to-the-api": "a token with the scope of the API was refused",
    "browser-session-fixed": "the cookie after another sign-in is the same",
    "code-for-another-user": "the claim sub of the access token is '.*', expected",
    "typed-text-as-html": "a page has the field of a text that was typed",
    "pages-in-a-frame": "X-Frame-Options is None, expected 'DENY'",
    "pages-in-a-cache": "Cache-Control of the sign-in page has no no-store",
    "implicit-nonce-dropped": "the claim nonce of the ID token is None",
    "revocation-by-another-client": "that another app client wanted to revoke was refused",
    "temporary-password-on-the-pages": "but the browser was sent to http",
    "no-second-factor-after-a-sign-up": "a sign-up did not ask to set up an authenticator",
    "secret-of-another-client-at-the-token": "the secret of another app client gave tokens",
    "errors-anywhere": "was not refused on a page: the app was told invalid_request",
    **FACTOR_MESSAGES,
}
