"""The hosts and origins that a served emulator trusts."""

from __future__ import annotations

import pytest

from harness.emulator.http.sources import AllowedSources, parse_host, parse_origin
from harness.errors import ConfigurationError

#: An empty name is what a server has that listens on all addresses of the machine.
LISTED = AllowedSources(
    frozenset({"https://app.example"}), frozenset({"cognito", "2001:db8::1", ""})
)


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST:5000", "a.localhost", "127.0.0.2", "[::1]:5000"],
)
def test_hosts_of_this_machine(host: str) -> None:
    """Names and addresses of this machine are trusted, and programs that send no Host."""
    assert AllowedSources().accepts_host(host)
    assert not LISTED.lists_host(host)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("192.0.2.7:80", "192.0.2.7"),
        ("[2001:DB8:0::7]:5000", "2001:db8::7"),
        ("[fe80::1]", "fe80::1%eth0"),
    ],
)
def test_the_address_of_this_end_is_trusted(host: str, own: str) -> None:
    """An address is trusted if it is the one that the client connected to."""
    assert AllowedSources().accepts_host(host, own)
    assert not AllowedSources().accepts_host(host, "192.0.2.8")
    assert not AllowedSources().accepts_host(host)
    assert not LISTED.lists_host(host)


@pytest.mark.parametrize("host", ["cognito", "Cognito:5000", "[2001:DB8::1]:5000"])
def test_hosts_that_are_listed(host: str) -> None:
    """A listed name stands for every port."""
    assert LISTED.accepts_host(host)
    assert LISTED.lists_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "192.0.2.7:80",
        "[2001:db8::2]",
        "0.0.0.0",
        "[::]",
        "localhost.",
        "localhost.evil.example",
        "evil-localhost",
        "cognito.evil.example",
        "localhost:80:80",
        "localhost/",
        "x@localhost",
        "localhost,cognito",
        "localhost evil.example",
        "[::1",
        "[::::]",
        "::1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "\xe9",
        "[127.0.0.1]",
        "[:::]",
        "evil.example#.localhost",
        "evil.example?.localhost",
        '"><b>.localhost',
        "\0.localhost",
        "localhost:\u0663",
    ],
)
def test_hosts_that_are_not_trusted(host: str) -> None:
    """Other names are not trusted, and neither is what is not a host."""
    assert not LISTED.accepts_host(host)
    assert not LISTED.lists_host(host)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://App.example", "https://app.example"),
        (" https://app.example:443 ", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("http://[2001:db8::1]:3000", "http://[2001:db8::1]:3000"),
    ],
)
def test_origins_are_written_as_browsers_do(text: str, origin: str) -> None:
    """Case and the scheme's own port make no difference, the scheme and other ports do."""
    assert parse_origin(text, "x") == origin
    assert AllowedSources(frozenset({origin})).accepts_origin(text.strip())
    assert not LISTED.accepts_origin("http://app.example")
    assert not LISTED.accepts_origin("https://app.example:3000")
    assert not LISTED.accepts_origin("capacitor://localhost")


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "app.example", "https://", "https://*", "https://a.example/", "https://a b"],
)
def test_what_is_not_an_origin(text: str) -> None:
    """The error names the setting and shows the text."""
    with pytest.raises(ConfigurationError, match=r"^the-setting: cannot use "):
        parse_origin(text, "the-setting")


@pytest.mark.parametrize("text", ["", "*", "a:1", "http://a", "a/b", "a b", "-a", "a..b", "[a]"])
def test_what_is_not_a_host(text: str) -> None:
    """The error names the setting and shows the text."""
    with pytest.raises(ConfigurationError, match=r"^the-setting: cannot use "):
        parse_host(text, "the-setting")
