"""Makes every character of a foreign text visible, so that it cannot hide or reorder others."""

from __future__ import annotations

import unicodedata

__all__ = ["visible"]

#: Characters that change the direction of a text, or show nothing: https://trojansource.codes.
_HIDDEN = frozenset("\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\ufffe\uffff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_KEPT = frozenset("\n\t")


def visible(text: str) -> str:
    """Return a text with its control, direction and invisible characters spelled out.

    Line breaks and tabs stay. What is left can stand in UTF-8 and in XML 1.0.

    Args:
        text: of a record, which holds what a service has answered.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(char) if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    if char in _KEPT:
        return False
    return char in _HIDDEN or unicodedata.category(char) in ("Cc", "Cs")


def _spelled(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
