"""What the emulator does where Cognito's behavior is unknown or the sources disagree."""

from __future__ import annotations

from tests.fidelity.login_choices import LOGIN_CHOICES

#: The choices of section D of the device fact sheet, by their numbers there: topic and choice.
CHOICES: dict[int, tuple[str, str]] = {
    1: ("USER_PASSWORD_AUTH and devices.", "Supported, as the newer documentation says."),
    2: (
        "Session in the device steps.",
        "Both challenges return one. Any session of the same app client and user is accepted. A "
        "missing session is also accepted if a sign-in of that client, user and device is waiting; "
        "otherwise the error is `Incorrect username or password.`",
    ),
    3: ("Form of SALT.", "Minimal hexadecimal, the only form on which all clients agree."),
    4: (
        "TIMESTAMP.",
        "Parsing is lenient about the weekday and a leading zero; the signature covers the "
        "canonical form. A timestamp that cannot be parsed is an InvalidParameterException. It may "
        "be up to five minutes early or late.",
    ),
    5: (
        "The same SECRET_BLOCK twice.",
        "It works once; after a success it is used up. `Device does not exist.` does not use it "
        "up. It lives as long as a session.",
    ),
    6: (
        "DEVICE_KEY between the steps.",
        "Carried over from InitiateAuth to PASSWORD_VERIFIER, but not to the responses to MFA "
        "challenges.",
    ),
    7: (
        "When a device replaces MFA.",
        "If the pool says so, the device is remembered, and a sign-in with MFA either issued the "
        "device or used it while it was remembered. A setting of the emulator turns the last "
        "condition off.",
    ),
    8: (
        "Email MFA and devices.",
        "A device does not replace email MFA: the documentation names only SMS and TOTP.",
    ),
    9: (
        "Devices without MFA.",
        "Every remembered device must prove itself, even if MFA is off.",
    ),
    10: (
        "A device that is not remembered.",
        "Its key is in the access token, no new device is issued, and its last use is recorded.",
    ),
    11: (
        "A key that was never confirmed.",
        "`Device does not exist.`, the same as for an unknown key.",
    ),
    12: (
        "Error text for a device that no longer exists.",
        "`Device does not exist.`, which clients look for.",
    ),
    13: ("ConfirmDevice twice.", "DeviceKeyExistsException; the text is our own."),
    14: (
        "ConfirmDevice without a verifier, or with an unusable one.",
        "InvalidParameterException, because such a device could never sign in.",
    ),
    15: (
        "Another user's device.",
        "`Invalid device key given.` in ConfirmDevice, `Device does not exist.` elsewhere.",
    ),
    16: (
        "An alias in the last response.",
        "The new device belongs to the name that the user typed, so ConfirmDevice fails as it does "
        "in reports.",
    ),
    17: (
        "Devices that are not remembered.",
        "GetDevice and ListDevices hide them; administrators see them. Unconfirmed devices are "
        "hidden from both.",
    ),
    18: ("UpdateDeviceStatus without a status.", "InvalidParameterException."),
    19: (
        "Refresh without the device's key.",
        "Refused with `Invalid Refresh Token`, like an unconfirmed key or another key. A refresh "
        "never issues a device.",
    ),
    20: (
        "Refresh tokens from before tracking was switched on.",
        "Accepted without a key, because they have no device.",
    ),
    21: (
        "DEVICE_KEY in a pool that tracks no devices.",
        "Ignored. ConfirmDevice is refused.",
    ),
    22: ("DeviceGroupKey.", "One per pool: `-` and eight letters or digits."),
    23: (
        "Forgetting an unknown device.",
        "ResourceNotFoundException. A device that is not remembered can be forgotten.",
    ),
    24: ("Pages of devices.", "60 by default and for a limit of 0, in order of creation."),
    25: ("AdminGetDevice and AdminListDevices for an unknown user.", "UserNotFoundException."),
    26: (
        "Devices and other events.",
        "Devices and all their properties survive password changes, sign-outs, disabling and MFA "
        "changes.",
    ),
    27: (
        "SRP_A that is zero, a multiple of N, or not hexadecimal.",
        "InvalidParameterException.",
    ),
    28: (
        "`dev:device_sdk` and `last_ip_used`.",
        "The SDK comes from the user agent, otherwise it is `aws-sdk-unknown-unknown`. The address "
        "is the caller's.",
    ),
    29: (
        "A measured table that is known only in part.",
        "Choices 4, 5 and 27 stand until the rest of it is known.",
    ),
}

#: The facts that lost against better evidence, which the emulator does not follow: what wins.
SUPERSEDED: dict[str, str] = {
    "A013b": "A013 wins: the capture of the same error has the shorter text.",
    "A209b": (
        "[The documentation of Amplify](https://github.com/aws-amplify/docs/pull/5690) and M106 "
        "win. They say that a client must set the preference itself after the set-up, and a test "
        "on a real pool finds no preference after VerifySoftwareToken. A209b is only reported, by "
        "the authors of another emulator. So VerifySoftwareToken sets no preference and adds "
        "nothing to UserMFASettingList. In a pool with MFA ON the token counts at the next sign-in "
        "until the user decides about it with SetUserMFAPreference."
    ),
    "M128b": (
        "A181 wins: every CUSTOM_CHALLENGE has USERNAME. The test that expects none after SRP may "
        "read what its own client has stripped."
    ),
    "M143": (
        "D074 and D078 win: they were measured, or documented on purpose. The sample does not say "
        "which device it shows."
    ),
    "M144": (
        "A171 wins: it names USER_ID_FOR_SRP, which clients read from every challenge. The sample "
        "may be shortened."
    ),
}

#: The facts that were unknown, weaker or wider before other facts were found: what settles them.
SETTLED_LATER: dict[str, str] = {
    "A033": "Measured: M002.",
    "A088": "The same order, but the pool shows it: M004 and M004b.",
    "A105b": "Measured: M069.",
    "A169b": "Measured: M121. The session stays usable after the policy refuses a password.",
    "A172b": "Measured: M114. FRIENDLY_DEVICE_NAME is absent if no name was given.",
    "A191": "Measured: M003.",
    "A200": "Narrowed by M062: UpdateUserPool may set ON once a factor is set up.",
    "A203": (
        "Narrowed to TOTP by [a report](https://github.com/aws-amplify/amplify-js/issues/11260): "
        "SMS and email codes that the pool does not send are skipped."
    ),
    "A215": "Measured for the next step: M118.",
    "A216": "Narrowed to AccessToken by M116, which has another text with a Session.",
    "A218b": "Measured: M115. A wrong code leaves the session of the set-up usable.",
    "A316": "Measured: M111. EMAIL_OTP is the answer, and the emulator accepts EMAIL_MFA as well.",
}

#: The choice for each fact that says itself that something is unknown, or that sources disagree.
SETTLED_FACTS: dict[str, str] = {
    **LOGIN_CHOICES,
    "A049": "After a resend, the old code counts as a wrong code.",
    "A071": (
        "SetUserSettings and AdminSetUserSettings switch SMS in MFAOptions, and nothing else: any "
        "other option is an InvalidParameterException. They leave the MFA preferences alone, and a "
        "preference about SMS replaces what they have set."
    ),
    "A094": "The code is checked first. A refused password leaves the code valid.",
    "A119": (
        "Each of the two secrets that an app client can have makes a valid hash. The errors of the "
        "operations on secrets are chosen from those of the service model, and the texts are our "
        "own: LimitExceededException for a third secret, ResourceNotFoundException for an unknown "
        "ClientSecretId, and InvalidParameterException for the last secret, for a client that has "
        "none, and for a NextToken. ClientSecretId has the time in milliseconds."
    ),
    "A138": "Wrong codes do not lock a user out, as was measured for email codes.",
    "A158": "The error is the one for a wrong password, whatever the bytes.",
    "A160": "A challenge can be proven once. After that, its block counts as an unknown one.",
    "A179": "`Invalid session for the user.`",
    "A211": "InvalidParameterException; the text is our own.",
    "A227": "Each step is recorded separately: an older step in the window is still accepted.",
    "A228": "The session stays usable after a used code. The next code is accepted.",
    "A234": "MFA_SETUP without any factor that can be set up.",
    "A239": "InvalidParameterException; the text is our own.",
    "A267": "Other tokens of the sign-in stay valid. The text is our own.",
    "A307": "MFA_SETUP at the first sign-in.",
    "A308": "The second text in the refresh flow, the first text everywhere else.",
    "A309": "`password policy` for administrators, `policy` for users.",
    "A310": "`User does not exist.` where codes are entered, the other text where codes are sent.",
    "A311": "CodeMismatchException.",
    "A312": "InvalidParameterException.",
    "A313": "The status is checked first.",
    "A314": "NotAuthorizedException.",
    "A315": "Three stars.",
    "A317": "Wrong codes do not lock a user out; see A138.",
    "A318": "The old secret works until the new one is verified.",
    "A319": "`Auth flow not enabled for this client`.",
    "A324": (
        "It ends: `Invalid session for the user.` at the next code, and the error for a wrong "
        "password where the old password or the device is proven."
    ),
    "A325": "`Invalid session for the user.`, so the factor that was set up first stays.",
    "D080": "60; see choice 24.",
    "T023": (
        "After an empty response the app gets what it gets without the trigger: `User does not "
        "exist.` A user who cannot be made is an unknown one where the client hides who exists, "
        "and T011 otherwise."
    ),
    "T024": (
        "It runs in USER_AUTH with a password, whether InitiateAuth prefers PASSWORD or it is the "
        "response to SELECT_CHALLENGE, which only a client that hides who exists puts to an "
        "unknown user. At InitiateAuth it runs before PreAuthentication, which sees the new user. "
        "The "
        "welcome message is the invitation without a password, and CustomMessage writes it as "
        "CustomMessage_AdminCreateUser. In ForgotPassword the new user has no password and is "
        "RESET_REQUIRED."
    ),
    "N002b": (
        "The stricter source: USER_AUTH needs Essentials or Plus, with a password too. A sign-in "
        "that has begun ends when its pool goes to Lite."
    ),
    "N004b": "InvalidParameterException; the text is our own.",
    "N005": (
        "It is mandatory. Without it [real deployments](https://github.com/badmintoncryer/"
        "cdk-preflight/tree/5712aab5662efa18a685aeb51846a31105bc03fa/rules/cognito/"
        "pf-cognito-signin-policy-password-required) got "
        "`Password should be configured as one of the allowed first auth factors.`"
    ),
    "N007": "Cognito's own sender sends them, as it was measured.",
    "N009": (
        "MULTI_FACTOR_WITH_USER_VERIFICATION makes the pool require user verification at every "
        "registration and sign-in, as the service model says of it, whatever UserVerification is."
    ),
    "N010": (
        "An id that is no domain name, or not the custom domain of the pool, is refused by "
        "SetUserPoolMfaConfig with InvalidParameterException; the text is our own. `localhost` is "
        "accepted, since Amplify sets it for every sandbox."
    ),
    "N016": "Codes, passkey, password: it agrees with both lists that were seen.",
    "N018b": "The list, as for a first factor that the user cannot use.",
    "N019b": "The texts by analogy.",
    "N022b": (
        "What the pool allows, except passkeys, as for a user with a password and both contacts. "
        "Every code is a wrong one, and nothing is sent. All spellings of a name that would name "
        "one user get the same answers. A device of nobody does not exist, like one that a user "
        "has not."
    ),
    "N025": (
        "ANSWER that is none of AvailableChallenges is an InvalidParameterException; the text is "
        "our own. CREDENTIAL beside it gets status 501, because nothing says which challenge it "
        "would have signed."
    ),
    "N026": (
        "PASSWORD_VERIFIER has a Session in USER_AUTH, and its response must carry it: no Session "
        "and another one are refused. Other flows need none."
    ),
    "N029c": "It does not: both can be answered, each with its own code.",
    "N030b": "It does not: see A228.",
    "N032": (
        "A code as ANSWER is refused like a passkey (N035b). A contact need not be verified to get "
        "a code, and the right one verifies it, as [the guide](https://docs.aws.amazon.com/cognito/"
        "latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html) says. "
        "[A mock by AWS](https://github.com/aws-devtools-labs/aws-blocks/issues/99) wants it "
        "verified first. A user in UNCONFIRMED is refused as in every flow (A127), although the "
        "guide says that the code confirms them too. What changes between code or passkey and its"
        " response ends the sign-in: `Invalid session for the user.` if contact, passkey, pool or"
        " app client do not allow it any more, or the user signed out; a new permanent password "
        "changes nothing. A user who can use nothing gets an empty list."
    ),
    "N035b": "The text is our own.",
    "N024": (
        "A session whose code could not have signed the user in is ignored, and stays usable. "
        "A sign-out or another password ends it. "
        "ConfirmSignUp returns a session to a request without that of SignUp too, if the user can "
        "sign in by the code that was confirmed. "
        "[Amplify](https://github.com/aws-amplify/amplify-js/blob/main/packages/auth/src/providers/"
        "cognito/apis/confirmSignUp.ts) sends none, and signs in with the one of the response. "
        "What ends a sign-in code ends the session too: a sign-out, and another address or number."
    ),
    "N036": (
        "Without another factor the preference for passkeys cannot stay either: a request that "
        "switches the last one off gets the first text. The preference ends with the last passkey "
        "that can satisfy MFA, and with AdminDeleteSoftwareToken if TOTP was the last other factor."
    ),
    "N043c": (
        "id, rawId, type, clientDataJSON, attestationObject and a list of transports. Only "
        "clientExtensionResults tells that a passkey is not discoverable, if it has credProps."
    ),
    "N044": (
        "An origin is allowed if its host is the RelyingPartyId or a subdomain, on any port, with "
        "https; on localhost also with http. Frames of another origin and Android apps are not. A "
        "challenge lives for AuthSessionValidity; one registration of a user is open, the newest. "
        "A completion with its challenge uses it up, also one that is refused, but not one with a "
        "token of another app client. A passkey that any user of the pool has is not valid."
    ),
    "N044c": "The texts are our own.",
    "N045": (
        "An attestation of the format `packed` must be signed correctly, by any maker. Other "
        "formats are not looked at, because only their makers' certificates could prove them."
    ),
    "N046": (
        "`Roaming passkey` for a cross-platform authenticator, as in a sample of the AWS CLI, "
        "`Platform passkey` for a platform one, `Passkey` for an unknown kind. MaxResults 0 is 20."
    ),
    "N047b": (
        "The text is our own. A sign-in that the deleted passkey has begun gets no tokens, also if "
        "only the device has yet to prove itself."
    ),
    "N052b": "`Passkey could not be verified.` The session stays usable, as after a wrong code.",
    "N053b": "It is accepted, with a list of transports.",
    "N054": (
        "AdminCreateUser without a password and without a contact for codes is an "
        "InvalidParameterException; the text is our own. SignUp without a password that is needed "
        "is refused like one with a password that is too short. The app client must allow "
        "USER_AUTH for it, and the pool must verify the contact. After AdminResetUserPassword "
        "such a user has to set a password."
    ),
    "N054b": "CONFIRMED, as it was measured for a user whose invitation was suppressed: A057.",
    "N055": "PreviousPassword of a user who has no password counts as a wrong one.",
    "N057": (
        "As after a password: a new device is issued, and a remembered one whose key is presented "
        "proves itself with DEVICE_SRP_AUTH. A passkey that satisfied MFA makes its device one "
        "that may replace MFA later; a code does not."
    ),
    "J001b": "Before cognito:mfa_enabled.",
    "J003c": "PreconditionNotMetException; the texts are our own.",
    "J004b": (
        "SMS codes as MFA, as SetUserSettings does, for a user with a phone number in a pool that "
        "sends SMS codes as MFA; nothing for others."
    ),
    "J008b": (
        "One second each by the emulator's clock; DescribeUserImportJob and ListUserImportJobs end "
        "the state of the job that they look at too, so that nobody waits for a clock that stands "
        "still. `Stopping` never shows."
    ),
    "J011c": "PreconditionNotMetException; the text is our own.",
    "J012c": (
        "More than were imported, counted at the end. The imported ones stay. A username that is "
        "taken skips the row; an alias of another user fails it."
    ),
    "J018": "None runs, and nothing is sent.",
}
