"""Everything that the service has issued, found by its text."""

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
    Key,
    Pending,
    Pool,
    Signed,
    SignUpSession,
    Token,
)
from tests.properties.model.rules import Finding, Rule

#: How many seconds a code is valid (A044, A089).
LIFETIMES = {
    "sign-up": 86_400,
    "recovery": 3_600,
    "verification": 86_400,
    "mfa": 900,
    "sign-in": 900,
}
#: The kinds of messages in the outbox, by purpose.
KINDS = {
    "sign-up": ("sign_up", "resend"),
    "recovery": ("forgot_password", "admin_reset"),
    "verification": ("attribute_verification",),
    "mfa": ("mfa",),
    "sign-in": ("mfa",),
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
        clock: returns the time in epoch seconds.
        post: returns all messages, newest first.
    """

    clock: Callable[[], float]
    post: Callable[[], list[Mail]]
    pools: dict[str, Pool] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    sessions: dict[str, Pending] = field(default_factory=dict)
    blocks: dict[str, Pending] = field(default_factory=dict)
    pendings: list[Pending] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    #: The device key that each PasswordVerifier was made for.
    verifiers: dict[str, str] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    #: What authenticators have made, by the text that they made: credentials and proofs of them.
    signed: dict[str, Signed] = field(default_factory=dict)
    #: The challenges of passkeys, which must never repeat.
    challenges: dict[str, None] = field(default_factory=dict)
    #: Every passkey that was registered, the newest last.
    keys: list[Key] = field(default_factory=list)
    #: The sessions of SignUp and ConfirmSignUp.
    sign_ups: dict[str, SignUpSession] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    mails: int = 0

    @property
    def now(self) -> float:
        """The current time in epoch seconds."""
        return self.clock()

    @property
    def accounts(self) -> list[Account]:
        """Every user, including deleted ones."""
        return [account for pool in self.pools.values() for account in pool.accounts]

    def put(self, pending: Pending) -> None:
        """Record a challenge."""
        self.pendings.append(pending)
        if pending.session is not None:
            self.sessions[pending.session] = pending
        if pending.block is not None:
            self.blocks[pending.block.text] = pending

    def block(self, prefix: str, ident: str, parameters: dict[str, str]) -> Block:
        """Return the block of a verifier challenge."""
        given = parameters["SECRET_BLOCK"], parameters["SALT"], parameters["SRP_B"]
        return Block(given[0], prefix, ident, given[1], given[2])

    def receive(self, account: Account, purpose: str) -> Code:
        """Return the only code that was sent just now; it must be for this user and purpose."""
        mail, sent = self.post(), len(self.post()) - self.mails
        self.mails += sent
        if sent != 1 or (mail[0].pool_id, mail[0].username) != (account.pool.pool_id, account.name):
            raise Finding(f"{sent} messages were sent", [Rule.MAIL])
        if mail[0].kind not in KINDS[purpose]:
            raise Finding(f"a message of the kind {mail[0].kind} was sent", [Rule.MAIL])
        code = Code(mail[0].code, mail[0].attribute, self.now + LIFETIMES[purpose])
        if purpose not in ("mfa", "sign-in"):
            account.codes[purpose] = code
        return code

    def challenge(self, text: str) -> None:
        """Record the challenge of a passkey; it must be new."""
        if text in self.challenges:
            raise Finding("a challenge for passkeys was given twice", [Rule.PASSKEY_PROOF])
        self.challenges[text] = None

    def no_more_mail(self) -> None:
        """Check that no unexpected message was sent."""
        if len(self.post()) != self.mails:
            raise Finding("a message was sent", [Rule.MAIL])


def secret_hash(client: Client, name: str) -> str | None:
    """Return SECRET_HASH for a username; ``None`` for a client without a secret (A119)."""
    if client.secret is None:
        return None
    digest = hmac.new(client.secret.encode(), (name + client.client_id).encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()
