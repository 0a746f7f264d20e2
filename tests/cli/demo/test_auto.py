"""``cognito-harness demo --auto``: the whole story without anybody."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.cli.conftest import CommandLine, Outcome
from tests.cli.demo.pictures import drawn_in, read_half_blocks, read_png


@pytest.fixture
def outcome(cli: CommandLine, png: Path) -> Outcome:
    """A demo that has answered itself."""
    return cli("demo", "--auto", "--png", str(png))


class TestAuto:
    """What it prints, what it leaves, and how it ends."""

    def test_it_ends_with_a_device_sign_in(self, outcome: Outcome) -> None:
        """The last sign-in proves the device and asks for no code; the exit code is 0."""
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
        """The PNG holds issuer, account and a base32 secret, as authenticator apps read them."""
        uri = urlsplit(read_png(png))

        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        assert unquote(uri.path).startswith("/Cognito demo:")
        query = parse_qs(uri.query)
        assert query["issuer"] == ["Cognito demo"]
        assert re.fullmatch(r"[A-Z2-7]{32,}", query["secret"][0])

    def test_the_terminal_shows_the_same_code(self, outcome: Outcome, png: Path) -> None:
        """What is drawn and what is written are one and the same."""
        assert read_half_blocks(drawn_in(outcome.out)) == read_png(png)

    def test_nothing_secret_is_printed(self, outcome: Outcome, png: Path) -> None:
        """Neither the TOTP secret as text, nor a code, a token or a password is in the output."""
        secret = parse_qs(urlsplit(read_png(png)).query)["secret"][0]

        assert secret not in outcome.out.replace(" ", "")
        assert not re.search(r"\b\d{6}\b", outcome.out)
        assert "eyJ" not in outcome.out
        assert "Password ******" in outcome.out

    def test_every_call_is_explained(self, outcome: Outcome) -> None:
        """Each operation that was called is named, with a few words on what it is for."""
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
        """The pool is made in the region that was asked for."""
        outcome = cli("demo", "--auto", "--png", str(png), "--region", "eu-central-1")

        assert outcome.code == 0
        assert "User pool  eu-central-1_" in outcome.out

    def test_a_terminal_without_unicode_is_served(
        self, cli: CommandLine, png: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where only ASCII can be printed, only ASCII is."""
        monkeypatch.setattr("harness.cli.demo.screen.Screen._unicode", property(lambda _: False))

        outcome = cli("demo", "--auto", "--png", str(png))

        assert outcome.code == 0
        assert outcome.out.isascii()

    def test_a_narrow_terminal_is_told_so(
        self, cli: CommandLine, png: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half a QR code is of no use: the picture is named instead."""
        monkeypatch.setenv("COLUMNS", "40")

        outcome = cli("demo", "--auto", "--png", str(png))

        assert outcome.code == 0
        assert not drawn_in(outcome.out)
        assert "too narrow" in outcome.out
