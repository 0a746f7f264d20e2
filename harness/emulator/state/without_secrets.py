"""A state without secrets: what is left out of it, and what becomes of those who had it.

Nobody may get in more easily than before: a password that is not there has to be chosen anew,
and a client that had a secret gets another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.signing import SigningKeys
from harness.emulator.domain.users import CONFIRMED, RESET_REQUIRED, MfaPreferences, User
from harness.emulator.service import Service
from harness.emulator.state.encoding import Replacements

#: In the words of those who have to do without it.
LEFT_OUT = (
    "passwords: confirmed users have to reset theirs, invited ones need a new invitation",
    "TOTP secrets: users set their application up again",
    "devices: none is remembered",
    "client secrets: each client that had one gets another",
    "signing keys, tokens and sessions: everybody is signed out",
    "pending codes and the outbox: codes have to be sent again",
)

#: The secret of a client that gets another one when the state is read.
_ANOTHER = ""


def _user(user: User) -> Mapping[str, Any]:
    had_password = user.status == CONFIRMED and user.password is not None
    return {
        "status": RESET_REQUIRED if had_password else user.status,
        "password": None,
        "password_history": [],
        "codes": CodeBook(),
        "devices": DeviceBook(),
        "mfa": _without_token(user.mfa),
        "software_token": None,
        "pending_software_token": None,
    }


def _without_token(mfa: MfaPreferences) -> MfaPreferences:
    """A factor that nobody can prove any more is not asked for; the pool may ask to set it up."""
    token = "SOFTWARE_TOKEN_MFA"
    preferred = None if mfa.preferred == token else mfa.preferred
    return MfaPreferences(mfa.enabled - {token}, preferred)


def _client(client: UserPoolClient) -> Mapping[str, Any]:
    return {"secret": None if client.secret is None else _ANOTHER}


def _pool(_: Pool) -> Mapping[str, Any]:
    return {"grants": GrantBook(), "keys": SigningKeys()}


REPLACEMENTS: Replacements = {User: _user, UserPoolClient: _client, Pool: _pool}


def complete(service: Service) -> None:
    """Give what was left out and cannot be chosen by anybody."""
    for client in service.clients.values():
        if client.secret == _ANOTHER:
            client.secret = service.random.client_secret()
