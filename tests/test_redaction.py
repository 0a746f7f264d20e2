"""What may be shown, and what never is."""

from __future__ import annotations

import copy
import dataclasses
import html
import json
from bisect import bisect_left
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.redaction import MASK, Redactor, Secret, listening_for_secrets, redact


class TestSecret:
    """A text that shows itself only when asked to."""

    def test_it_is_never_shown(self) -> None:
        """No way of printing gives the text away, nor does the repr of what holds it."""

        @dataclasses.dataclass(frozen=True)
        class Holder:
            password: Secret

        secret = Secret("Hunter2!")
        shown = f"{secret} {secret!r} {secret!s} %s {[secret]} {Holder(secret)}" % secret
        assert "Hunter2!" not in shown
        assert shown.count(MASK) == 6

    def test_secret_is_not_a_text(self) -> None:
        """It cannot slip into JSON or a concatenation unnoticed."""
        with pytest.raises(TypeError):
            json.dumps(Secret("x"))
        with pytest.raises(TypeError):
            "x" + Secret("x")  # type: ignore[operator]

    def test_equality(self) -> None:
        """Equal texts are equal secrets, and no secret equals a plain text."""
        assert Secret("a") == Secret("a")
        assert Secret("a") != Secret("b")
        assert Secret("a") != "a"
        assert len({Secret("a"), Secret("a"), Secret("b")}) == 2

    def test_truth_and_text(self) -> None:
        """It is true when the text is not empty, and reveals the text when asked."""
        assert not Secret("")
        assert Secret("a").reveal() == "a"
        assert copy.deepcopy(Secret("a")).reveal() == "a"


TOKEN = "eyJraWQiOiJhIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


class TestRedact:
    """What Cognito's member names say is secret."""

    @pytest.mark.parametrize(
        "name",
        [
            "AccessToken",
            "ANSWER",
            "ClientSecret",
            "Code",
            "code",
            "ConfirmationCode",
            "DeviceSecretVerifierConfig",
            "EMAIL_OTP_CODE",
            "IdToken",
            "NEW_PASSWORD",
            "Password",
            "PASSWORD",
            "PASSWORD_CLAIM_SIGNATURE",
            "PreviousPassword",
            "ProposedPassword",
            "REFRESH_TOKEN",
            "RefreshToken",
            "SECRET_HASH",
            "SecretCode",
            "SecretHash",
            "Session",
            "SMS_MFA_CODE",
            "SMS_OTP_CODE",
            "SOFTWARE_TOKEN_MFA_CODE",
            "TemporaryPassword",
            "Token",
            "UserCode",
        ],
    )
    def test_secret_members_are_replaced(self, name: str) -> None:
        """Each secret member is replaced, however deep it lies and whatever it holds."""
        given = {"Outer": [{name: "s3cret-value"}], name: {"Salt": "s3cret-value"}}
        assert redact(given) == {"Outer": [{name: MASK}], name: MASK}

    def test_of_a_passkey_only_the_signature_is_secret(self) -> None:
        """A sign-in's CREDENTIAL is a text and hidden; a registration can be read (N042, N050)."""
        response = {"signature": "MEQ", "transports": ["internal"]}
        credential = {"id": "AAAA", "type": "public-key", "response": response}
        shown = {**credential, "response": {**response, "signature": MASK}}
        assert redact({"Credential": credential, "CREDENTIAL": "{}"}) == {
            "Credential": shown,
            "CREDENTIAL": MASK,
        }

    @pytest.mark.parametrize("answer", ["PASSWORD_SRP", "WEB_AUTHN", "SOFTWARE_TOKEN_MFA"])
    def test_the_choice_of_a_factor_is_shown(self, answer: str) -> None:
        """ANSWER is a secret, but not the name of a factor in it."""
        assert redact({"ANSWER": answer, "answer": f"{answer}!"}) == {
            "ANSWER": answer,
            "answer": MASK,
        }

    @pytest.mark.parametrize(
        "value",
        [
            {"Error": {"Code": "NotAuthorizedException", "Message": "Incorrect."}},
            {"ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "1-2"}},
            {"CodeDeliveryDetails": {"DeliveryMedium": "EMAIL", "AttributeName": "email"}},
            {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "alice"}},
            {"ChallengeResponses": {"DEVICE_KEY": None}, "Session": None},
            {"TokenValidityUnits": {"AccessToken": None}, "AccessTokenValidity": 60},
            {"Policies": {"PasswordPolicy": {"MinimumLength": 8}}},
            {"UserConfirmed": True, "Limit": 3, "Ratio": 0.5},
        ],
        ids=lambda value: next(iter(value)),
    )
    def test_what_is_no_secret_stays(self, value: dict[str, Any]) -> None:
        """Names, error codes, settings and absent values are shown as they are."""
        assert redact(value) == value

    def test_the_original_is_untouched(self) -> None:
        """A copy is made: the caller's structure keeps its values."""
        given = {"AuthParameters": {"PASSWORD": "s3cret-value"}, "Tags": ["a"]}
        kept = copy.deepcopy(given)
        assert redact(given) is not given
        assert given == kept

    def test_long_public_values_are_cut(self) -> None:
        """SRP values and secret blocks show their beginning and their length."""
        shown = redact({"SRP_A": "ab" * 384, "SRP_B": "1f", "SECRET_BLOCK": "Q" * 1724})
        assert shown == {
            "SRP_A": "abababababab… (768 chars)",
            "SRP_B": "1f",
            "SECRET_BLOCK": "QQQQQQQQQQQQ… (1724 chars)",
        }

    def test_personal_attributes_are_hidden(self) -> None:
        """Addresses and numbers stay recognizable, what else describes a person does not."""
        values = {
            "sub": "0f1e2d3c",
            "email": "jane.doe@example.org",
            "phone_number": "+14155550123",
            "given_name": "Jane jane.doe@example.org",
            "custom:team": "blue",
            "email_verified": "true",
        }
        attributes = [{"Name": name, "Value": value} for name, value in values.items()]
        shown = {item["Name"]: item["Value"] for item in redact(attributes)}
        assert shown == {
            "sub": "0f1e2d3c",
            "email": "j***@e***",
            "phone_number": "+***23",
            "given_name": MASK,
            "custom:team": MASK,
            "email_verified": "true",
        }

    def test_attributes_of_a_challenge(self) -> None:
        """Attributes that answer NEW_PASSWORD_REQUIRED are masked by the same rule."""
        given = {"userAttributes.given_name": "Jane", "userAttributes.email": "j@example.org"}
        shown = redact(given)
        assert shown == {
            "userAttributes.given_name": MASK,
            "userAttributes.email": "j***@e***",
        }

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("sent to jane.doe+x@mail.example.co.uk.", "sent to j***@m***."),
            ("j***@e***", "j***@e***"),
            ("call +14155550123, please", "call +***23, please"),
            (f"Bearer {TOKEN}", f"Bearer {MASK}"),
            (f"{TOKEN}.more.parts", MASK),
            (
                "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&issuer=y",
                f"otpauth://totp/x?secret={MASK}&issuer=y",
            ),
            ('email = "jane@example.org"', 'email = "j***@e***"'),
            ("2026-11-22T18:40:05+00:00 1+1", "2026-11-22T18:40:05+00:00 1+1"),
        ],
    )
    def test_secrets_in_a_text_are_found(self, text: str, shown: str) -> None:
        """Addresses, numbers, tokens and TOTP secrets are found in any text."""
        assert redact(text) == shown
        assert redact({"Message": [text]}) == {"Message": [shown]}

    def test_other_types(self) -> None:
        """Bytes show their length, secrets nothing, sets and tuples become lists."""
        moment = datetime(2026, 11, 22, tzinfo=timezone.utc)
        assert redact((b"abc", Secret("x"), moment, {"a"})) == [
            "[3 bytes]",
            MASK,
            moment,
            ["a"],
        ]

    @given(
        st.recursive(
            st.text("abcxyz{}@.+", max_size=8) | st.none() | st.booleans() | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["Password", "Session", "A", "Error"]), inner)
            ),
            max_leaves=12,
        )
    )
    def test_redacting_twice_changes_nothing(self, value: Any) -> None:
        """What may be shown may be shown again."""
        assert redact(redact(value)) == redact(value)


class TestRedactor:
    """Literal secrets, wherever they turn up."""

    def test_known_values_are_scrubbed(self) -> None:
        """Registered values vanish from texts that no member name marks as secret."""
        redactor = Redactor()
        redactor.register("Hunter2!")
        redactor.register(Secret("123456"))
        assert redactor.scrub("typed Hunter2! and 123456") == f"typed {MASK} and {MASK}"
        assert redactor.redact({"Note": ["Hunter2!"]}) == {"Note": [MASK]}

    @given(st.text(min_size=4, max_size=20).filter(lambda text: text.isprintable()))
    def test_every_spelling_is_scrubbed(self, text: str) -> None:
        """JSON, ``repr``, URL and HTML spellings are scrubbed as well."""
        redactor = Redactor()
        redactor.register(text)
        for spelling in (text, json.dumps(text)[1:-1], repr(text)[1:-1], html.escape(text)):
            assert redactor.scrub(f"<{spelling}>") == f"<{MASK}>"
        assert redactor.scrub(quote(text, safe="")) == MASK

    def test_longer_secrets_are_scrubbed_first(self) -> None:
        """A secret that begins with another one leaves no end behind."""
        redactor = Redactor()
        redactor.register("Hunter2")
        redactor.register("Hunter2!suffix")
        assert redactor.scrub("Hunter2!suffix") == MASK

    def test_values_learned_later_are_scrubbed(self) -> None:
        """A value registered after the first scrubbing is scrubbed from then on."""
        redactor = Redactor()
        assert redactor.scrub("abcdef 654321") == "abcdef 654321"
        redactor.register("654321")
        assert redactor.scrub("abcdef 654321") == f"abcdef {MASK}"

    def test_short_values_do_not_tear_holes(self) -> None:
        """Values of up to three characters are not searched for."""
        redactor = Redactor()
        redactor.register("")
        redactor.register("abc")
        assert redactor.scrub("abc") == "abc"


class TestLongTexts:
    """Texts of a hundred thousand characters, as anyone may send, are searched in passing."""

    @pytest.mark.parametrize(
        "piece", ["a", "eyJ", "eyJabcdefghijk", "a@", "otpauth://x", "+1", "a@b-", "."]
    )
    def test_nothing_is_searched_again_and_again(self, piece: str) -> None:
        """They are left as they are, at once; a search from every letter would take minutes."""
        text = piece * (100_000 // len(piece))
        assert redact(text) == text

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\\neyJhbGciOiJub25l.e30.x end", f"\\n{MASK} end"),
            ("eyJhbGciOiJub25l.e30", "eyJhbGciOiJub25l.e30"),
            ("a.eyJhbGciOiJub25l.b.c.d.e.f", f"a.{MASK}.f"),
            ("eyJ.eyJhbGciOiJub25l.e30.x", f"eyJ.{MASK}"),
        ],
    )
    def test_tokens_are_found_wherever_they_stand(self, text: str, shown: str) -> None:
        """Behind other letters and parts, and never without two parts more."""
        assert redact(text) == shown


class TestCutSecrets:
    """What pytest leaves of a secret that it cuts."""

    TOKEN = "".join(f"{number:x}" for number in range(7000, 7100))

    @pytest.fixture
    def redactor(self) -> Redactor:
        """A redactor that knows a password and a token."""
        redactor = Redactor()
        redactor.register("Tr0ub4dor&3")
        redactor.register(self.TOKEN)
        return redactor

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("it is 'Tr0u...", "it is '[redacted]..."),
            ("it is 'Tr0ub4dor...", "it is '[redacted]..."),
            ("...dor&3' is it", "...[redacted]' is it"),
            ("'Tr0...r&3'", "'[redacted]...[redacted]'"),
            ("'Tr0ub…", "'[redacted]…"),
            ("Tr0y is away...", "Tr0y is away..."),
            ("waits...", "waits..."),
            ("the end...of it", "the end...of it"),
        ],
    )
    def test_rest_beside_a_cut(self, redactor: Redactor, text: str, shown: str) -> None:
        """The beginning before the dots and the end after them are masked, nothing else."""
        assert redactor.scrub(text) == shown

    def test_long_part(self, redactor: Redactor) -> None:
        """A long part of a long secret is masked without dots as well, also in a longer word."""
        part = self.TOKEN[40:80]
        assert redactor.scrub(f"- {part}") == "- [redacted]"
        assert redactor.scrub(f"+ {part}other") == "+ [redacted]"
        assert redactor.scrub("+ a-long-word-of-another-kind") == "+ a-long-word-of-another-kind"


class TestManyCuts:
    """A long text with many cuts, in a run with many secrets."""

    def test_number_of_secrets_does_not_matter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A piece is looked up once, also if it begins like every secret of the run."""
        looked_up: list[str] = []

        def look_up(ordered: list[str], text: str) -> int:
            looked_up.append(text)
            return bisect_left(ordered, text)

        monkeypatch.setattr("harness.redaction.bisect_left", look_up)
        redactor = Redactor()
        for number in range(500):
            redactor.register(f"eyJ{number:04}-secret")
        text = redactor.scrub("is eyJ0123...3-secret" + "...eyJx" * 2000)
        assert text == f"is {MASK}...{MASK}" + "...eyJx" * 2000
        assert len(looked_up) < 2010


class TestListening:
    """Those who want to know of each secret."""

    def test_made_secrets_are_told(self) -> None:
        """A listener gets the text of each secret made in the block, and of none after it."""
        heard: list[str] = []
        with listening_for_secrets(heard.append):
            Secret("first")
        Secret("second")
        assert heard == ["first"]
