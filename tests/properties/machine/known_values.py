"""Keeps every name, secret and proof that was seen, to put one in place of another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.properties.model.totp import STEP, totp_code
from tests.properties.model.world import World, secret_hash

#: The kind of each member; members of the same kind can replace each other.
KINDS = {
    "USERNAME": "name",
    "Username": "name",
    "USER_ID_FOR_SRP": "name",
    "ClientId": "client",
    "UserPoolId": "pool",
    "SECRET_HASH": "hash",
    "SecretHash": "hash",
    "ClientSecret": "client secret",
    "Session": "session",
    "AccessToken": "access token",
    "IdToken": "access token",
    "RefreshToken": "refresh token",
    "REFRESH_TOKEN": "refresh token",
    "Token": "refresh token",
    "DEVICE_KEY": "device",
    "DeviceKey": "device",
    "PASSWORD": "password",
    "Password": "password",
    "PreviousPassword": "password",
    "ProposedPassword": "password",
    "TemporaryPassword": "password",
    "NEW_PASSWORD": "password",
    "ConfirmationCode": "code",
    "Code": "code",
    "UserCode": "code",
    "SOFTWARE_TOKEN_MFA_CODE": "code",
    "SMS_MFA_CODE": "code",
    "EMAIL_OTP_CODE": "code",
    "SMS_OTP_CODE": "code",
    "CREDENTIAL": "assertion",
    "CredentialId": "credential",
    "PREFERRED_CHALLENGE": "factor",
    "PASSWORD_CLAIM_SECRET_BLOCK": "block",
    "SECRET_BLOCK": "block",
    "PASSWORD_CLAIM_SIGNATURE": "signature",
    "TIMESTAMP": "timestamp",
    "ANSWER": "factor",
}


@dataclass(frozen=True)
class Twist:
    """Which member of a request to replace, and with which value of its kind.

    Attributes:
        rehash: whether the thief knows the client's secret and computes SECRET_HASH again.
    """

    member: int
    value: int
    rehash: bool


def twists() -> st.SearchStrategy[Twist | None]:
    """Generate valid requests, and requests with one member replaced."""
    some = st.builds(
        Twist, member=st.integers(0, 15), value=st.integers(0, 24), rehash=st.booleans()
    )
    return st.one_of(st.none(), st.none(), some)


class KnownValues:
    """The values of every kind, newest first, each only once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._values: dict[str, list[str]] = {"password": ["short"], "code": ["000000"]}
        self._values["session"] = ["AYAB" + "x" * 40]
        self._values["access token"] = ["not.a.token"]

    def keep(self, message: Any) -> None:
        """Keep every value of a request or a response."""
        if isinstance(message, list):
            for item in message:
                self.keep(item)
        elif isinstance(message, dict):
            for member, value in message.items():
                if member in KINDS and isinstance(value, str):
                    self._keep_one(KINDS[member], value)
                else:
                    self.keep(value)

    def _keep_one(self, kind: str, value: str) -> None:
        values = self._values.setdefault(kind, [])
        if value in values:
            values.remove(value)
        values.insert(0, value)

    def twisted(self, operation: str, params: dict[str, Any], twist: Twist) -> dict[str, Any]:
        """Return the request with one member replaced by another value of its kind, or removed."""
        params = deepcopy(params)
        places = [
            (inner, member)
            for inner in (params, *(value for value in params.values() if isinstance(value, dict)))
            for member in inner
            for _ in range(_weight(member))
        ]
        inner, member = places[twist.member % len(places)]
        choice = self._choice(KINDS[member], inner[member])
        if _may_be_left_out(operation, member, params):
            choice.append(None)
        if choice:
            value = choice[twist.value % len(choice)]
            if value is None:
                del inner[member]
            else:
                inner[member] = value
        if twist.rehash:
            self._rehash(params)
        return params

    def with_wrong_proof(self, params: dict[str, Any], number: int) -> dict[str, Any]:
        """Return a response with another code, or with another session if it has no code."""
        params = deepcopy(params)
        inner = params.get("ChallengeResponses", params)
        codes = [(inner, member) for member in inner if KINDS.get(member) == "code"]
        if not codes and not any(member.startswith("PASSWORD_CLAIM") for member in inner):
            codes = [(params, "Session")]
        for place, member in codes:
            # If no code was sent yet, make one up.
            choice = self._choice(KINDS[member], place[member]) or ["999999"]
            place[member] = choice[number % len(choice)]
        return params

    def _choice(self, kind: str, present: str) -> list[str | None]:
        values: list[str | None] = [value for value in self._fresh(kind) if value != present]
        values += [value for value in self._values.get(kind, ()) if value != present]
        return values

    def _fresh(self, kind: str) -> list[str]:
        """Return the codes of every secret, for now and for its last use, and of every message."""
        if kind != "code":
            return []
        accounts = self._world.accounts[::-1]
        secrets = [secret for a in accounts if (secret := a.secret or a.pending_secret)]
        secrets += [secret for p in self._world.pendings[-5:] if (secret := p.secret)]
        step = int(self._world.now // STEP)
        of_others = [totp_code(secret, step) for secret in secrets]
        of_spent = [totp_code(a.secret, max(a.spent)) for a in accounts if a.secret]
        sent = [code.value for a in accounts for code in a.codes.values()]
        of_sign_ins = [pending.code for pending in self._world.pendings[::-1] if pending.code]
        return [*of_sign_ins[:3], *of_others, *of_spent, *sent, *of_sign_ins[3:]]

    def _rehash(self, params: dict[str, Any]) -> None:
        client = self._world.clients.get(params.get("ClientId", ""))
        if client is None or client.secret is None:
            return
        if "ClientSecret" in params:
            params["ClientSecret"] = client.secret
        inner = params.get("AuthParameters") or params.get("ChallengeResponses")
        if inner is not None and "USERNAME" in inner:
            inner["SECRET_HASH"] = secret_hash(client, inner["USERNAME"])
        elif "Username" in params:
            params["SecretHash"] = secret_hash(client, params["Username"])


def _weight(member: str) -> int:
    """Return how often a member is replaced: proofs more often than names."""
    if member not in KINDS:
        return 0
    return 1 if KINDS[member] in ("name", "client", "pool", "hash", "client secret") else 3


def _may_be_left_out(operation: str, member: str, params: dict[str, Any]) -> bool:
    """Return whether the request without this member is a different, but well-formed request."""
    if member == "Session":
        return "ChallengeName" in params
    if member == "DEVICE_KEY":
        return not params.get("ChallengeName", "").startswith("DEVICE")
    if member in ("Password", "PreviousPassword"):
        return operation in ("SignUp", "ChangePassword")
    if member == "PREFERRED_CHALLENGE":
        return True
    if member == "DeviceKey":
        return operation == "GetTokensFromRefreshToken"
    return member in ("SECRET_HASH", "SecretHash", "ClientSecret")
