"""Takes the pictures of managed login for the documentation.

``python -m tests.browser.managed_login.picture``; the content is the same each time.
"""

from __future__ import annotations

from tests.browser.chromium import chromium
from tests.browser.managed_login.tour import TOUR, at
from tests.browser.picture import take

__all__ = ["main"]

#: The pages, each in a color scheme, and how high it is.
_PAGES = {
    "login": ("light", 410),
    "sign-up": ("light", 510),
    "totp-setup": ("light", 760),
    "mfa": ("dark", 340),
}
_WIDTH = 410
#: The app is never reached.
_CALLBACK = "http://localhost:3000/callback"


def main() -> None:
    """Take the pictures."""
    with chromium() as browser:
        for name, (scheme, height) in _PAGES.items():
            browser.resize(1_280, 1_000, scheme)
            with at(browser, TOUR[name], _CALLBACK):
                browser.resize(_WIDTH, height, scheme)
                take(browser, f"managed-login-{name}.png")


if __name__ == "__main__":
    main()
