"""pycognito in choice-based sign-in: its SRP and its checks of tokens.

pycognito has no USER_AUTH. Its ``AWSSRP`` always starts USER_SRP_AUTH, and its response to
PASSWORD_VERIFIER carries no session. Both are added to its requests here, with event handlers of
botocore, as an app could. It knows neither codes in place of passwords nor passkeys.
"""

from __future__ import annotations

from typing import Any

import pycognito
from botocore.exceptions import ClientError

from tests.foreign_clients.python.conversation import Refused, Settings, converse
from tests.foreign_clients.python.pycognito_user import redirect

_EVENTS = "cognito-idp"


class PycognitoChoice:
    """The actions that pycognito can do."""

    def __init__(self, settings: Settings) -> None:
        redirect(settings)
        self._settings = settings
        self._user = pycognito.Cognito(
            settings.user_pool_id, settings.client_id, username=settings.username
        )
        self._session = ""
        events = self._user.client.meta.events
        events.register(f"provide-client-params.{_EVENTS}.InitiateAuth", self._choose_srp)
        events.register(f"after-call.{_EVENTS}.InitiateAuth", self._keep_session)
        events.register(f"provide-client-params.{_EVENTS}.RespondToAuthChallenge", self._add)

    def sign_up(self, password: str) -> str:
        """Sign up."""
        self._user.set_base_attributes(email=self._settings.email)
        self._user.register(self._settings.username, password)
        return "done"

    def confirm(self, code: str) -> str:
        """Confirm the sign-up."""
        try:
            self._user.confirm_sign_up(code, self._settings.username)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from error
        return "done"

    def choose(self, preferred: str, password: str) -> str:
        """Sign in with SRP; pycognito checks the signature and the claims of the tokens."""
        assert preferred == "PASSWORD_SRP"
        try:
            self._user.authenticate(password)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from error
        return "signed in"

    def call(self) -> str:
        """Ask which user is signed in."""
        self._user.get_user()
        return "done"

    def _choose_srp(self, params: dict[str, Any], **_: Any) -> None:
        if params["AuthFlow"] == "USER_SRP_AUTH":
            params["AuthFlow"] = "USER_AUTH"
            params["AuthParameters"]["PREFERRED_CHALLENGE"] = "PASSWORD_SRP"

    def _keep_session(self, parsed: dict[str, Any], **_: Any) -> None:
        self._session = parsed.get("Session", "")

    def _add(self, params: dict[str, Any], **_: Any) -> None:
        params["Session"] = self._session


if __name__ == "__main__":
    converse(PycognitoChoice)
