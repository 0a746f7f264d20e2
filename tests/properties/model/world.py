"""Everything that was given out, found by the text that stands for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.properties.model.records import (
    Account,
    Block,
    Claim,
    Client,
    Code,
    Device,
    Pending,
    Pool,
    Token,
)
from tests.properties.model.rules import Finding, Rule

#: Seconds that a code is good for (A044, A089).
LIFETIMES = {"sign-up": 86_400, "recovery": 3_600, "verification": 86_400, "mfa": 900}
#: What the outbox calls the messages of each purpose.
KINDS = {
    "sign-up": ("sign_up", "resend"),
    "recovery": ("forgot_password", "admin_reset"),
    "verification": ("attribute_verification",),
    "mfa": ("mfa",),
}


@dataclass(frozen=True)
class Mail:
    """A message that was sent."""

    pool_id: str
    username: str
    kind: str
    attribute: str
    code: str = field(repr=False)


@dataclass(eq=False)
class World:
    """What the model knows.

    Attributes:
        clock: tells the time in epoch seconds.
        post: fetches all messages, newest first.
    """

    clock: Callable[[], float]
    post: Callable[[], list[Mail]]
    pools: dict[str, Pool] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    sessions: dict[str, Pending] = field(default_factory=dict)
    blocks: dict[str, Pending] = field(default_factory=dict)
    pendings: list[Pending] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    #: Which device key a PasswordVerifier was made for.
    verifiers: dict[str, str] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    mails: int = 0

    @property
    def now(self) -> float:
        """The present moment in epoch seconds."""
        return self.clock()

    @property
    def accounts(self) -> list[Account]:
        """Every user there ever was."""
        return [account for pool in self.pools.values() for account in pool.accounts]

    def put(self, pending: Pending) -> None:
        """Remember a challenge."""
        self.pendings.append(pending)
        if pending.session is not None:
            self.sessions[pending.session] = pending
        if pending.block is not None:
            self.blocks[pending.block.text] = pending

    def block(self, prefix: str, ident: str, parameters: dict[str, str]) -> Block:
        """The block of a verifier challenge."""
        given = parameters["SECRET_BLOCK"], parameters["SALT"], parameters["SRP_B"]
        return Block(given[0], prefix, ident, given[1], given[2])

    def receive(self, account: Account, purpose: str) -> Code:
        """The one code that must have been sent just now, to this user and for this purpose."""
        mail, sent = self.post(), len(self.post()) - self.mails
        self.mails += sent
        if sent != 1 or (mail[0].pool_id, mail[0].username) != (account.pool.pool_id, account.name):
            raise Finding(f"{sent} messages were sent", [Rule.MAIL])
        if mail[0].kind not in KINDS[purpose]:
            raise Finding(f"a message of the kind {mail[0].kind} was sent", [Rule.MAIL])
        code = Code(mail[0].code, mail[0].attribute, self.now + LIFETIMES[purpose])
        if purpose != "mfa":
            account.codes[purpose] = code
        return code

    def no_more_mail(self) -> None:
        """Every message was asked for."""
        if len(self.post()) != self.mails:
            raise Finding("a message was sent", [Rule.MAIL])


def secret_hash(client: Client, name: str) -> str | None:
    """SECRET_HASH of a client over a user name; ``None`` for a client without a secret (A119)."""
    if client.secret is None:
        return None
    digest = hmac.new(client.secret.encode(), (name + client.client_id).encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()
