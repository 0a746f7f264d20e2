"""Choice-based sign-in, codes and passkeys, for libraries that only send requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.srp.engines import SrpAttempt
from tests.foreign_clients.python.api import ApiClient

__all__ = ["ChoiceClient"]


class ChoiceClient(ApiClient):
    """The actions of choice-based sign-in, made of single requests."""

    _confirmed: Mapping[str, Any]
    _passkey_id = ""

    def sign_up_without_password(self) -> str:
        """SignUp without Password."""
        settings = self.settings
        contacts = {"email": settings.email, "phone_number": settings.phone_number}
        attributes = [{"Name": name, "Value": value} for name, value in contacts.items()]
        self._call("SignUp", **self._named(), UserAttributes=attributes)
        return "done"

    def confirm(self, code: str) -> str:
        """ConfirmSignUp, and keep its session."""
        self._confirmed = self._call("ConfirmSignUp", **self._named(), ConfirmationCode=code)
        return "done"

    def sign_in_after_confirmation(self) -> str | Mapping[str, Any]:
        """USER_AUTH with the session of the confirmation."""
        return self._take(self._start_choice(self._confirmed.get("Session")))

    def set_first_password(self, password: str) -> str:
        """ChangePassword without PreviousPassword."""
        self._call("ChangePassword", **self._access(), ProposedPassword=password)
        return "done"

    def choose(self, preferred: str = "", password: str = "") -> str | Mapping[str, Any]:
        """USER_AUTH, perhaps with PREFERRED_CHALLENGE."""
        if not preferred:
            return self._take(self._start_choice())
        attempt, members = self._password_for(preferred, password)
        answer = self._start_choice(PREFERRED_CHALLENGE=preferred, **members)
        return self._prove_and_take(attempt, answer, password)

    def select(self, factor: str, password: str = "") -> str | Mapping[str, Any]:
        """Respond to SELECT_CHALLENGE."""
        attempt, members = self._password_for(factor, password)
        answer = self._respond("SELECT_CHALLENGE", self._answer, ANSWER=factor, **members)
        return self._prove_and_take(attempt, answer, password)

    def _start_choice(self, session: str | None = None, **parameters: str) -> dict[str, Any]:
        return self._call(
            "InitiateAuth",
            ClientId=self.settings.client_id,
            AuthFlow="USER_AUTH",
            AuthParameters={**self._whose(), **parameters},
            **({"Session": session} if session else {}),
        )

    def _password_for(self, factor: str, password: str) -> tuple[SrpAttempt | None, dict[str, str]]:
        """Return what goes with PASSWORD or PASSWORD_SRP; codes and passkeys need nothing."""
        if factor == "PASSWORD":
            return None, {"PASSWORD": password}
        if factor != "PASSWORD_SRP":
            return None, {}
        attempt = self._engine.start()
        return attempt, {"SRP_A": attempt.public_hex}

    def _prove_and_take(
        self, attempt: SrpAttempt | None, answer: dict[str, Any], password: str
    ) -> str | Mapping[str, Any]:
        if attempt is not None and answer.get("ChallengeName") == "PASSWORD_VERIFIER":
            answer = self._verify_password(attempt, answer, password)
        return self._take(answer)

    def _take(self, answer: dict[str, Any]) -> str | Mapping[str, Any]:
        """Take a response; also tell the factors to choose from, or what a passkey needs."""
        outcome = self.take(answer)
        if answer.get("ChallengeName") == "SELECT_CHALLENGE":
            # The order of the list is not documented.
            return f"asked for one of {', '.join(sorted(answer['AvailableChallenges']))}"
        options = answer.get("ChallengeParameters", {}).get("CREDENTIAL_REQUEST_OPTIONS")
        return {"outcome": outcome, "options": options} if options else outcome

    def start_passkey(self) -> Mapping[str, Any]:
        """StartWebAuthnRegistration."""
        answer = self._call("StartWebAuthnRegistration", **self._access())
        return {"outcome": "done", "options": answer["CredentialCreationOptions"]}

    def complete_passkey(self, credential: Mapping[str, Any]) -> str:
        """CompleteWebAuthnRegistration; Credential is an object."""
        self._call("CompleteWebAuthnRegistration", **self._access(), Credential=credential)
        return "done"

    def answer_passkey(self, credential: Mapping[str, Any]) -> str | Mapping[str, Any]:
        """Respond to WEB_AUTHN; CREDENTIAL is a text."""
        text = json.dumps(credential)
        return self._take(self._respond("WEB_AUTHN", self._answer, CREDENTIAL=text))

    def list_passkeys(self) -> str:
        """ListWebAuthnCredentials."""
        found = self._call("ListWebAuthnCredentials", **self._access())["Credentials"]
        if found:
            self._passkey_id = found[0]["CredentialId"]
        parties = ", ".join(passkey["RelyingPartyId"] for passkey in found)
        return f"passkeys of {parties or 'none'}"

    def delete_passkey(self) -> str:
        """DeleteWebAuthnCredential of the first one listed, even if it is no longer there."""
        self._call("DeleteWebAuthnCredential", **self._access(), CredentialId=self._passkey_id)
        return "done"

    def list_factors(self) -> str:
        """GetUserAuthFactors."""
        found = self._call("GetUserAuthFactors", **self._access())
        return f"can use {', '.join(sorted(found['ConfiguredUserAuthFactors']))}"

    def begin_totp_by_token(self) -> dict[str, str]:
        """AssociateSoftwareToken by the access token."""
        answer = self._call("AssociateSoftwareToken", **self._access())
        return {"outcome": "done", "secret": answer["SecretCode"]}

    def end_totp_by_token(self, code: str) -> str:
        """VerifySoftwareToken by the access token, and make it preferred."""
        self._call("VerifySoftwareToken", **self._access(), UserCode=code)
        self._prefer_totp()
        return "done"
