"""A pool with choice-based sign-in, played by hand: USER_AUTH, CUSTOM_AUTH and passkeys.

It checks what the client side sends for each first factor; passkeys by the library of Duo Labs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException

from tests.flows.played import PASSWORD, POOL_ID, SALT, USER_ID, PlayedCognito, refusal

PARTY = "auth.example.com"
CODE = "12345678"
CHALLENGE = "cGxheWVkIGNoYWxsZW5nZSE"
ANSWER = "the answer of the trigger"
CREATION_OPTIONS: dict[str, Any] = {
    "rp": {"id": PARTY, "name": PARTY},
    "user": {"id": "YWxpY2U", "name": "alice", "displayName": "alice"},
    "challenge": CHALLENGE,
    "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
}


@dataclass
class PlayedChoice(PlayedCognito):
    """A pool in which a user can choose how to sign in.

    Attributes:
        available: AvailableChallenges of the user.
        put: the challenge that is put once in place of a factor's own.
        public_keys: the public keys of the user's passkeys, by CredentialId.
    """

    available: Sequence[str] = ("PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    put: dict[str, str] = field(default_factory=dict)
    public_keys: dict[str, bytes] = field(default_factory=dict)

    def _play_initiate_auth(self, members: dict[str, Any]) -> dict[str, Any]:
        parameters = members["AuthParameters"]
        self._left = list(self.challenges)
        if members["AuthFlow"] == "CUSTOM_AUTH":
            return self._custom(parameters)
        assert members["AuthFlow"] == "USER_AUTH"
        if "Session" in members:
            self._left = []
            return self._next()
        preferred = parameters.get("PREFERRED_CHALLENGE")
        if preferred in self.available:
            return {**self._begin(preferred, parameters), "AvailableChallenges": self.available}
        return {
            "ChallengeName": "SELECT_CHALLENGE",
            "AvailableChallenges": list(self.available),
            "ChallengeParameters": {},
            "Session": self._session(),
        }

    def _play_respond_to_auth_challenge(self, members: dict[str, Any]) -> dict[str, Any]:
        name, responses = members["ChallengeName"], members["ChallengeResponses"]
        if name in ("SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP"):
            return self._begin(responses.get("ANSWER", name), responses)
        if name in ("EMAIL_OTP", "SMS_OTP") and responses[f"{name}_CODE"] != CODE:
            raise refusal("CodeMismatchException", "Invalid code or auth state for the user.")
        if name == "WEB_AUTHN":
            self._check_credential(json.loads(responses["CREDENTIAL"]))
        if name == "CUSTOM_CHALLENGE" and responses["ANSWER"] != ANSWER:
            raise refusal("NotAuthorizedException")
        return super()._play_respond_to_auth_challenge(members)

    def _begin(self, factor: str, sent: dict[str, str]) -> dict[str, Any]:
        if factor in self.put:
            return self._asked(self.put.pop(factor))
        if factor == "PASSWORD":
            self._require_device(sent)
            if sent["PASSWORD"] != PASSWORD:
                raise refusal("NotAuthorizedException", "Incorrect username or password.")
            return self._next()
        if factor == "PASSWORD_SRP":
            self._begin_exchange(sent["SRP_A"], POOL_ID.partition("_")[2], USER_ID, PASSWORD)
            parameters = self._srp_parameters(SALT, USER_ID_FOR_SRP=USER_ID)
            return self._asked("PASSWORD_VERIFIER", **parameters)
        if factor == "WEB_AUTHN":
            options = {"challenge": CHALLENGE, "rpId": PARTY, "userVerification": "preferred"}
            return self._asked(factor, CREDENTIAL_REQUEST_OPTIONS=json.dumps(options))
        return self._asked(factor, CODE_DELIVERY_DESTINATION="a***@e***")

    def _custom(self, parameters: dict[str, str]) -> dict[str, Any]:
        if "CHALLENGE_NAME" not in parameters:
            return self._next()
        assert parameters["CHALLENGE_NAME"] == "SRP_A"
        return self._begin("PASSWORD_SRP", parameters)

    def _asked(self, name: str, **parameters: str) -> dict[str, Any]:
        return {
            "ChallengeName": name,
            "ChallengeParameters": parameters,
            "Session": self._session(),
        }

    def _check_credential(self, credential: dict[str, Any]) -> None:
        try:
            webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=base64url_to_bytes(CHALLENGE),
                expected_rp_id=PARTY,
                expected_origin=f"https://{PARTY}",
                credential_public_key=self.public_keys[credential["id"]],
                credential_current_sign_count=0,
            )
        except WebAuthnException as error:
            raise refusal("NotAuthorizedException", str(error)) from error

    def _play_start_web_authn_registration(self, members: dict[str, Any]) -> dict[str, Any]:
        del members
        return {"CredentialCreationOptions": CREATION_OPTIONS}

    def _play_complete_web_authn_registration(self, members: dict[str, Any]) -> dict[str, Any]:
        found = webauthn.verify_registration_response(
            credential=members["Credential"],
            expected_challenge=base64url_to_bytes(CHALLENGE),
            expected_rp_id=PARTY,
            expected_origin=f"https://{PARTY}",
        )
        self.public_keys[members["Credential"]["id"]] = found.credential_public_key
        return {}
