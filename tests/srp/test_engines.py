"""Choosing an engine, and what each of them refuses."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator

import pytest

from harness.errors import ConfigurationError
from harness.srp import client, engines, foreign, group, server

POOL_ID, USER_ID, PASSWORD = "us-east-1_AbCdEf123", "alice", "Test1234!"
GROUP_KEY, DEVICE_KEY = "-Xk3PqZ7d", "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211"
TIMESTAMP = "Thu Sep 5 07:08:09 UTC 2024"
BLOCK = "c2VjcmV0LWJsb2NrLWJ5dGVz"


@pytest.fixture(params=engines.ENGINE_NAMES)
def engine(request: pytest.FixtureRequest) -> engines.SrpEngine:
    """Every engine that is installed."""
    if request.param not in engines.available_engines():
        pytest.skip(f"SRP engine {request.param!r} is not installed")
    return engines.load_engine(request.param)


@pytest.fixture
def no_warrant_loaded() -> Iterator[None]:
    """Makes the next engine load warrant's module again."""
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_warrant(name)}
    yield
    for name in [name for name in sys.modules if _is_warrant(name)]:
        del sys.modules[name]
    sys.modules.update(loaded)


def _is_warrant(name: str) -> bool:
    return name.partition(".")[0] in {"warrant", "_cognito_mfa_harness_warrant"}


def challenge(exchange: server.ServerExchange, salt: int) -> dict[str, str]:
    """Return the ChallengeParameters of a server's exchange."""
    return {
        "SALT": group.to_hex(salt),
        "SRP_B": exchange.public_hex,
        "SECRET_BLOCK": BLOCK,
    }


def expected_signature(key: bytes, prefix: str, ident: str) -> bytes:
    """Return the signature that a server expects from a client with this key."""
    block = group.decode_base64(BLOCK, "SECRET_BLOCK")
    return group.signature(key, prefix, ident, block, TIMESTAMP)


class TestEveryEngine:
    """What holds for each engine, against the server's half."""

    def test_proof_of_a_user_is_accepted(self, engine: engines.SrpEngine) -> None:
        """A user's proof with the engine's own random exponent is accepted."""
        verifier = server.make_verifier("AbCdEf123", USER_ID, PASSWORD, 0x8F)
        exchange = server.ServerExchange(verifier, 12345)
        attempt = engine.start()
        claim = attempt.user_claim(POOL_ID, USER_ID, PASSWORD, challenge(exchange, 0x8F), TIMESTAMP)
        key = exchange.key(server.parse_public_value(attempt.public_hex))
        assert server.check_signature(expected_signature(key, "AbCdEf123", USER_ID), claim)

    def test_proof_of_a_device_is_accepted(self, engine: engines.SrpEngine) -> None:
        """A device's proof is accepted against the verifier that the engine itself made."""
        password, config = engine.device_verifier(GROUP_KEY, DEVICE_KEY)
        salt = server.decode_integer(config.salt)
        exchange = server.ServerExchange(server.decode_integer(config.password_verifier), 12345)
        attempt = engine.start()
        claim = attempt.device_claim(
            GROUP_KEY, DEVICE_KEY, password, challenge(exchange, salt), TIMESTAMP
        )
        key = exchange.key(server.parse_public_value(attempt.public_hex))
        assert server.check_signature(expected_signature(key, GROUP_KEY, DEVICE_KEY), claim)

    def test_device_salt_and_verifier_are_positive(self, engine: engines.SrpEngine) -> None:
        """The zero byte in front is never forgotten: neither reads as negative (D028)."""
        _, config = engine.device_verifier(GROUP_KEY, DEVICE_KEY)
        assert server.decode_integer(config.salt) > 0
        assert server.decode_integer(config.password_verifier) > 0

    def test_one_attempt_proves_user_and_device(self, engine: engines.SrpEngine) -> None:
        """The same A serves both proofs of a sign-in, as real clients do it (D105)."""
        attempt = engine.start(secret=987654321)
        for prefix, ident, claim, first in (
            ("AbCdEf123", USER_ID, attempt.user_claim, POOL_ID),
            (GROUP_KEY, DEVICE_KEY, attempt.device_claim, GROUP_KEY),
        ):
            exchange = server.ServerExchange(server.make_verifier(prefix, ident, "p", 5), 777)
            signature = claim(first, ident, "p", challenge(exchange, 5), TIMESTAMP)
            key = exchange.key(int(attempt.public_hex, 16))
            assert server.check_signature(expected_signature(key, prefix, ident), signature)

    def test_wrong_password_is_refused(self, engine: engines.SrpEngine) -> None:
        """A proof of another password is refused."""
        verifier = server.make_verifier("AbCdEf123", USER_ID, PASSWORD, 0x8F)
        exchange = server.ServerExchange(verifier, 12345)
        attempt = engine.start(secret=42)
        claim = attempt.user_claim(
            POOL_ID, USER_ID, "Wrong1234!", challenge(exchange, 0x8F), TIMESTAMP
        )
        key = exchange.key(int(attempt.public_hex, 16))
        assert not server.check_signature(expected_signature(key, "AbCdEf123", USER_ID), claim)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"SRP_B": "0"}, "SRP_B is 0 modulo N"),
            ({"SRP_B": group.to_hex(group.N)}, "SRP_B is 0 modulo N"),
            ({"SRP_B": "-1f"}, "SRP_B is not a hexadecimal number"),
            ({"SALT": "-1f"}, "SALT is not a hexadecimal number"),
            ({"SECRET_BLOCK": "*"}, "SECRET_BLOCK is not base64"),
        ],
        ids=["zero", "multiple-of-N", "not-hex", "salt-not-hex", "block-not-base64"],
    )
    def test_bad_challenge_is_refused(
        self, engine: engines.SrpEngine, change: dict[str, str], message: str
    ) -> None:
        """A challenge that is not in its wire form, or B = 0 modulo N, is refused."""
        parameters = challenge(server.ServerExchange(4, 5), 6) | change
        attempt = engine.start(secret=42)
        with pytest.raises(group.SrpError, match=message):
            attempt.user_claim(POOL_ID, USER_ID, PASSWORD, parameters, TIMESTAMP)
        with pytest.raises(group.SrpError, match=message):
            attempt.device_claim(GROUP_KEY, DEVICE_KEY, PASSWORD, parameters, TIMESTAMP)

    def test_missing_parameter_is_named(self, engine: engines.SrpEngine) -> None:
        """A challenge without SALT is refused by the name of what is missing."""
        with pytest.raises(group.SrpError, match="has no SALT; it has: SECRET_BLOCK, SRP_B"):
            engine.start(secret=42).user_claim(
                POOL_ID, USER_ID, PASSWORD, {"SRP_B": "2", "SECRET_BLOCK": BLOCK}, TIMESTAMP
            )

    def test_scrambling_parameter_of_zero_is_refused(
        self, engine: engines.SrpEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A scrambling parameter of 0 is refused by every engine (D012)."""
        attempt = engine.start(secret=42)
        parameters = challenge(server.ServerExchange(4, 5), 6)
        monkeypatch.setattr(group, "hash_int", lambda *parts: 0)
        if isinstance(engine, foreign.PycognitoEngine | foreign.WarrantEngine):
            monkeypatch.setattr(engine._module, "hex_hash", lambda digits: "00" * 32)
        with pytest.raises(group.SrpError, match=r"u is 0|U cannot be zero"):
            attempt.user_claim(POOL_ID, USER_ID, PASSWORD, parameters, TIMESTAMP)
        with pytest.raises(group.SrpError, match=r"u is 0|U cannot be zero"):
            attempt.device_claim(GROUP_KEY, DEVICE_KEY, PASSWORD, parameters, TIMESTAMP)


class TestChoosing:
    """Which engines there are, and what is said when one is not."""

    def test_native_is_always_there_and_first(self) -> None:
        """The default engine needs nothing but the harness."""
        assert engines.available_engines()[0] == "native"

    def test_engine_has_the_name_it_is_chosen_by(self, engine: engines.SrpEngine) -> None:
        """An engine carries the name it is chosen by."""
        assert engines.load_engine(engine.name).name == engine.name

    def test_unknown_name_is_refused(self) -> None:
        """The error about a misspelled engine has the allowed names and the nearest of them."""
        with pytest.raises(ConfigurationError) as caught:
            engines.load_engine("warant")
        assert str(caught.value) == (
            "--cognito-srp: cannot use 'warant'; did you mean 'warrant'?"
            " allowed: native, pycognito, warrant"
        )

    @pytest.mark.parametrize("name", ["pycognito", "warrant"])
    def test_missing_library_says_how_to_install_it(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An engine whose library is missing says how to install it, and is not available."""
        monkeypatch.setattr(importlib.util, "find_spec", lambda *arguments: None)
        monkeypatch.setitem(sys.modules, f"{name}.aws_srp", None)
        assert engines.available_engines() == ["native"]
        with pytest.raises(ConfigurationError, match=f"{name} is not installed: pip install"):
            engines.load_engine(name)

    @pytest.mark.usefixtures("no_warrant_loaded")
    def test_warrant_is_loaded_without_its_package(self) -> None:
        """The package warrant itself, whose import fails on today's Python, is never imported."""
        if "warrant" not in engines.available_engines():
            pytest.skip("SRP engine 'warrant' is not installed")
        engines.load_engine("warrant")
        assert "warrant" not in sys.modules

    @pytest.mark.usefixtures("no_warrant_loaded")
    def test_warrant_without_six_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Warrant without the six it imports is as good as not installed."""
        if "warrant" not in engines.available_engines():
            pytest.skip("SRP engine 'warrant' is not installed")
        monkeypatch.setitem(sys.modules, "six", None)
        with pytest.raises(ConfigurationError, match="pip install six"):
            engines.load_engine("warrant")

    def test_no_client_is_made(
        self, engine: engines.SrpEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The libraries get no chance to make a boto3 client of their own."""
        monkeypatch.setattr("boto3.client", lambda *arguments, **options: pytest.fail("made one"))
        engine.start()


def test_verifiers_are_not_shown() -> None:
    """The repr of a device verifier shows neither salt nor verifier."""
    verifier = client.make_device_verifier(GROUP_KEY, DEVICE_KEY, "password")
    assert repr(verifier) == "DeviceVerifier()"
