"""The part of the machine that registers, lists, deletes and uses passkeys, and changes pools."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.machine import valid_requests
from tests.properties.machine.base import CHOICE, FEW, MANY, MachineBase
from tests.properties.machine.known_values import Twist, twists
from tests.properties.machine.passkey_requests import RIGHT, SIGNATURES, WRONG, credential
from tests.properties.machine.pools import (
    CHOICES,
    allowed_in,
    parties,
    with_first_factors,
    with_party,
)
from tests.properties.model.first_factors import keys_of
from tests.properties.model.records import (
    EMAIL_OTP,
    SMS_OTP,
    WEB_AUTHN,
    Account,
    Party,
    Pending,
    Token,
)

#: What happens between the start of a registration and its end, mostly nothing.
MEANWHILE = st.sampled_from([None] * 5 + ["another", "a minute", "an hour", "another client"])
#: SetUserMFAPreference with a passkey: with or without another factor, on or off.
PASSKEY_PREFERENCES = [
    {"WebAuthnMfaSettings": {"Enabled": enabled}, **others}
    for enabled in (True, False)
    for others in (
        {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}},
        {"SMSMfaSettings": {"Enabled": True, "PreferredMfa": False}},
        {},
        {"SoftwareTokenMfaSettings": {"Enabled": False, "PreferredMfa": False}},
    )
]


class PasskeyActs(MachineBase):
    """What may be done with passkeys, and with what pools say about them."""

    @precondition(lambda self: self.world.access)
    @rule(which=MANY, how=SIGNATURES, meanwhile=MEANWHILE, twist=twists())
    def register(self, which: int, how: str, meanwhile: str | None, twist: Twist | None) -> None:
        """Someone registers a passkey with an access token, and sends the same credential again."""
        token = self.pick(list(self.world.access.values()), which)
        answer = self.send("StartWebAuthnRegistration", {"AccessToken": token.text}, twist)
        registration = token.grant.account.registration
        if answer is None or registration is None:
            return
        params = {
            "AccessToken": self.meanwhile(token, meanwhile).text,
            "Credential": credential(self.world, registration, how),
        }
        self.send("CompleteWebAuthnRegistration", params, twist)
        if how != RIGHT and registration is token.grant.account.registration:
            right = {**params, "Credential": credential(self.world, registration, RIGHT)}
            self.send("CompleteWebAuthnRegistration", right)
        self.send("CompleteWebAuthnRegistration", params)

    def meanwhile(self, token: Token, what: str | None) -> Token:
        """Let something happen during a registration; return the token that ends it."""
        account = token.grant.account
        if what == "another":
            self.send("StartWebAuthnRegistration", {"AccessToken": token.text})
        elif what in ("a minute", "an hour"):
            self.clock.advance(60 if what == "a minute" else 3_599)
        elif what == "another client":
            others = [
                other
                for other in self.world.access.values()
                if other.grant.account is account and other.grant.client is not token.grant.client
            ]
            return others[-1] if others else token
        return token

    @precondition(lambda self: self.world.keys)
    @rule(which=FEW, act=st.sampled_from(["List", "Delete", "factors", "admin"]), twist=twists())
    def manage_passkey(self, which: int, act: str, twist: Twist | None) -> None:
        """Someone lists or deletes passkeys, or asks which factors a user has."""
        key = self.pick(self.world.keys, which)
        token = self.token_of(key.account)
        if act == "admin":
            whose = valid_requests.by_administrator(key.account)
            self.send("AdminGetUserAuthFactors", whose, twist)
        elif token is not None:
            operation, members = {
                "List": ("ListWebAuthnCredentials", {}),
                "Delete": ("DeleteWebAuthnCredential", {"CredentialId": key.credential_id}),
                "factors": ("GetUserAuthFactors", {}),
            }[act]
            self.send(operation, {"AccessToken": token.text, **members}, twist)
            self.send("ListWebAuthnCredentials", {"AccessToken": token.text})

    @rule(
        who=FEW,
        at=FEW,
        wrong=st.lists(st.sampled_from(WRONG), min_size=1, max_size=6),
        asks=st.booleans(),
        again=st.booleans(),
    )
    def sign_in_by_passkey(
        self, who: int, at: int, wrong: list[str], asks: bool, again: bool
    ) -> None:
        """A user signs in with a passkey, at once or by choice, after a few wrong proofs."""
        keys = [key for key in self.world.keys if not key.deleted]
        account = self.pick(keys, who).account if keys else self.account(who)
        client = self.client_of(account.pool, at)
        if not account.passkeys and not account.deleted:
            self.walk(account, client, CHOICE)
            self.with_passkey(account)
        preferred = None if asks else WEB_AUTHN
        self.send(*valid_requests.begin(client, account, CHOICE, account.name, None, preferred))
        if asks and self.open_pendings():
            pending = self.open_pendings()[-1]
            self.send(*valid_requests.answer(self.world, pending, chosen=WEB_AUTHN))
        pendings = [pending for pending in self.open_pendings() if pending.options]
        if pendings:
            self.prove(pendings[-1], [*wrong, RIGHT], again=again)

    def prove(self, pending: Pending, proofs: list[str], *, again: bool) -> None:
        """Send proofs of a passkey one after another, and the last one twice."""
        for how in proofs:
            draft = valid_requests.answer(self.world, pending, signature=how)
            if self.send(*draft) is not None:
                break
        if again:
            self.send(*draft)

    @rule(who=FEW, at=FEW, factor=st.sampled_from([EMAIL_OTP, EMAIL_OTP, SMS_OTP]), wrong=MANY)
    def sign_in_by_code(self, who: int, at: int, factor: str, wrong: int) -> None:
        """A user signs in with a code by email or SMS, after a wrong one that belongs elsewhere."""
        account = self.account(who)
        client = self.client_of(account.pool, at)
        self.send(*valid_requests.begin(client, account, CHOICE, account.name, None, factor))
        pendings = [pending for pending in self.open_pendings() if pending.challenge == factor]
        if not pendings:
            return
        operation, params = valid_requests.answer(self.world, pendings[-1])
        for number in (wrong, 0):
            self.send(operation, self.known_values.with_wrong_proof(params, number))
        self.send(operation, params)
        if wrong % 2:
            self.send(operation, params)

    @rule(who=FEW, detail=st.integers(0, 7), admin=st.booleans())
    def prefer_passkey(self, who: int, detail: int, admin: bool) -> None:
        """A user or an administrator lets a passkey count as MFA, or not any more."""
        account, members = self.account(who), dict[str, Any](PASSKEY_PREFERENCES[detail])
        token = self.token_of(account)
        if admin or token is None:
            whose = valid_requests.by_administrator(account)
            self.send("AdminSetUserMFAPreference", {**whose, **members})
        else:
            self.send("SetUserMFAPreference", {"AccessToken": token.text, **members})

    @rule(
        which=st.integers(0, 1),
        choice=st.sampled_from([None, None, *CHOICES]),
        party=parties(),
        wrong=st.sampled_from([False, False, False, True]),
    )
    def change_pool(
        self, which: int, choice: tuple[str, ...] | None, party: Party, wrong: bool
    ) -> None:
        """An administrator changes what a pool allows first, or its relying party."""
        pool = list(self.world.pools.values())[which]
        if choice is None:
            self.send("SetUserPoolMfaConfig", with_party(pool, party))
        else:
            allowed = choice if wrong else allowed_in(pool, choice)
            self.send("UpdateUserPool", with_first_factors(pool, allowed))

    def with_passkey(self, account: Account) -> None:
        """Register a passkey as a user does, and let it count as MFA if the pool says so."""
        token = self.token_of(account)
        if token is None or WEB_AUTHN not in account.pool.allowed or keys_of(account):
            return
        self.send("StartWebAuthnRegistration", {"AccessToken": token.text})
        if account.registration is None:
            return
        made = credential(self.world, account.registration, RIGHT)
        params = {"AccessToken": token.text, "Credential": made}
        self.send("CompleteWebAuthnRegistration", params)
        if account.secret is not None and account.pool.party.counts_as_mfa:
            self.send("SetUserMFAPreference", {"AccessToken": token.text, **PASSKEY_PREFERENCES[0]})
