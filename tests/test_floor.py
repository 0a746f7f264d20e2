"""Errors, clock and redaction: what everything else stands on."""

from __future__ import annotations

import copy
import dataclasses
import html
import json
import math
import threading
import time
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import clock, errors
from harness.redaction import MASK, Redactor, Secret, redact


class TestErrors:
    """Two families, each message one clear line."""

    def test_families_do_not_mix(self) -> None:
        """Misuse is never an assertion, a finding is never a harness error."""
        for name in errors.__all__:
            kind = getattr(errors, name)
            assert issubclass(kind, errors.HarnessError) != issubclass(kind, AssertionError)

    def test_configuration_error_says_everything(self) -> None:
        """Setting, value, source, allowed values, nearest match and hint are on one line."""
        error = errors.ConfigurationError(
            "--cognito-target",
            given="emulatr",
            source="pytest.ini",
            allowed=["emulator", "server"],
            hint="see\n--help",
        )
        assert str(error) == (
            "--cognito-target: cannot use 'emulatr' (from pytest.ini); "
            "allowed: emulator, server; did you mean 'emulator'?; see --help"
        )

    def test_configuration_error_without_a_value(self) -> None:
        """A missing value is called missing, and nothing is proposed for it."""
        error = errors.ConfigurationError("--cognito-client-id", source="environment")
        assert str(error) == "--cognito-client-id: no value given (from environment)"

    @pytest.mark.parametrize(
        ("allowed", "message"),
        [
            (["yes", "no"], "x: cannot use 'q'; allowed: yes, no"),
            ([], "x: cannot use 'q'; allowed: nothing"),
        ],
    )
    def test_configuration_error_without_a_near_match(
        self, allowed: list[str], message: str
    ) -> None:
        """Nothing is proposed when nothing is near."""
        assert str(errors.ConfigurationError("x", given="q", allowed=allowed)) == message

    def test_nearest_match_ignores_case(self) -> None:
        """What differs by case only is proposed in its right spelling."""
        assert errors.nearest_match("ON", ["on", "off"]) == "on"

    def test_deadline_exceeded(self) -> None:
        """It says what was awaited, for how long, and where to look."""
        error = errors.DeadlineExceeded("code for alice", 30.0, hint="is the mailbox right?")
        assert str(error) == "there was no code for alice within 30 s; is the mailbox right?"

    def test_missing_capability(self) -> None:
        """Capability, target and reason come in the same form every time."""
        error = errors.MissingCapability("clock", "aws", "its clock cannot be moved")
        assert str(error) == ("target 'aws' has no capability 'clock': its clock cannot be moved")

    def test_unexpected_challenge(self) -> None:
        """It names the challenge, what is missing, and the handlers there are."""
        error = errors.UnexpectedChallenge("SMS_MFA", ["SOFTWARE_TOKEN_MFA"], reason="no mailbox")
        assert str(error) == (
            "unexpected challenge 'SMS_MFA': no mailbox; there are handlers for: SOFTWARE_TOKEN_MFA"
        )
        assert str(errors.UnexpectedChallenge("X")).endswith("there are handlers for: none")


class TestSystemClock:
    """The machine's clock."""

    def test_it_shows_the_machines_time(self) -> None:
        """Both forms of the present are the machine's, and ``now`` is aware and in UTC."""
        before = time.time()
        shown, moment = clock.SystemClock().time(), clock.SystemClock().now()
        assert before <= shown <= moment.timestamp() + 1e-6 <= time.time() + 1e-6
        assert moment.tzinfo is timezone.utc

    def test_it_sleeps_in_short_stretches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Waiting sleeps, never long at once, and ends when the moment has come."""
        present, slept = [1000.0], []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            present[0] += seconds

        monkeypatch.setattr(time, "time", lambda: present[0])
        monkeypatch.setattr(time, "sleep", sleep)
        clock.SystemClock().wait_until(1002.5)
        assert slept == [1.0, 1.0, 0.5]

    def test_it_does_not_sleep_for_the_past(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A moment that has passed is not waited for."""
        monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("slept"))
        clock.SystemClock().wait_until(0)


class TestVirtualClock:
    """The clock that a test can move."""

    def test_it_starts_at_the_machines_time(self) -> None:
        """Without a start it shows the present."""
        before = time.time()
        assert before <= clock.VirtualClock(frozen=True).time() <= time.time()

    def test_it_runs_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Unless frozen it runs on with real time, whatever becomes of the machine's date."""
        present = [50.0]
        monkeypatch.setattr(time, "monotonic", lambda: present[0])
        running = clock.VirtualClock(start=1000.0)
        present[0] += 7
        assert running.time() == 1007.0
        running.advance(30)
        present[0] += 1
        assert running.time() == 1038.0

    def test_frozen_it_stands_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Frozen, only moves change it."""
        present = [50.0]
        monkeypatch.setattr(time, "monotonic", lambda: present[0])
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        present[0] += 7
        assert frozen.frozen
        assert frozen.time() == 1000.0
        frozen.advance(0.5)
        assert frozen.time() == 1000.5

    def test_now_is_aware(self) -> None:
        """``now`` is the same moment as ``time``, in UTC."""
        frozen = clock.VirtualClock(start=0, frozen=True)
        assert frozen.now() == datetime(1970, 1, 1, tzinfo=timezone.utc)

    @given(st.floats(0, 4e9), st.floats(0, 4e9))
    def test_waiting_hits_the_moment(self, start: float, moment: float) -> None:
        """After waiting the clock shows exactly the moment, or what it showed if that is later."""
        frozen = clock.VirtualClock(start=start, frozen=True)
        frozen.wait_until(moment)
        assert frozen.time() == max(start, moment)

    @pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, -math.inf])
    def test_it_never_goes_back(self, seconds: float) -> None:
        """A move by a negative number, or by none, is refused and changes nothing."""
        frozen = clock.VirtualClock(start=1000.0, frozen=True)
        with pytest.raises(ValueError, match=r"forward|finite"):
            frozen.advance(seconds)
        assert frozen.time() == 1000.0

    @pytest.mark.parametrize("moment", [math.nan, math.inf])
    def test_moments_are_finite(self, moment: float) -> None:
        """Neither a start nor a moment to wait for may lie outside time."""
        with pytest.raises(ValueError, match="finite"):
            clock.VirtualClock(start=moment)
        with pytest.raises(ValueError, match="finite"):
            clock.VirtualClock().wait_until(moment)

    def test_moves_from_many_threads_add_up(self) -> None:
        """No move is lost when several threads make them at once."""
        frozen = clock.VirtualClock(start=0, frozen=True)

        def move() -> None:
            for _ in range(200):
                frozen.advance(1)

        threads = [threading.Thread(target=move) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert frozen.time() == 1600


def test_stopwatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopwatch gives the seconds since it was started, each time it is asked."""
    present = [5.0]
    monkeypatch.setattr(time, "perf_counter", lambda: present[0])
    elapsed = clock.stopwatch()
    present[0] = 5.25
    assert elapsed() == 0.25
    present[0] = 6.0
    assert elapsed() == 1.0


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

    def test_it_is_no_text(self) -> None:
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
            "CREDENTIAL",
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
    def test_secret_members(self, name: str) -> None:
        """Each secret member is replaced, however deep it lies and whatever it holds."""
        given = {"Outer": [{name: "s3cret-value"}], name: {"Salt": "s3cret-value"}}
        assert redact(given) == {"Outer": [{name: MASK}], name: MASK}

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

    def test_attributes(self) -> None:
        """Addresses and numbers stay recognisable, what else describes a person does not."""
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
    def test_texts(self, text: str, shown: str) -> None:
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
    def test_every_spelling(self, text: str) -> None:
        """JSON, ``repr``, URL and HTML spellings are scrubbed as well."""
        redactor = Redactor()
        redactor.register(text)
        for spelling in (text, json.dumps(text)[1:-1], repr(text)[1:-1], html.escape(text)):
            assert redactor.scrub(f"<{spelling}>") == f"<{MASK}>"
        assert redactor.scrub(quote(text, safe="")) == MASK

    def test_longer_secrets_first(self) -> None:
        """A secret that begins with another one leaves no end behind."""
        redactor = Redactor()
        redactor.register("Hunter2")
        redactor.register("Hunter2!suffix")
        assert redactor.scrub("Hunter2!suffix") == MASK

    def test_values_learnt_later(self) -> None:
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
