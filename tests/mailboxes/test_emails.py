"""Emails with codes: whom they are for, and which digits are the code."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from harness.users.mailboxes.emails import code_in, is_for, pattern_for, read_email

DIGITS = pattern_for("sign_up")
PAGE = """<html><head><title>654321</title><style>p {{ color: #112233; width: 445566px }}</style>
</head><body data-id="778899"><p>Your confirmation<br>code is <b>{code}</b>.</p></body></html>"""


def letter(
    body: str, subtype: str = "plain", subject: str = "Your code", cte: str = "8bit"
) -> bytes:
    """Return an email as it comes from a server."""
    made = EmailMessage()
    made["To"] = "Alice <tests+alice@example.org>"
    made["Subject"] = subject
    made.set_content(body, subtype=subtype, cte=cte)
    return made.as_bytes()


def code(content: bytes, pattern: re.Pattern[str] = DIGITS) -> str | None:
    """Return the code of an email."""
    return code_in(read_email(content), pattern)


class TestCode:
    """Where the code is found."""

    def test_code_is_found_in_cognitos_message(self) -> None:
        """In Cognito's own message it is the six digits before the full stop."""
        assert code(letter("Your confirmation code is 012345.")) == "012345"

    @pytest.mark.parametrize("digits", ["01234567", "012345"])
    def test_code_of_a_sign_in_can_have_eight_digits(self, digits: str) -> None:
        """A code of EMAIL_OTP has eight digits (N029), all others have six."""
        assert code(letter(f"Your sign-in code is {digits}.")) == digits

    @pytest.mark.parametrize("cte", ["quoted-printable", "base64", "7bit"])
    @pytest.mark.parametrize("subtype", ["plain", "html"])
    def test_encoded_body_is_read(self, cte: str, subtype: str) -> None:
        """However the body is encoded, the code is read."""
        assert code(letter(PAGE.format(code="012345"), subtype, cte=cte)) == (
            "012345" if subtype == "html" else "654321"
        )

    def test_code_cut_by_quoted_printable_is_joined(self) -> None:
        """A code that quoted-printable has cut in two is put together again."""
        raw = (
            b"To: tests+alice@example.org\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            b"Ihr Best=C3=A4tigungscode ist 012=\r\n345=2E\r\n"
        )
        assert code(raw) == "012345"

    def test_digits_of_styles_and_titles_are_not_a_code(self) -> None:
        """Style sheets, attributes and the title of a page have digits that are no code."""
        assert code(letter(PAGE.format(code="012345"), "html")) == "012345"
        assert code(letter(PAGE.format(code="soon"), "html")) is None

    def test_digits_with_markup_are_one_code(self) -> None:
        """Digits that are set one by one are one code to the reader, cells of a table are not."""
        digits = "".join(f"<b>{digit}</b>" for digit in "012345")
        assert code(letter(f"<p>{digits}</p>", "html")) == "012345"
        assert code(letter("<tr><td>012</td><td>345</td></tr>", "html")) is None

    def test_plain_text_is_read_first(self) -> None:
        """If an email has both, the plain text is read first."""
        made = EmailMessage()
        made.set_content("Your code is 111111")
        made.add_alternative("<p>Your code is 222222</p>", subtype="html")
        assert code(made.as_bytes()) == "111111"

    def test_code_in_the_subject_is_found(self) -> None:
        """A code may stand in the subject, also in one that is encoded."""
        assert code(letter("Hello", subject="012345 für Alice")) == "012345"

    @pytest.mark.parametrize(
        "text", ["1234567", "123456789", "12345", "+49123456", "a123456", "#123456"]
    )
    def test_other_numbers_are_not_a_code(self, text: str) -> None:
        """Numbers that are shorter, longer or part of something else are no code."""
        assert code(letter(f"Call {text} now.")) is None

    def test_unknown_character_set_does_not_hide_digits(self) -> None:
        """An unknown character set does not hide the digits."""
        raw = b"Content-Type: text/plain; charset=x-unheard-of\r\n\r\nYour code is 012345.\r\n"
        assert code(raw) == "012345"

    def test_own_pattern_comes_first(self) -> None:
        """A pattern of the settings goes before Cognito's words: its group, or all of it."""
        body = letter("Token: ab-12, order 123456")
        assert code(body, pattern_for("sign_up", re.compile(r"Token: (\S+),"))) == "ab-12"
        assert code(body, pattern_for(None, re.compile(r"[a-z]{2}-\d\d"))) == "ab-12"

    @pytest.mark.parametrize("password", ["Ab1!x.y", "Zz9.", "p&<ss>W0rd"])
    def test_invitation_ends_before_the_full_stop(self, password: str) -> None:
        """The temporary password of an invitation ends before the message's own full stop."""
        body = f"Your username is alice and temporary password is {password}."
        assert code(letter(body), pattern_for("invitation")) == password


class TestRecipient:
    """Whom an email is for."""

    @pytest.mark.parametrize("name", ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
    def test_lines_of_letter_and_servers_name_the_recipient(self, name: str) -> None:
        """The lines of the letter and those of the servers on the way count, without case."""
        raw = f"{name}: x@example.com, Alice <Tests+Alice@example.org>\r\n\r\n".encode()
        assert is_for(read_email(raw), "tests+alice@EXAMPLE.org")

    @pytest.mark.parametrize("address", ["tests+alice-2@example.org", "tests@example.org"])
    def test_containing_address_does_not_match(self, address: str) -> None:
        """An address that only contains the other is a different one."""
        assert not is_for(read_email(letter("")), address)
        assert not is_for(read_email(f"To: {address}\r\n\r\n".encode()), "tests+alice@example.org")

    def test_bytes_without_an_email_have_no_recipient(self) -> None:
        """Bytes that are not an email have no recipient."""
        assert not is_for(read_email(b"\xff\x00garbage"), "tests+alice@example.org")
