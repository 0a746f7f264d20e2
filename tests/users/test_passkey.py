"""The software authenticator: Duo Labs' library, another hand than the one that made it, agrees."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import webauthn
from cryptography.hazmat.primitives.serialization import load_der_public_key
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import CredentialDeviceType
from webauthn.registration.verify_registration_response import VerifiedRegistration

from harness.errors import ConfigurationError
from harness.redaction import Secret, listening_for_secrets
from harness.users.passkey import Passkey, PasskeyAlgorithm

PARTY = "auth.example.com"
ORIGIN = f"https://{PARTY}"
CHALLENGE = "bm90IHNvIHJhbmRvbSE"
USER_ID = "NGJmMWM5ZTA"


def creation_options(**changes: Any) -> dict[str, Any]:
    """Return CredentialCreationOptions as Cognito sends them (N041)."""
    return {
        "rp": {"id": PARTY, "name": PARTY},
        "user": {"id": USER_ID, "name": "ann", "displayName": "ann"},
        "challenge": CHALLENGE,
        "pubKeyCredParams": [
            {"alg": -7, "type": "public-key"},
            {"alg": -257, "type": "public-key"},
        ],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
    } | changes


def request_options(**changes: Any) -> dict[str, Any]:
    """Return CREDENTIAL_REQUEST_OPTIONS as Cognito sends them (N049)."""
    return {
        "challenge": CHALLENGE,
        "rpId": PARTY,
        "timeout": 60000,
        "allowCredentials": [],
        "userVerification": "preferred",
    } | changes


def verified_registration(passkey: Passkey, **how: Any) -> VerifiedRegistration:
    """Have Duo Labs' library verify the registration."""
    expected = {"expected_origin": ORIGIN, "expected_rp_id": PARTY} | how
    return webauthn.verify_registration_response(
        credential=passkey.registration,
        expected_challenge=base64url_to_bytes(CHALLENGE),
        **expected,
    )


def verified(passkey: Passkey, response: dict[str, Any], **how: Any) -> VerifiedAuthentication:
    """Have Duo Labs' library verify a response to `request_options`, without a counter before."""
    registered = verified_registration(passkey)
    expected = {"expected_origin": ORIGIN, "expected_rp_id": PARTY} | how
    before = expected.pop("counter", 0)
    return webauthn.verify_authentication_response(
        credential=json.dumps(response),
        expected_challenge=base64url_to_bytes(CHALLENGE),
        credential_public_key=registered.credential_public_key,
        credential_current_sign_count=before,
        **expected,
    )


@pytest.fixture
def passkey() -> Passkey:
    """A passkey that verifies its user."""
    return Passkey.create(creation_options())


class TestRegistration:
    """What CompleteWebAuthnRegistration gets."""

    @pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
    def test_another_library_accepts_it(self, algorithm: PasskeyAlgorithm) -> None:
        """Both algorithms verify, with the user verified, and no attestation."""
        passkey = Passkey.create(creation_options(), algorithm=algorithm)
        found = verified_registration(passkey, require_user_verification=True)
        assert found.fmt == "none"
        assert found.sign_count == 0
        assert found.user_verified
        assert found.credential_device_type is CredentialDeviceType.SINGLE_DEVICE
        assert webauthn.helpers.bytes_to_base64url(found.credential_id) == passkey.credential_id

    def test_its_members_are_those_of_a_browser(self, passkey: Passkey) -> None:
        """It is RegistrationResponseJSON with every member that Amplify sends."""
        registration = json.loads(json.dumps(passkey.registration))
        assert registration["id"] == registration["rawId"] == passkey.credential_id
        assert registration["type"] == "public-key"
        assert registration["clientExtensionResults"] == {}
        assert registration["authenticatorAttachment"] == "platform"
        response = registration["response"]
        assert set(response) == {
            "attestationObject",
            "authenticatorData",
            "clientDataJSON",
            "publicKey",
            "publicKeyAlgorithm",
            "transports",
        }
        assert response["transports"] == ["internal"]
        assert response["publicKeyAlgorithm"] == -7

    def test_the_repeated_members_agree_with_the_attestation(self, passkey: Passkey) -> None:
        """The authenticator data and the public key are those of the attestation object."""
        response = passkey.registration["response"]
        attested = webauthn.helpers.parse_attestation_object(
            base64url_to_bytes(response["attestationObject"])
        )
        data = webauthn.helpers.parse_authenticator_data(
            base64url_to_bytes(response["authenticatorData"])
        )
        assert data == attested.auth_data
        key = webauthn.helpers.decoded_public_key_to_cryptography(
            webauthn.helpers.decode_credential_public_key(
                verified_registration(passkey).credential_public_key
            )
        )
        assert load_der_public_key(base64url_to_bytes(response["publicKey"])) == key

    def test_without_user_verification_another_library_sees_it(self) -> None:
        """The flag UV is off, and who requires it refuses."""
        passkey = Passkey.create(creation_options(), verifies_user=False)
        assert not verified_registration(passkey, require_user_verification=False).user_verified
        with pytest.raises(WebAuthnException):
            verified_registration(passkey, require_user_verification=True)

    def test_another_origin_is_refused(self) -> None:
        """The origin of the page is in what is checked."""
        passkey = Passkey.create(creation_options(), origin="https://evil.example")
        with pytest.raises(WebAuthnException):
            verified_registration(passkey)

    def test_the_first_possible_algorithm_of_the_options_is_taken(self) -> None:
        """An authenticator takes the first that it can of those that the service prefers."""
        offered = [{"alg": number, "type": "public-key"} for number in (-8, -257, -7)]
        passkey = Passkey.create(creation_options(pubKeyCredParams=offered))
        assert passkey.registration["response"]["publicKeyAlgorithm"] == -257

    def test_an_unoffered_algorithm_is_used_only_if_given(self) -> None:
        """A test can see what a service does about an algorithm that it did not offer."""
        offered = [{"alg": -8, "type": "public-key"}]
        with pytest.raises(ConfigurationError, match=r"pubKeyCredParams.*ES256 \(-7\)"):
            Passkey.create(creation_options(pubKeyCredParams=offered))
        given = Passkey.create(creation_options(pubKeyCredParams=offered), algorithm="ES256")
        assert given.registration["response"]["publicKeyAlgorithm"] == -7

    @pytest.mark.parametrize(
        ("discoverable", "extensions", "told"),
        [
            (True, None, {}),
            (True, {"credProps": True}, {"credProps": {"rk": True}}),
            (False, None, {"credProps": {"rk": False}}),
        ],
    )
    def test_it_tells_whether_it_is_discoverable(
        self, discoverable: bool, extensions: dict[str, bool] | None, told: dict[str, Any]
    ) -> None:
        """A passkey tells it when asked, and one that is not discoverable always."""
        options = creation_options(extensions=extensions)
        passkey = Passkey.create(options, discoverable=discoverable)
        assert passkey.registration["clientExtensionResults"] == told


class TestSigning:
    """What answers WEB_AUTHN."""

    @pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
    def test_another_library_accepts_it(self, algorithm: PasskeyAlgorithm) -> None:
        """The signatures of both algorithms verify, and the counter is 1."""
        passkey = Passkey.create(creation_options(), algorithm=algorithm)
        found = verified(passkey, passkey.sign(request_options()), require_user_verification=True)
        assert found.new_sign_count == 1
        assert found.user_verified

    def test_options_can_be_text(self, passkey: Passkey) -> None:
        """CREDENTIAL_REQUEST_OPTIONS can be given as the text that Cognito sends."""
        response = passkey.sign(json.dumps(request_options()))
        assert verified(passkey, response).new_sign_count == 1

    def test_each_signature_counts(self, passkey: Passkey) -> None:
        """The counter goes up by one each time, and another library follows it."""
        for before in range(3):
            found = verified(passkey, passkey.sign(request_options()), counter=before)
            assert found.new_sign_count == passkey.counter == before + 1

    @pytest.mark.parametrize(
        ("at_creation", "now", "flag"),
        [(True, False, False), (False, True, True), (True, None, True), (False, None, False)],
    )
    def test_the_user_is_verified_as_asked(
        self, at_creation: bool, now: bool | None, flag: bool
    ) -> None:
        """By default as at the creation, otherwise as the call says."""
        passkey = Passkey.create(creation_options(), verifies_user=at_creation)
        response = passkey.sign(request_options(), verifies_user=now)
        registered = verified_registration(passkey, require_user_verification=False)
        found = webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=base64url_to_bytes(CHALLENGE),
            expected_origin=ORIGIN,
            expected_rp_id=PARTY,
            credential_public_key=registered.credential_public_key,
            credential_current_sign_count=0,
            require_user_verification=False,
        )
        assert found.user_verified is flag

    @pytest.mark.parametrize(
        ("options", "how"),
        [
            (request_options(), {"origin": "https://evil.example"}),
            (request_options(rpId="evil.example"), {"origin": ORIGIN}),
            (request_options(challenge="c29tZXRoaW5nIGVsc2U"), {}),
        ],
        ids=["origin", "relying party", "challenge"],
    )
    def test_another_library_refuses_what_was_not_asked(
        self, passkey: Passkey, options: dict[str, Any], how: dict[str, Any]
    ) -> None:
        """Origin, relying party and challenge are all in what is signed."""
        with pytest.raises(WebAuthnException):
            verified(passkey, passkey.sign(options, **how))

    def test_the_key_of_another_is_refused(self, passkey: Passkey) -> None:
        """A passkey's signature verifies with its own key alone."""
        other = Passkey.create(creation_options())
        with pytest.raises(WebAuthnException):
            verified(other, passkey.sign(request_options()))

    def test_a_discoverable_passkey_names_its_user(self, passkey: Passkey) -> None:
        """It returns user.id of the registration; one that is not discoverable returns none."""
        found = parse_authentication_credential_json(passkey.sign(request_options()))
        assert found.response.user_handle == base64url_to_bytes(USER_ID)
        plain = Passkey.create(creation_options(), discoverable=False)
        assert "userHandle" not in plain.sign(request_options())["response"]

    def test_threads_never_share_a_counter(self, passkey: Passkey) -> None:
        """Every signature of several threads has a counter of its own."""
        found: list[int] = []

        def sign_some() -> None:
            for _ in range(20):
                data = passkey.sign(request_options())["response"]["authenticatorData"]
                found.append(
                    webauthn.helpers.parse_authenticator_data(base64url_to_bytes(data)).sign_count
                )

        threads = [threading.Thread(target=sign_some) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == list(range(1, 81))


class TestClone:
    """A thief's copy of the key."""

    def test_its_counter_gives_it_away(self, passkey: Passkey) -> None:
        """The copy signs as well, until one of the two has signed after the copying."""
        passkey.sign(request_options())
        copy = passkey.clone()
        assert verified(copy, copy.sign(request_options()), counter=1).new_sign_count == 2
        with pytest.raises(WebAuthnException, match="sign count"):
            verified(passkey, passkey.sign(request_options()), counter=2)

    def test_it_is_the_same_credential(self, passkey: Passkey) -> None:
        """The copy has the id and the registration, and a counter of its own."""
        copy = passkey.clone()
        copy.sign(request_options())
        assert copy.credential_id == passkey.credential_id
        assert copy.registration == passkey.registration
        assert (copy.counter, passkey.counter) == (1, 0)


class TestSecrets:
    """The key stays inside."""

    def test_no_text_shows_the_key(self, passkey: Passkey) -> None:
        """The text has the relying party and the counter, and nothing of the key."""
        assert repr(passkey) == str(passkey) == "Passkey('auth.example.com', counter=0)"

    def test_reports_learn_the_signature(self, passkey: Passkey) -> None:
        """The signature is made known as a secret, so that reports remove it."""
        known: list[str] = []
        with listening_for_secrets(known.append):
            response = passkey.sign(request_options())
        assert known == [response["response"]["signature"]]


class TestBadOptions:
    """One message says what is wrong."""

    @pytest.mark.parametrize(
        "options",
        [
            {},
            [],
            None,
            "options",
            "null",
            {"publicKey": creation_options()},
            creation_options(challenge=None),
            creation_options(challenge=5),
            creation_options(challenge="ä"),
            creation_options(rp="rp"),
            creation_options(rp={"name": PARTY}),
            creation_options(pubKeyCredParams=7),
            creation_options(user={"name": "ann"}),
            creation_options(user={"id": 7, "name": "ann"}),
            creation_options(rp={"id": 7, "name": PARTY}),
            creation_options(rp={"id": "\ud800", "name": PARTY}),
        ],
    )
    def test_options_that_are_none_are_refused(self, options: Any) -> None:
        """What are no CredentialCreationOptions gets one line that names them."""
        with pytest.raises(ConfigurationError, match="CredentialCreationOptions") as refused:
            Passkey.create(options)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        "options",
        [
            {},
            "",
            "[]",
            "{",
            None,
            request_options(challenge=[]),
            request_options(rpId=7),
            request_options(rpId="\ud800"),
        ],
    )
    def test_requests_that_are_none_are_refused(self, passkey: Passkey, options: Any) -> None:
        """What are no CREDENTIAL_REQUEST_OPTIONS is refused, and does not count."""
        with pytest.raises(ConfigurationError, match="CREDENTIAL_REQUEST_OPTIONS"):
            passkey.sign(options)
        assert passkey.counter == 0

    def test_an_unknown_algorithm_is_refused(self) -> None:
        """The message has the two possible ones."""
        with pytest.raises(ConfigurationError, match="ES256, RS256"):
            Passkey.create(creation_options(), algorithm="ES512")  # type: ignore[arg-type]


def test_a_restored_passkey_signs_like_the_first() -> None:
    """A passkey from its private key makes responses that the first one's public key checks."""
    first = Passkey.create(creation_options())
    second = Passkey.restored(
        first.private_key(),
        credential_id=first.credential_id,
        relying_party_id=first.relying_party_id,
        user_handle="sub",
        counter=first.counter,
    )
    assert second.private_key().reveal() == first.private_key().reveal()
    assert (second.credential_id, second.counter) == (first.credential_id, 0)
    assert second.registration == {}
    assert first.private_key().reveal() not in repr(second)


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!"])
def test_a_key_that_is_none_is_refused(text: str) -> None:
    """What is no private key of a passkey is refused, and not shown."""
    with pytest.raises(ConfigurationError) as error:
        Passkey.restored(
            Secret(text), credential_id="AA", relying_party_id="example.com", user_handle="sub"
        )
    assert "PKCS #8" in str(error.value)
    assert not text or text not in str(error.value)
