"""What the emulator does about domains and managed login where Cognito's behavior is unknown."""

from __future__ import annotations

#: The choice for each fact that leaves something open; a part of `SETTLED_FACTS`.
LOGIN_CHOICES: dict[str, str] = {
    "H003b": (
        "It counts only as a whole part between hyphens, since a longer one was deployed: "
        "`my-awsome-shop` is accepted."
    ),
    "H007": (
        "A number that is neither 1 nor 2 is an InvalidParameterException; the text is our own. "
        "UpdateUserPoolDomain keeps what the request omits. For a prefix domain CloudFrontDomain "
        "is absent. A custom domain is taken in every Region. Of several reasons to refuse a name "
        "its form counts first, then the pool's own domain, then another pool's."
    ),
    "H009": (
        "Without AllowedOAuthFlowsUserPoolClient the settings are checked all the same: the "
        "refusal of H012 was seen in an update that omitted it. Scopes are checked first, then "
        "URLs, identity providers and flows."
    ),
    "H014c": (
        "A URL needs a scheme, and one with http or https a host: otherwise it is an "
        "InvalidParameterException, and the text is our own. A logout URL may have a fragment."
    ),
    "H017": (
        "A fifth custom domain of an account in a Region is a LimitExceededException; the text is "
        "our own. Beyond a rate, an OAuth endpoint returns 429 with the error too_many_requests, "
        "and a page the error page with status 429. Rates count only where quotas are on."
    ),
    "H042b": (
        "The link is on the custom domain if the pool has one. The page says that the registration "
        "has been confirmed, and signs nobody in. What ConfirmSignUp refuses is on the error page. "
        "A redirect_uri must be one of CallbackURLs; with another one nothing is confirmed. "
        "Requests other than GET confirm nothing."
    ),
    "H042c": "ResendConfirmationCode is refused in the same way.",
    "H043": (
        "`/mfa` takes every code, `/selectMfa` the choice of a factor, `/mfaSetup` the choice of "
        "what to set up, `/totpSetup`, `/smsSetup` and `/emailSetup` set it up, and `/newPassword` "
        "replaces a temporary password. A new code can be sent at a sign-in too. The QR code is "
        "`otpauth://totp/POOL:USER?secret=...&issuer=POOL`. The session of a sign-in on the pages "
        "lives for their five minutes (H039), whatever AuthSessionValidity says. What a new pool "
        "shows as AccountRecoverySetting takes no factor away from the set-up; a setting of its "
        "own does (H056)."
    ),
    "H060": (
        "A contact that the pool verifies and the schema does not require is on the page too, and "
        "may be left blank. The texts of the errors are our own. Where only an administrator "
        "creates users, the error page has the sentence of SignUp. A sign-in before the "
        "confirmation ends on the login page with the sentence of InitiateAuth, in both versions."
    ),
    "H060b": (
        "It does, in both versions. Second factors come first; PreAuthentication does not run."
    ),
    "H061": (
        "Where only an administrator resets passwords, the error page has the sentence of "
        "ForgotPassword. A sign-in after AdminResetUserPassword leads to the page for its code."
    ),
    "H068": (
        "A request that names no app client is invalid_request. Basic is read with and without the "
        "encoding of RFC 6749. Of a member that is sent twice, the first counts."
    ),
    "H068b": "invalid_request, whatever the secrets are.",
    "H069b": "It is a wrong secret: `invalid_client`, `invalid_client_secret`.",
    "H070": "A wrong redirect_uri does not use up the code.",
    "H071": (
        "The tokens of the first exchange stay good when the code comes again. A code ends with "
        "its user: deleted, disabled or signed out everywhere since, it is invalid_grant."
    ),
    "H071b": (
        "A code_verifier for a code without code_challenge is invalid_grant too, as RFC 9700 asks "
        "in 4.8.2."
    ),
    "H071c": "It does. Whoever has a stolen code has one guess.",
    "H076": (
        "ALLOW_REFRESH_TOKEN_AUTH plays no part at /oauth2/token, also without rotation, and "
        "neither do AllowedOAuthFlows in a refresh."
    ),
    "H078b": (
        "invalid_scope: no scope is left out silently, and a client without any scope gets it too."
    ),
    "H079": (
        "aws_client_metadata that is no JSON object of texts is invalid_request in "
        "client_credentials. The error of PreTokenGeneration is invalid_request with its text as "
        "error_description, in a refresh too. For a sign-in on the pages it runs before the code "
        "is given, so that the app gets this error with the redirect, as apps report."
    ),
    "H082": "The scopes of a token are in alphabetical order, however they were asked for.",
    "H085": "A refreshed ID token has no nonce (OpenID Connect Core 1.0, 12.2).",
    "H093b": "JSON with the same error and error_description as the header.",
    "H094b": "401, as for every token that is not good there.",
    "H016b": "InvalidParameterException; the text is our own.",
    "H018": (
        "A client without a list of providers has none. The page says `Login option is not "
        "available. Please try another one`, with status 400."
    ),
    "H022b": "Nothing.",
    "H026": (
        "authorize and the pages say `Required parameters missing` for client_id and redirect_uri, "
        "/logout the text that names the parameter."
    ),
    "H027": "A redirect_uri that differs in the case of letters gets the text of the reports.",
    "H030b": (
        "That of a scope which the app client does not have. Without a scope parameter the scopes "
        "of the client are taken as they are."
    ),
    "H031b": "There is none. The order in which the parameters are checked is our own.",
    "H033": "A JSON object or array as state is invalid_request, and the app gets it back.",
    "H038b": "invalid_request, told to the app.",
    "H039": (
        "The five minutes begin with the login page. A step that comes later, or from another tab "
        "with another request, ends on that page."
    ),
    "H047b": "Status 403 and the error page, also for a form that a page of another origin sent.",
    "H054": "The same page with status 200 and the sentence of InitiateAuth.",
    "H085b": "That of the interactive sign-in.",
    "H099": "Of two domains the document names the custom one.",
}
