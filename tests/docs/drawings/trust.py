"""The picture of why the emulator can be trusted: what holds it to Cognito, from five sides."""

from __future__ import annotations

from tests.docs.drawings.svg import TEAL, arrow, box, document

__all__ = ["trust"]


def trust() -> str:
    """Return the picture as SVG."""
    parts = [
        box(330, 150, 250, 84, "the emulator", "refuses what Cognito refuses", color="#004d40"),
        box(20, 20, 250, 84, "facts about Cognito", "each with its evidence,", "each with a test"),
        box(
            330,
            20,
            250,
            84,
            "published vectors",
            "of SRP, TOTP and WebAuthn,",
            "which others have made",
        ),
        box(640, 20, 250, 84, "clients of others", "Amplify, AWS SDKs, pycognito:", "unmodified"),
        box(
            20,
            282,
            250,
            84,
            "planted faults",
            "a check is taken out, and",
            "a scenario must notice",
        ),
        box(
            330, 282, 250, 84, "random requests", "judged by a model that shares", "nothing with it"
        ),
        box(
            640,
            282,
            250,
            84,
            "the same scenarios",
            "on other services and,",
            "if you allow it, on AWS",
        ),
        arrow(455, 104, 455, 148, color=TEAL),
        arrow(455, 282, 455, 236, color=TEAL),
        _side(145, 104, 300, 174),
        _side(765, 104, 610, 174),
        _side(145, 282, 300, 210),
        _side(765, 282, 610, 210),
    ]
    return document("What holds the emulator to Cognito", 910, 386, parts)


def _side(x: int, y: int, corner: int, end: int) -> str:
    """Return an arrow from a box at the side to the emulator, around one corner."""
    near = 328 if corner < 455 else 582
    back = -7 if corner < 455 else 7
    return (
        f'<path d="M{x} {y}V{end}H{near}" stroke="{TEAL}" fill="none"/>'
        f'<path d="M{near} {end}l{back} -4v8z" fill="{TEAL}"/>'
    )
