"""What the pages of managed login remember belongs to one pool, ends, and has a bound."""

from __future__ import annotations

import pytest

from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.engine import Engine
from harness.emulator.stores import login_transactions
from harness.emulator.stores.browser_sessions import BrowserSessions
from harness.emulator.stores.login_transactions import LoginTransactions
from tests.emulator.support.walker import new_walker

ASKED = AuthorizeRequest("client", "http://localhost:3000/", "code", ("openid",))
NOW = 1_000.0


@pytest.fixture
def transactions() -> LoginTransactions:
    """No sign-in is under way."""
    return LoginTransactions(Randomness(1))


def test_a_sign_in_is_of_one_pool_and_has_five_minutes(transactions: LoginTransactions) -> None:
    """Whoever sends its cookie to the domain of another pool goes on with nothing."""
    begun = transactions.begin("pool-1", ASKED, NOW)
    assert transactions.find(begun.text, "pool-1", NOW + 299) is begun
    assert transactions.find(begun.text, "pool-1", NOW + 300) is None
    assert transactions.find(begun.text, "pool-2", NOW) is None
    assert transactions.find(None, "pool-1", NOW) is None


def test_the_oldest_sign_ins_make_room(
    transactions: LoginTransactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody can open login pages, so that there is a most; what is over goes first."""
    monkeypatch.setattr(login_transactions, "MOST_KEPT", 3)
    begun = [transactions.begin("pool", ASKED, NOW) for _ in range(4)]
    assert list(transactions.exported().values()) == begun[1:]
    transactions.begin("pool", ASKED, NOW + 300)
    assert len(transactions.exported()) == 1


def test_a_session_is_of_one_pool(engine: Engine) -> None:
    """A cookie counts at the domains of its pool alone, for an hour."""
    pool = engine.pools[new_walker(engine).user_pool_id]
    user = pool.users.by_username("alice")
    assert user is not None
    sessions = BrowserSessions(Randomness(1))
    text = sessions.open("pool-1", user, NOW)
    assert sessions.find(text, "pool-1", NOW + 3_599) is not None
    assert sessions.find(text, "pool-1", NOW + 3_600) is None
    assert sessions.find(text, "pool-2", NOW) is None
    sessions.open("pool-1", user, NOW + 3_600)
    assert text not in sessions.exported()
