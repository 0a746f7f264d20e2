"""The keys that tokens are signed with."""

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
def test_every_pool_has_keys_of_its_own(engine: Engine) -> None:
    """No key of a pool is a key of another one, and none is used for both kinds of token."""
    pools = [engine.pools[new_walker(engine).user_pool_id] for _ in range(POOLS)]
    shown = [key for pool in pools for key in pool.keys.jwks()["keys"]]
    assert len({key["kid"] for key in shown}) == 2 * POOLS
    assert len({key["n"] for key in shown}) == 2 * POOLS


@pytest.mark.fact("A276")
def test_a_token_fits_the_keys_of_its_own_pool_only(engine: Engine) -> None:
    """Whoever checks a token against another pool's JSON Web Key Set refuses it."""
    one, other = new_walker(engine), new_walker(engine)
    token = tokens_of(one.by_password())["IdToken"]
    key_sets = [
        KeySet.import_key_set(engine.pools[walker.user_pool_id].keys.jwks())  # type: ignore[arg-type]
        for walker in (one, other)
    ]
    assert jwt.decode(token, key_sets[0]).claims["cognito:username"] == "alice"
    with pytest.raises(InvalidKeyIdError):
        jwt.decode(token, key_sets[1])


def test_keys_of_the_stock_are_whole() -> None:
    """A key made of two primes of the stock is an RSA-2048 key that signs and checks."""
    stock = PrimeStock()
    for _ in range(6):
        private = stock.draw()
        assert private.key_size == 2048
        key = SigningKey(private)
        token = key.sign({"sub": "s"})
        assert key.signed(token)
        assert not SigningKey(stock.draw()).signed(token)


def test_a_server_finds_primes_before_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pools' keys take no search while a sign-in waits; a second server needs no more."""
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
                if thread.name == "cognito-primes":
                    thread.join()
    for _ in range(6):
        stock.draw()
    assert searchers == ["cognito-primes"] * 2


def test_few_primes_make_many_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of a hundred pools take eleven searches for primes, two primes each."""
    searches = []
    found = signing._generate

    def search() -> object:
        searches.append(1)
        return found()

    monkeypatch.setattr(signing, "_generate", search)
    stock = PrimeStock()
    moduli = {stock.draw().public_key().public_numbers().n for _ in range(200)}
    assert (len(moduli), len(searches)) == (200, 11)
