"""The keys that sign tokens."""

from __future__ import annotations

from threading import current_thread
from threading import enumerate as enumerate_threads

import pytest
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from harness.emulator.domain import signing
from harness.emulator.domain.signing import PrimeStock, SigningKey
from harness.emulator.engine import Engine
from harness.emulator.server import EmulatorServer
from tests.emulator.support.walker import new_walker, tokens_of

POOLS = 12


@pytest.mark.fact("A244", "A276")
def test_keys_are_unique_per_pool_and_token_kind(engine: Engine) -> None:
    """No two pools share a key, and each kind of token has its own key."""
    pools = [engine.pools[new_walker(engine).user_pool_id] for _ in range(POOLS)]
    shown = [key for pool in pools for key in pool.keys.jwks()["keys"]]
    assert len({key["kid"] for key in shown}) == 2 * POOLS
    assert len({key["n"] for key in shown}) == 2 * POOLS


@pytest.mark.fact("A276")
def test_token_verifies_only_with_keys_of_its_pool(engine: Engine) -> None:
    """Verifying a token with another pool's JSON Web Key Set fails."""
    one, other = new_walker(engine), new_walker(engine)
    token = tokens_of(one.by_password())["IdToken"]
    key_sets = [
        KeySet.import_key_set(engine.pools[walker.user_pool_id].keys.jwks())  # type: ignore[arg-type]
        for walker in (one, other)
    ]
    assert jwt.decode(token, key_sets[0]).claims["cognito:username"] == "alice"
    with pytest.raises(InvalidKeyIdError):
        jwt.decode(token, key_sets[1])


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_signature_has_one_form(kind: str) -> None:
    """Python decodes other forms of the same signature; a token in one of them is not signed."""
    key = SigningKey()
    content, _, signature = key.sign({"token_use": kind}).rpartition(".")
    assert key.signed(f"{content}.{signature}")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(signature[-1]) ^ 1]
    standard = signature.replace("-", "+").replace("_", "/")
    others = [f"{signature[:-1]}{last}", f"{signature}==", f"{signature}=", f"{signature}\n"]
    others += [f"{signature[:9]}!{signature[9:]}", f" {signature}", signature + "\u0130"]
    if standard != signature:
        others.append(standard)
    assert [other for other in others if key.signed(f"{content}.{other}")] == []


def test_key_from_stored_primes_is_valid() -> None:
    """A key made of two stored primes is an RSA-2048 key that signs and verifies."""
    stock = PrimeStock()
    for _ in range(6):
        private = stock.draw()
        assert private.key_size == 2048
        key = SigningKey(private)
        token = key.sign({"sub": "s"})
        assert key.signed(token)
        assert not SigningKey(stock.draw()).signed(token)


def test_server_generates_primes_in_advance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pools wait for no prime search, and a second server starts no further one."""
    stock, searchers = PrimeStock(), []
    found = signing._generate

    def search() -> object:
        searchers.append(current_thread().name)
        return found()

    monkeypatch.setattr(signing, "_generate", search)
    monkeypatch.setattr(signing, "_STOCK", stock)
    for _ in range(2):
        with EmulatorServer():
            for thread in enumerate_threads():
                if thread.name == "cognito-warm-up":
                    thread.join()
    for _ in range(6):
        stock.draw()
    assert searchers == ["cognito-warm-up"] * 2


def test_hundred_pools_need_eleven_primes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of a hundred pools take eleven prime searches, two primes per key."""
    searches = []
    found = signing._generate

    def search() -> object:
        searches.append(1)
        return found()

    monkeypatch.setattr(signing, "_generate", search)
    stock = PrimeStock()
    moduli = {stock.draw().public_key().public_numbers().n for _ in range(200)}
    assert (len(moduli), len(searches)) == (200, 11)
