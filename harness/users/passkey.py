"""A passkey in a software authenticator: WebAuthn credentials without a browser.

Its bytes are made by Yubico's ``fido2``; the emulator checks them with another library.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fido2 import cose
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttachment,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialRequestOptions,
    RegistrationResponse,
)

from harness.errors import ConfigurationError
from harness.redaction import Secret

__all__ = ["Passkey", "PasskeyAlgorithm"]

#: The two algorithms of passkeys that Cognito takes (N045).
PasskeyAlgorithm = Literal["ES256", "RS256"]

_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_Options = TypeVar(
    "_Options", PublicKeyCredentialCreationOptions, PublicKeyCredentialRequestOptions
)
_FLAG = AuthenticatorData.FLAG
# By their numbers in COSE: https://www.iana.org/assignments/cose/cose.xhtml#algorithms
_COSE: dict[int, PasskeyAlgorithm] = {cose.ES256.ALGORITHM: "ES256", cose.RS256.ALGORITHM: "RS256"}
_ID_BYTES = 32
_RSA_BITS, _RSA_EXPONENT = 2048, 65537


class Passkey:
    """A WebAuthn credential with its private key, its counter and its registration (N053).

    It stands for an authenticator and the browser in front of it, but it is not as careful as they
    are: it signs for any origin and any relying party, with the user verified or not, and whether
    or not ``allowCredentials`` names it. So a test can see what the service refuses. Threads can
    share a passkey.

    Made by :meth:`create`, or by :meth:`restored` from its private key.

    Attributes:
        credential_id: CredentialId, base64url without padding.
        relying_party_id: the id of the relying party that it was made for.
        registration: RegistrationResponseJSON, Credential of CompleteWebAuthnRegistration (N042).
    """

    def __init__(
        self,
        key: _PrivateKey,
        options: PublicKeyCredentialCreationOptions,
        *,
        origin: str | None,
        verifies_user: bool,
        discoverable: bool,
    ) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._counter = 0
        self._id = secrets.token_bytes(_ID_BYTES)
        self._verifies_user = verifies_user
        self._discoverable = discoverable
        self._user_handle = options.user.id
        self.credential_id = websafe_encode(self._id)
        self.relying_party_id = str(options.rp.id)
        self.registration = self._registered(options, origin)

    @classmethod
    def create(
        cls,
        options: Mapping[str, Any],
        *,
        origin: str | None = None,
        verifies_user: bool = True,
        discoverable: bool = True,
        algorithm: PasskeyAlgorithm | None = None,
    ) -> Passkey:
        """Make a new key pair for the options of a registration, as a new authenticator would.

        Args:
            options: CredentialCreationOptions of StartWebAuthnRegistration (N041).
            origin: the origin of the page; by default ``https://`` and the relying party's id.
            verifies_user: whether the authenticator verifies the user, by a PIN or a finger.
            discoverable: whether the authenticator keeps the user's id with the key, so that it
                finds the key without ``allowCredentials``.
            algorithm: by default the first in the options that a passkey can have. A given one is
                used even if the options do not offer it.

        Raises:
            ConfigurationError: these are no such options, or they offer no possible algorithm.
        """
        name = "CredentialCreationOptions"
        parsed = _parsed(PublicKeyCredentialCreationOptions, options, name)
        if not parsed.rp.id:
            raise _unusable(options, name)
        return cls(
            _new_key(_checked(algorithm) if algorithm else _first_possible(parsed)),
            parsed,
            origin=origin,
            verifies_user=verifies_user,
            discoverable=discoverable,
        )

    @classmethod
    def restored(
        cls,
        private_key: Secret,
        *,
        credential_id: str,
        relying_party_id: str,
        user_handle: str,
        counter: int = 0,
        verifies_user: bool = True,
    ) -> Passkey:
        """Return the passkey of a private key, such as one in a seed file.

        It signs like the one that was registered. ``registration`` is empty: nobody can register
        it again.

        Args:
            private_key: the key as PKCS #8, in base64url.
            credential_id: CredentialId, in base64url.
            relying_party_id: the id of the relying party that it was made for.
            user_handle: the user's sub, which Cognito gives as the id of the user (N041).
            counter: the signature counter of the last response.
            verifies_user: whether the authenticator verifies the user.

        Raises:
            ConfigurationError: it is not the private key of an algorithm that passkeys have.
        """
        passkey = object.__new__(cls)
        passkey._key = _read_key(private_key)
        passkey._lock = threading.Lock()
        passkey._counter = counter
        passkey._id = websafe_decode(credential_id)
        passkey._verifies_user = verifies_user
        passkey._discoverable = True
        passkey._user_handle = user_handle.encode()
        passkey.credential_id = credential_id
        passkey.relying_party_id = relying_party_id
        passkey.registration = {}
        return passkey

    def private_key(self) -> Secret:
        """Return the private key as PKCS #8 in base64url, for a seed file."""
        return Secret(
            websafe_encode(
                self._key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        )

    @property
    def counter(self) -> int:
        """The signature counter of the last response; the registration has 0."""
        with self._lock:
            return self._counter

    def sign(
        self,
        options: Mapping[str, Any] | str,
        *,
        origin: str | None = None,
        verifies_user: bool | None = None,
    ) -> dict[str, Any]:
        """Return AuthenticationResponseJSON for the options of a sign-in; the counter goes up.

        CREDENTIAL of a WEB_AUTHN response is this as JSON text (N050).

        Args:
            options: CREDENTIAL_REQUEST_OPTIONS, as JSON text or read from it (N049).
            origin: the origin of the page; by default ``https://`` and the relying party's id.
            verifies_user: whether the user is verified this time; by default as at the creation.

        Raises:
            ConfigurationError: these are no such options.
        """
        name = "CREDENTIAL_REQUEST_OPTIONS"
        parsed = _parsed(PublicKeyCredentialRequestOptions, options, name)
        party = parsed.rp_id or self.relying_party_id
        verified = self._verifies_user if verifies_user is None else verifies_user
        client_data = _client_data("webauthn.get", parsed.challenge, origin, party)
        data = AuthenticatorData.create(
            sha256(party.encode()), _flags(verified), self._next_counter()
        )
        signature = _signature(self._key, data + client_data.hash)
        # Listeners of Secret hear it, so that no report shows the signature.
        Secret(websafe_encode(signature))
        response = AuthenticatorAssertionResponse(
            client_data=client_data,
            authenticator_data=data,
            signature=signature,
            user_handle=self._user_handle if self._discoverable else None,
        )
        return _plain(
            AuthenticationResponse(
                raw_id=self._id,
                response=response,
                authenticator_attachment=AuthenticatorAttachment.PLATFORM,
            )
        )

    def clone(self) -> Passkey:
        """Return a copy with the same key and the same counter, as a thief would have it.

        Once one of the two has signed, the counter of the other gives it away.
        """
        copy = object.__new__(type(self))
        with self._lock:
            copy.__dict__.update(self.__dict__)
        copy._lock = threading.Lock()
        return copy

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"{type(self).__name__}({self.relying_party_id!r}, counter={self.counter})"

    def _next_counter(self) -> int:
        with self._lock:
            self._counter += 1
            return self._counter

    def _registered(
        self, options: PublicKeyCredentialCreationOptions, origin: str | None
    ) -> dict[str, Any]:
        data = AuthenticatorData.create(
            sha256(self.relying_party_id.encode()),
            _flags(self._verifies_user) | _FLAG.AT,
            self._counter,
            AttestedCredentialData.create(Aaguid.NONE, self._id, _cose_key(self._key)),
        )
        party = self.relying_party_id
        client_data = _client_data("webauthn.create", options.challenge, origin, party)
        # Browsers make the format none of any other if the options ask for no attestation, which
        # Cognito's do not: https://www.w3.org/TR/webauthn-3/#sctn-createCredential
        plain = _plain(
            RegistrationResponse(
                raw_id=self._id,
                response=AuthenticatorAttestationResponse(
                    client_data=client_data,
                    attestation_object=AttestationObject.create("none", data, {}),
                ),
                authenticator_attachment=AuthenticatorAttachment.PLATFORM,
            )
        )
        plain["response"].update(self._what_browsers_add(data))
        plain["clientExtensionResults"] = self._properties(options)
        return plain

    def _what_browsers_add(self, data: AuthenticatorData) -> dict[str, Any]:
        """Return the members that repeat parts of the attestation, and the transports (N043).

        https://www.w3.org/TR/webauthn-3/#dictdef-authenticatorattestationresponsejson
        """
        public_key = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "authenticatorData": websafe_encode(data),
            "publicKey": websafe_encode(public_key),
            "publicKeyAlgorithm": _cose_key(self._key).ALGORITHM,
            "transports": ["internal"],
        }

    def _properties(self, options: PublicKeyCredentialCreationOptions) -> dict[str, Any]:
        # https://www.w3.org/TR/webauthn-3/#sctn-authenticator-credential-properties-extension
        # A browser tells whether the credential is discoverable only if it is asked. One that is
        # not discoverable tells it always, since nothing else in a registration does.
        asked = bool((options.extensions or {}).get("credProps"))
        if asked or not self._discoverable:
            return {"credProps": {"rk": self._discoverable}}
        return {}


def _parsed(kind: type[_Options], given: object, name: str) -> _Options:
    try:
        options = json.loads(given) if isinstance(given, str) else given
        if not isinstance(options, Mapping):
            raise TypeError
        # fido2 would make bytes or a text of a number, too.
        for text in (
            options["challenge"],
            options.get("rpId", ""),
            options.get("rp", {}).get("id", ""),
            options.get("user", {}).get("id", ""),
        ):
            str.encode(text)
        return kind.from_dict(options)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        raise _unusable(given, name) from None


def _unusable(given: object, name: str) -> ConfigurationError:
    # The value stays out of the message: it can be long.
    return ConfigurationError(
        "options",
        given=type(given).__name__,
        hint=f"a passkey needs {name}, as Cognito sends them",
    )


def _first_possible(options: PublicKeyCredentialCreationOptions) -> PasskeyAlgorithm:
    offered = [parameters.alg for parameters in options.pub_key_cred_params]
    for number in offered:
        if number in _COSE:
            return _COSE[number]
    raise ConfigurationError(
        "pubKeyCredParams", given=offered, allowed=[f"{name} ({n})" for n, name in _COSE.items()]
    )


def _checked(algorithm: PasskeyAlgorithm) -> PasskeyAlgorithm:
    if algorithm not in get_args(PasskeyAlgorithm):
        raise ConfigurationError("algorithm", given=algorithm, allowed=get_args(PasskeyAlgorithm))
    return algorithm


def _new_key(algorithm: PasskeyAlgorithm) -> _PrivateKey:
    if algorithm == "RS256":
        return rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def _read_key(private_key: Secret) -> _PrivateKey:
    try:
        key = serialization.load_der_private_key(websafe_decode(private_key.reveal()), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        return key
    # The cause is left out, since its text could repeat the key.
    raise ConfigurationError(
        "private_key", given="[redacted]", hint="it must be PKCS #8 of ES256 or RS256, in base64url"
    ) from None


def _cose_key(key: _PrivateKey) -> cose.CoseKey:
    kind = cose.RS256 if isinstance(key, rsa.RSAPrivateKey) else cose.ES256
    made: cose.CoseKey = kind.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]
    return made


def _signature(key: _PrivateKey, signed: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(signed, ec.ECDSA(hashes.SHA256()))


def _flags(verified: bool) -> AuthenticatorData.FLAG:
    return _FLAG.UP | _FLAG.UV if verified else _FLAG.UP


def _client_data(
    kind: str, challenge: bytes, origin: str | None, party: str
) -> CollectedClientData:
    return CollectedClientData.create(kind, challenge, origin or f"https://{party}")


def _plain(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response of fido2 as JSON has it, without its classes."""
    document: dict[str, Any] = json.loads(json.dumps(dict(response)))
    return document
