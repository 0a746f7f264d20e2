"""``cognito-harness demo --auto``: the whole demo without a person."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.cli.conftest import CommandLine, Outcome
from tests.cli.demo.pictures import drawn_in, read_half_blocks, read_png


@pytest.fixture
def outcome(cli: CommandLine, png: Path) -> Outcome:
    """A demo that answered its own questions."""
    return cli("demo", "--auto", "--png", str(png))


class TestAuto:
    """The output, the picture and the exit code."""

    def test_it_ends_with_a_device_sign_in(self, outcome: Outcome) -> None:
        """The last sign-in proves the device and needs no code; the exit code is 0."""
        assert (outcome.code, outcome.err) == (0, "")
        summary = outcome.out.rpartition("The challenges of each sign-in")[2]
        ladders = re.findall(r"[A-Z_]+(?: > [A-Z_]+)* > tokens", " ".join(summary.split()))
        assert ladders == [
            "PASSWORD_VERIFIER > MFA_SETUP > tokens",
            "PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA > tokens",
            "PASSWORD_VERIFIER > DEVICE_SRP_AUTH > DEVICE_PASSWORD_VERIFIER > tokens",
        ]
        assert outcome.out.rstrip().endswith("without any code.")

    def test_the_picture_decodes_to_the_otpauth_uri(self, outcome: Outcome, png: Path) -> None:
        """The PNG holds the issuer, the account and a base32 secret for authenticator apps."""
        uri = urlsplit(read_png(png))

        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        assert unquote(uri.path).startswith("/Cognito demo:")
        query = parse_qs(uri.query)
        assert query["issuer"] == ["Cognito demo"]
        assert re.fullmatch(r"[A-Z2-7]{32,}", query["secret"][0])

    def test_the_terminal_shows_the_same_code(self, outcome: Outcome, png: Path) -> None:
        """The drawn code and the picture have the same content."""
        assert read_half_blocks(drawn_in(outcome.out)) == read_png(png)

    def test_nothing_secret_is_printed(self, outcome: Outcome, png: Path) -> None:
        """The output contains no TOTP secret, code, token or password."""
        secret = parse_qs(urlsplit(read_png(png)).query)["secret"][0]

        assert secret not in outcome.out.replace(" ", "")
        assert not re.search(r"\b\d{6}\b", outcome.out)
        assert "eyJ" not in outcome.out
        assert "Password ******" in outcome.out

    def test_every_call_is_explained(self, outcome: Outcome) -> None:
        """The output names each call and explains it in a few words."""
        calls = re.findall(r"→ (\w+)  (.+)", outcome.out)

        assert {operation for operation, _ in calls} == {
            "SignUp",
            "ConfirmSignUp",
            "InitiateAuth",
            "AssociateSoftwareToken",
            "VerifySoftwareToken",
            "RespondToAuthChallenge",
            "ConfirmDevice",
            "UpdateDeviceStatus",
        }
        assert all(len(explanation.split()) > 3 for _, explanation in calls)
        assert outcome.out.count("→ ") == outcome.out.count("← ")

    def test_the_password_flow_works_as_well(self, cli: CommandLine, png: Path) -> None:
        """With USER_PASSWORD_AUTH there is no PASSWORD_VERIFIER, and the device still counts."""
        outcome = cli("demo", "--auto", "--png", str(png), "--auth-flow", "USER_PASSWORD_AUTH")

        assert outcome.code == 0
        assert "PASSWORD_VERIFIER >" not in outcome.out.replace("DEVICE_PASSWORD_VERIFIER", "")

    def test_the_region_is_the_pools(self, cli: CommandLine, png: Path) -> None:
        """The pool is created in the given region."""
        outcome = cli("demo", "--auto", "--png", str(png), "--region", "eu-central-1")

        assert outcome.code == 0
        assert "User pool  eu-central-1_" in outcome.out

    def test_a_terminal_without_unicode(
        self, cli: CommandLine, png: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A terminal without Unicode gets only ASCII."""
        monkeypatch.setattr("harness.cli.demo.screen.Screen._unicode", property(lambda _: False))

        outcome = cli("demo", "--auto", "--png", str(png))

        assert outcome.code == 0
        assert outcome.out.isascii()

    def test_a_narrow_terminal(
        self, cli: CommandLine, png: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A terminal that is too narrow for the QR code gets the name of the picture."""
        monkeypatch.setenv("COLUMNS", "40")

        outcome = cli("demo", "--auto", "--png", str(png))

        assert outcome.code == 0
        assert not drawn_in(outcome.out)
        assert "too narrow" in outcome.out
