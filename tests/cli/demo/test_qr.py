"""An independent decoder reads the same from the QR code in a picture and in a terminal."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from harness.cli.demo.qr import draw, write_png
from harness.errors import ConfigurationError
from tests.cli.demo.pictures import read_half_blocks, read_png, read_whole_blocks

#: A short one, and one with Cognito's secret and the longest username.
URIS = [
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
    f"otpauth://totp/Cognito%20demo:{'u' * 128}?secret={'A2' * 26}&issuer=Cognito%20demo",
]


class TestQrCode:
    """The drawn code can be scanned."""

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_picture_says_the_uri(self, uri: str, png: Path) -> None:
        """The PNG decodes to the URI."""
        write_png(uri, png)

        assert read_png(png) == uri

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_drawing_says_the_uri(self, uri: str) -> None:
        """Half blocks, two modules per character, decode to the URI."""
        assert read_half_blocks(draw(uri).plain.split("\n")) == uri

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_drawing_in_ascii_says_the_uri(self, uri: str) -> None:
        """In a terminal without half blocks, ``##`` decodes to the URI."""
        assert read_whole_blocks(draw(uri, unicode=False).plain.split("\n")) == uri

    def test_only_the_owner_may_read_the_picture(self, png: Path) -> None:
        """The picture holds the TOTP secret, so no other account can read it."""
        write_png(URIS[0], png)

        assert stat.S_IMODE(png.stat().st_mode) == 0o600

    def test_an_older_picture_is_replaced(self, png: Path) -> None:
        """A second demo replaces the picture of the first."""
        write_png(URIS[1], png)
        write_png(URIS[0], png)

        assert read_png(png) == URIS[0]

    def test_a_path_that_cannot_be_written_is_a_setting_at_fault(self, tmp_path: Path) -> None:
        """The message names the option and the reason."""
        with pytest.raises(ConfigurationError, match=r"--png.*directory"):
            write_png(URIS[0], tmp_path)
