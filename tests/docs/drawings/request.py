"""The picture of the way that one request takes through a served emulator."""

from __future__ import annotations

from tests.docs.drawings.svg import GREEN, arrow, box, document, words

__all__ = ["request_way"]

_ROW = (
    ("server/", "reads HTTP, routes"),
    ("http/wire.py", "validates, logs"),
    ("engine.py", "faults, quotas"),
    ("operations/", "respond_to_challenge.py"),
)
_DEEPER = (
    ("sign_in/challenges/", "software_token.py: judge"),
    ("domain/totp.py", "is the code right?"),
)


def request_way() -> str:
    """Return the picture as SVG."""
    parts = [
        words(20, 40, "RespondToAuthChallenge", weight="600", size=13),
        arrow(100, 50, 100, 74),
    ]
    for number, (title, under) in enumerate(_ROW):
        left = 20 + number * 232
        parts.append(box(left, 76, 180, 62, title, under))
        if number:
            parts.append(arrow(left - 52, 107, left, 107))
    parts.append(arrow(806, 138, 806, 176))
    parts.append(box(716, 178, 180, 62, _DEEPER[0][0], _DEEPER[0][1]))
    parts.append(arrow(716, 209, 664, 209))
    parts.append(box(484, 178, 180, 62, _DEEPER[1][0], _DEEPER[1][1]))
    parts.append(arrow(806, 240, 806, 278))
    parts.append(words(796, 262, "the sign-in, one step further", size=12, anchor="end"))
    parts.append(box(716, 280, 180, 62, "sign_in/proceed.py", "what is left to prove?"))
    parts += [
        arrow(716, 298, 430, 298),
        words(573, 292, "a challenge is left", size=12, anchor="middle"),
        arrow(716, 326, 430, 326, color=GREEN),
        words(573, 342, "nothing is left", size=12, anchor="middle", color=GREEN),
        box(230, 262, 200, 44, "sign_in/challenges/: put"),
        box(230, 316, 200, 44, "rules/tokens.py", color=GREEN),
        arrow(230, 284, 150, 284),
        arrow(230, 338, 150, 338, color=GREEN),
        words(20, 288, "the next challenge", size=12),
        words(20, 342, "tokens", size=12, color=GREEN),
    ]
    return document("A request on its way through the emulator", 936, 380, parts)
