"""A state without secrets: what is left out, and what users and app clients get instead.

Signing in must not become easier: users without their password have to reset it, and an app client
that had a secret gets a new one. Passkeys stay: the service has only their public keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.next_challenge import SOFTWARE_TOKEN_MFA
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.signing import SigningKeys
from harness.emulator.domain.user_import import UserImportJob
from harness.emulator.domain.users import CONFIRMED, RESET_REQUIRED, User
from harness.emulator.service import Service
from harness.emulator.state.encoding import Replacements

#: What is left out, and what that means for users and app clients.
LEFT_OUT = (
    "passwords: confirmed users have to reset theirs, invited users need a new invitation",
    "TOTP secrets: users have to set up their authenticator app again",
    "devices: no device is remembered",
    "client secrets: each app client that had one gets a new one",
    "signing keys, tokens and sessions: all users are signed out",
    "pending codes and the outbox: codes have to be sent again",
    "files and URLs of user import jobs: jobs that have not ended have to be created again",
)

#: Written as the secret of an app client that gets a new one when the state is loaded.
_TO_REPLACE = ""


def _user(user: User) -> Mapping[str, Any]:
    had_password = user.status == CONFIRMED and user.password is not None
    return {
        "status": RESET_REQUIRED if had_password else user.status,
        "password": None,
        "password_history": [],
        "codes": CodeBook(),
        "devices": DeviceBook(),
        "mfa": user.mfa.without(SOFTWARE_TOKEN_MFA),
        "software_token": None,
        "pending_software_token": None,
    }


def _client(client: UserPoolClient) -> Mapping[str, Any]:
    return {"secret": _TO_REPLACE if client.is_confidential else None, "added_secrets": []}


def _pool(_: Pool) -> Mapping[str, Any]:
    return {"grants": GrantBook(), "keys": SigningKeys()}


def _import_job(_: UserImportJob) -> Mapping[str, Any]:
    return {"upload_key": "", "content": None}


REPLACEMENTS: Replacements = {
    User: _user,
    UserPoolClient: _client,
    Pool: _pool,
    UserImportJob: _import_job,
}


def replace_client_secrets(service: Service) -> None:
    """Give each app client whose secret was left out a new one."""
    for client in service.clients.values():
        if client.secret == _TO_REPLACE:
            client.secret = service.random.client_secret()


def consequences(service: Service) -> str:
    """Return in one line what cannot go on after a state without secrets was loaded."""
    users = sum(
        user.status == RESET_REQUIRED for pool in service.pools.values() for user in pool.users
    )
    clients = sum(client.secret is not None for client in service.clients.values())
    return (
        f"loaded without secrets: users who must reset their password before they sign in: {users};"
        f" app clients with a new secret: {clients}; everyone is signed out and sets up"
        " authenticator apps and devices again; --state-secrets keeps all this"
    )
