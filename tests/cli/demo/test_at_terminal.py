"""``cognito-harness demo`` with a person at a terminal who makes every possible mistake."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from tests.cli.demo.pictures import drawn_in, read_half_blocks, read_png
from tests.cli.processes import COMMAND, PATIENCE_SECONDS, cognito_harness

pexpect = pytest.importorskip("pexpect", reason="this system has no pseudo-terminal")
if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal", allow_module_level=True)

PASSWORD = "Correct-Horse-7"


class Terminal:
    """A demo in a pseudo-terminal, and a person who types."""

    def __init__(
        self, png: Path | None, *arguments: str, dimensions: tuple[int, int] = (60, 120)
    ) -> None:
        self.shown = io.StringIO()
        self.png = png
        picture = [] if png is None else ["--png", str(png)]
        self.child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], "demo", *picture, *arguments],
            encoding="utf-8",
            # Without it, the process would also get LINES, which the readline of this process sets.
            env={**os.environ, "COLUMNS": str(dimensions[1]), "LINES": str(dimensions[0])},
            dimensions=dimensions,
            timeout=PATIENCE_SECONDS,
        )
        self.child.logfile_read = self.shown

    def answer(self, question: str, *answers: str) -> None:
        """Wait for a question and type; more answers are for the same question again."""
        for typed in answers:
            self.see(question)
            self.child.sendline(typed)

    def see(self, text: str) -> None:
        """Wait until a text is shown."""
        self.child.expect_exact(text)

    def find(self, pattern: str) -> str:
        """Wait until a pattern is shown, and return its first group."""
        self.child.expect(pattern)
        return str(self.child.match.group(1))

    def secret_in_picture(self) -> str:
        """Return the TOTP secret in the picture."""
        assert self.png is not None
        return parse_qs(urlsplit(read_png(self.png)).query)["secret"][0]

    def app_code(self) -> str:
        """Return the current code of an app that scanned the picture."""
        return pyotp.TOTP(self.secret_in_picture()).at(int(SystemClock().time()))

    def end(self) -> int:
        """Wait for the end of the demo and return its exit code."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return int(self.child.exitstatus)


@pytest.fixture
def terminal(png: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A demo on the emulator that has just started."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    opened = Terminal(png)
    yield opened
    opened.child.close(force=True)


def another(code: str) -> str:
    """Return another code of as many digits."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def sign_up(terminal: Terminal) -> None:
    """Sign up and confirm, without a mistake."""
    terminal.answer("Username:", "ada")
    terminal.answer("Email address:", "ada@example.com")
    terminal.answer("Password (hidden):", PASSWORD)
    terminal.answer("Code from the email", "")
    code = terminal.find(r"verification code is (\d{6})")
    terminal.answer("Code from the email", code)
    terminal.see("CONFIRMED")


class TestAtTerminal:
    """The questions, the repeated questions and the end of the demo."""

    def test_mistakes_are_asked_again_until_the_device_signs_in(self, terminal: Terminal) -> None:
        """No mistake ends the demo; it ends with a sign-in with the device and no code."""
        terminal.answer("Username:", "", "ada")
        terminal.answer("Email address:", "no address")
        terminal.answer("Password (hidden):", "short")
        self.correct_the_refused(terminal)
        self.confirm_with_mistakes(terminal)
        self.set_up_the_app_with_mistakes(terminal)
        terminal.answer("Remember this device?", "perhaps", "yes")
        self.type_a_used_code(terminal)

        terminal.see("without any code.")
        assert terminal.end() == 0
        assert PASSWORD not in terminal.shown.getvalue()

    def correct_the_refused(self, terminal: Terminal) -> None:
        """Type a valid address and password, in the order in which Cognito refuses them."""
        better = {"Email address:": "ada@example.com", "Another password (hidden):": PASSWORD}
        for _ in range(2):
            asked = terminal.child.expect_exact(list(better))
            terminal.child.sendline(list(better.values())[asked])
        terminal.see("the user is UNCONFIRMED")

    def confirm_with_mistakes(self, terminal: Terminal) -> None:
        """Type a wrong code, then wait for a new one and type it."""
        terminal.answer("Code from the email", "")
        first = terminal.find(r"verification code is (\d{6})")
        terminal.answer("Code from the email", another(first))
        terminal.see("CodeMismatchException")
        terminal.answer("Code from the email", "r")
        terminal.see("ResendConfirmationCode")
        terminal.answer("Code from the email", "")
        second = terminal.find(r"verification code is (\d{6})")
        terminal.answer("Code from the email", second)
        terminal.see("CONFIRMED")

    def set_up_the_app_with_mistakes(self, terminal: Terminal) -> None:
        """Type a wrong password first, and a wrong app code in two ways."""
        terminal.answer("Password (hidden):", "Wrong-Horse-7")
        terminal.see("NotAuthorizedException: Incorrect username or password.")
        terminal.answer("Password, once more (hidden):", PASSWORD)
        secret = terminal.find(r"cannot scan[^A-Z]*((?:[A-Z2-7]{4} ?)+)")
        terminal.answer("Code from the authenticator app", "12345")
        terminal.see("six digits")
        right = terminal.app_code()
        assert secret.replace(" ", "") == terminal.secret_in_picture()
        terminal.answer("Code from the authenticator app", another(right))
        terminal.see("EnableSoftwareTokenMFAException")
        terminal.answer("Code from the authenticator app", right)
        terminal.see("SUCCESS")
        self.used = right

    def type_a_used_code(self, terminal: Terminal) -> None:
        """Type the code of the setup again, then let the demo play the app."""
        terminal.answer("Code from the authenticator app", self.used)
        terminal.see("ExpiredCodeException")
        for _ in range(3):
            terminal.answer("Code from the authenticator app", "")
            shown = terminal.find(r"│ (\d{6}) ")
            terminal.answer("Code from the authenticator app", shown)
            if terminal.child.expect_exact(["ExpiredCodeException", "Sign in with the device"]):
                return
        pytest.fail("Cognito accepted no code of the app")

    def test_a_device_that_is_not_remembered_does_not_spare_the_code(
        self, terminal: Terminal
    ) -> None:
        """A person who says no gets asked for a code with the device too, which is no error."""
        sign_up(terminal)
        terminal.answer("Password (hidden):", PASSWORD)
        for chapter in ("Remember the device", "Sign in with the device", "Remember"):
            terminal.answer("Code from the authenticator app", "")
            code = terminal.find(r"│ (\d{6}) ")
            terminal.answer("Code from the authenticator app", code)
            if chapter == "Remember the device":
                terminal.answer("Remember this device?", "n")
        terminal.see("The device is not remembered, so it does not replace the code.")
        terminal.answer("Remember this device?", "n")
        terminal.see("The device is not remembered in the end")

        terminal.see("The challenges of each sign-in")
        assert terminal.end() == 0
        assert "without any code." not in terminal.shown.getvalue()
        shown = " ".join(terminal.shown.getvalue().split())
        assert "You said no, so Cognito knows the device but does not remember it" in shown
        assert "no code is needed" not in shown

    def test_ctrl_c_shows_no_traceback(self, terminal: Terminal) -> None:
        """Ctrl-C at a prompt ends the demo with one line and exit code 130."""
        terminal.see("Username:")
        terminal.child.sendintr()

        assert terminal.end() == 130
        assert "cognito-harness: stopped" in terminal.shown.getvalue()
        assert "Traceback" not in terminal.shown.getvalue()

    def test_the_end_of_the_input_is_one_line(self, png: Path) -> None:
        """Without a person at the terminal, the demo suggests --auto."""
        finished = cognito_harness("demo", "--png", str(png))

        assert finished.returncode == 2
        assert "--auto" in finished.stderr
        assert finished.stderr.count("\n") == 1
        assert not re.search("Traceback", finished.stderr)


#: What a person types at each question, without a mistake; codes come from what was shown.
_ANSWERS = {
    "Press Enter to go on:": "",
    "Username:": "ada",
    "Email address:": "ada@example.com",
    "(hidden):": PASSWORD,
    "Code from the email": "",
    "Code from the authenticator app": "",
    "Remember this device? [Y/n]": "y",
}
_SHOWN_CODE = re.compile(r"code is (\d+)|[│|] (\d{6}) ")
_STYLE = re.compile(r"\x1b\[[\d;]*m")


def play(terminal: Terminal) -> list[str]:
    """Answer every question until the end; return what was shown before each answer."""
    shown = []
    while True:
        asked = terminal.child.expect_exact([*_ANSWERS, pexpect.EOF])
        shown.append(_STYLE.sub("", terminal.child.before))
        if asked == len(_ANSWERS):
            return shown
        code = _SHOWN_CODE.findall(shown[-1])
        terminal.child.sendline("".join(code[-1]) if code else list(_ANSWERS.values())[asked])


class TestSmallTerminal:
    """A terminal of 24 rows and 80 columns, and one that is too narrow for a QR code."""

    @pytest.fixture(autouse=True)
    def utf_8(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A terminal with Unicode, and a folder for temporary files."""
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
        monkeypatch.setenv("TMPDIR", str(tmp_path))

    @pytest.mark.parametrize("story", [(), ("--passwordless",)], ids=["MFA", "passkey"])
    def test_each_step_fits_on_the_screen(self, story: tuple[str, ...], tmp_path: Path) -> None:
        """Between two answers at most 24 lines of at most 80 columns are shown, QR code and all."""
        terminal = Terminal(None, *story, dimensions=(24, 80))
        try:
            screens = play(terminal)
        finally:
            terminal.child.close(force=True)

        assert terminal.child.exitstatus == 0
        for screen in screens:
            # The first line ends the answer before.
            lines = screen.split("\r\n")[1:]
            assert len(lines) <= 24, screen
            assert max(map(len, lines), default=0) <= 80, screen
        assert any(drawn_in(screen) for screen in screens) == (not story)
        # The picture was in a temporary folder.
        assert not list(tmp_path.iterdir())

    def test_the_small_code_can_be_scanned(self) -> None:
        """The code with narrower borders has the secret that is shown in letters."""
        terminal = Terminal(None, dimensions=(24, 80))
        try:
            shown = "".join(play(terminal))
        finally:
            terminal.child.close(force=True)

        uri = read_half_blocks(drawn_in(shown))
        secret = re.search(r"((?:[A-Z2-7]{4} ?)+)", shown.partition("cannot scan")[2])
        assert secret is not None
        assert parse_qs(urlsplit(uri).query)["secret"][0] == secret[1].replace(" ", "")

    def test_a_narrow_terminal_gets_the_secret_as_text(self) -> None:
        """Where no code fits, the URI is there to copy, and the demo goes on."""
        terminal = Terminal(None, dimensions=(24, 40))
        try:
            shown = "".join(play(terminal))
        finally:
            terminal.child.close(force=True)

        assert terminal.child.exitstatus == 0
        assert not drawn_in(shown)
        assert "too narrow or too low" in " ".join(shown.split())
        assert "otpauth://totp/Cognito%20demo:ada?secret=" in shown.replace("\r\n", "")

    @pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D"])
    def test_an_early_end_leaves_nothing(
        self, how: str, served: EmulatorServer, tmp_path: Path
    ) -> None:
        """At the question for the app's code, the picture and the pool are deleted."""
        terminal = Terminal(None, "--endpoint-url", served.url)
        try:
            sign_up(terminal)
            terminal.answer("Password (hidden):", PASSWORD)
            terminal.see("Code from the authenticator app")
            assert list(tmp_path.glob("*/*.png"))
            assert served.emulator.engine.pools
            if how == "Ctrl-C":
                terminal.child.sendintr()
            else:
                terminal.child.sendeof()
            code = terminal.end()
        finally:
            terminal.child.close(force=True)

        assert code == (130 if how == "Ctrl-C" else 2)
        assert not list(tmp_path.iterdir())
        assert not served.emulator.engine.pools
        assert "Traceback" not in terminal.shown.getvalue()

    def test_an_early_end_says_where_the_named_picture_is(self, png: Path) -> None:
        """The picture that the user named stays, and a line says that it holds a secret."""
        terminal = Terminal(png)
        try:
            sign_up(terminal)
            terminal.answer("Password (hidden):", PASSWORD)
            terminal.see("Code from the authenticator app")
            terminal.child.sendintr()
            assert terminal.end() == 130
        finally:
            terminal.child.close(force=True)

        assert png.exists()
        assert "holds the TOTP secret" in " ".join(terminal.shown.getvalue().split())
