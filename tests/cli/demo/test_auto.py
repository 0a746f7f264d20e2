"""``cognito-harness demo --auto``: the whole demo without a person."""

from __future__ import annotations

import re
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from harness.cli.examples import EXAMPLES
from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from harness.pools.spec.pool_spec import PoolSpec
from tests.cli.conftest import CommandLine, Outcome
from tests.cli.demo.pictures import drawn_in, read_half_blocks, read_png
from tests.cli.demo.test_existing_pool import OPT_IN, WITH_MFA, make_pool, usernames
from tests.support.sources import ROOT


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
        assert "Signed in with the device and without any code." in outcome.out

    def test_it_ends_with_what_to_do_next(self, outcome: Outcome) -> None:
        """The last lines are commands that exist and pages of the documentation that exist."""
        _, _, steps = outcome.out.partition("What to do next:\n")
        named = [line for line in steps.splitlines() if line and not line.startswith(" ")]
        assert len(named) == 4
        for line in named:
            if line.startswith("docs/"):
                assert (ROOT / line).is_file()
            else:
                assert line.split()[:2][0] == "cognito-harness"
                assert line.split()[1] in EXAMPLES
        assert max(map(len, steps.splitlines())) <= 80

    def test_the_named_picture_is_kept_with_a_warning(self, outcome: Outcome, png: Path) -> None:
        """The picture that the user named is still there, and the demo says what it holds."""
        assert png.exists()
        said = " ".join(outcome.out.split())
        assert f"The QR code is still in {png} and holds the TOTP secret" in said

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
        # Nobody has to type it, so it is not shown.
        assert "otpauth" not in outcome.out

    def test_without_a_name_no_picture_is_left(
        self, cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody scans a picture of --auto, so none is written."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

        outcome = cli("demo", "--auto")

        assert outcome.code == 0
        assert not list(tmp_path.iterdir())
        assert "still in" not in outcome.out


class TestOnAServedEmulator:
    """``--endpoint-url`` with an emulator of `cognito-harness serve`."""

    @pytest.mark.parametrize(
        ("more", "end"),
        [((), "with the device and without any code."), (("--passwordless",), "with the passkey,")],
        ids=["with MFA", "without a password"],
    )
    def test_it_makes_and_deletes_a_pool_there(
        self, cli: CommandLine, served: EmulatorServer, more: tuple[str, ...], end: str
    ) -> None:
        """Codes come from its outbox, and at the end the emulator is as before."""
        outcome = cli("demo", "--auto", "--endpoint-url", served.url, *more)

        assert (outcome.code, outcome.err) == (0, "")
        assert f"the emulator served at {served.url}" in " ".join(outcome.out.split())
        assert end in outcome.out
        assert not served.emulator.engine.pools
        assert f"--endpoint-url {served.url}" in outcome.out.partition("What to do next")[2]

    def test_it_uses_a_pool_that_exists(self, cli: CommandLine, served: EmulatorServer) -> None:
        """In an existing pool the new user is deleted at the end."""
        pool = make_pool(served, PoolSpec(mfa="ON", device_tracking=OPT_IN))
        ids = ("--user-pool-id", pool.user_pool_id, "--client-id", pool.app.client_id)

        outcome = cli("demo", "--auto", "--endpoint-url", served.url, *ids)

        assert (outcome.code, outcome.err) == (0, "")
        assert "without any code." in outcome.out
        assert usernames(served) == []

    def test_its_clock_is_moved_and_not_waited_for(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """A fourth code within a minute needs a later time step, which the demo moves to."""
        pool = make_pool(served, PoolSpec(mfa="ON", device_tracking=WITH_MFA))
        ids = ("--user-pool-id", pool.user_pool_id, "--client-id", pool.app.client_id)
        before = served.emulator.clock.time() - SystemClock().time()

        outcome = cli("demo", "--auto", "--endpoint-url", served.url, *ids)

        assert outcome.code == 1
        assert "ChallengeRequiredOnNewDevice" in outcome.err
        assert served.emulator.clock.time() - SystemClock().time() - before > 1

    @pytest.mark.parametrize("given", [(), ("--auto",)])
    def test_another_service_needs_a_pool(self, cli: CommandLine, given: tuple[str, ...]) -> None:
        """A service that is no emulator of this program is refused in one line."""
        with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
            thread = threading.Thread(target=other.serve_forever, daemon=True)
            thread.start()
            outcome = cli("demo", "--endpoint-url", f"http://127.0.0.1:{other.server_port}", *given)
            other.shutdown()
            thread.join()

        assert (outcome.code, outcome.out) == (2, "")
        last = outcome.err.splitlines()[-1]
        assert last.startswith("cognito-harness: --user-pool-id: no value given; --endpoint-url")
        assert "unless `cognito-harness serve` serves it" in last

    def test_where_nothing_listens_it_says_how_to_start_one(self, cli: CommandLine) -> None:
        """The line is that of every command."""
        outcome = cli("demo", "--auto", "--endpoint-url", "http://127.0.0.1:1")

        assert outcome.code == 2
        said = "no emulator at http://127.0.0.1:1; start one with `cognito-harness serve`"
        assert outcome.err == f"cognito-harness: {said}\n"

    def test_aws_is_no_place_for_auto(self, cli: CommandLine) -> None:
        """One line says what the demo cannot do there."""
        outcome = cli("demo", "--auto", "--user-pool-id", "us-east-1_a", "--client-id", "a")

        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.count("\n") == 1
        assert "can neither read the emails of its users nor move its clock" in outcome.err
