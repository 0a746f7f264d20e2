"""The QR code says the same in a picture and in a terminal, to a decoder of somebody else's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from harness.cli.demo.qr import draw, write_png
from harness.errors import ConfigurationError
from tests.cli.demo.pictures import read_half_blocks, read_png, read_whole_blocks

#: Short, and as long as Cognito's secrets and the longest user names make them.
URIS = [
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
    f"otpauth://totp/Cognito%20demo:{'u' * 128}?secret={'A2' * 26}&issuer=Cognito%20demo",
]


class TestQrCode:
    """What is drawn can be scanned."""

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_picture_says_the_uri(self, uri: str, png: Path) -> None:
        """The PNG decodes to the very URI."""
        write_png(uri, png)

        assert read_png(png) == uri

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_drawing_says_the_uri(self, uri: str) -> None:
        """Half blocks, two modules in a character, decode to the very URI."""
        assert read_half_blocks(draw(uri).plain.split("\n")) == uri

    @pytest.mark.parametrize("uri", URIS, ids=["short", "long"])
    def test_the_drawing_in_ascii_says_the_uri(self, uri: str) -> None:
        """Where a terminal has no half blocks, ``##`` decodes to the very URI."""
        assert read_whole_blocks(draw(uri, unicode=False).plain.split("\n")) == uri

    def test_only_the_owner_may_read_the_picture(self, png: Path) -> None:
        """The picture holds the TOTP secret, so nobody else gets to see it."""
        write_png(URIS[0], png)

        assert stat.S_IMODE(png.stat().st_mode) == 0o600

    def test_an_older_picture_is_replaced(self, png: Path) -> None:
        """The second demo's picture is not mixed up with the first one's."""
        write_png(URIS[1], png)
        write_png(URIS[0], png)

        assert read_png(png) == URIS[0]

    def test_a_path_that_cannot_be_written_is_a_setting_at_fault(self, tmp_path: Path) -> None:
        """The message names the option and the reason."""
        with pytest.raises(ConfigurationError, match=r"--png.*directory"):
            write_png(URIS[0], tmp_path)
