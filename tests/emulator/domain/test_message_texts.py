"""The placeholders of messages."""

from __future__ import annotations

import pytest

from harness.emulator.domain.message_texts import Template

LINK = "https://shop.auth.us-east-1.amazoncognito.com/confirmUser?confirmation_code=1"


@pytest.mark.fact("H042b", "H042c")
@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ("Open {##this page##}, {username}.", f'Open <a href="{LINK}">this page</a>, ada.'),
        ("{##Verify\nEmail##}", f'<a href="{LINK}">Verify\nEmail</a>'),
        ("{####}", f'<a href="{LINK}">##</a>'),
        ("{##one {##two##}", f'{{##one <a href="{LINK}">two</a>'),
        ("{##one##} or {##two##}", f'<a href="{LINK}">one</a> or <a href="{LINK}">two</a>'),
    ],
)
def test_an_email_with_a_link_has_no_code(body: str, filled: str) -> None:
    """Each placeholder becomes a link with its own text; the one of a code has none."""
    assert Template(body, by_link=True).filled("123456", "ada", LINK).body == filled


def test_an_email_with_a_code_has_no_link() -> None:
    """Of the two placeholders only that of the code is filled in."""
    filled = Template("{####} {##Click Here##} {username}").filled("123456", "ada")
    assert filled.body == "123456 {##Click Here##} ada"
