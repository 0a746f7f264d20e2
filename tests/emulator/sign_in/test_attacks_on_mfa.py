"""A thief with the password alone passes no MFA, however they mix what the service answers.

They have an account of their own in the pool, with a passkey, a TOTP secret and a mailbox. They
have also kept a code, and where a passkey is no MFA a proof of the victim's, from before the victim
turned MFA on.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.emulator.refusals import Refusal
from harness.users.passkey import Passkey
from tests.emulator.support.choosing import (
    ask,
    chooser,
    options_of,
    passkeys_in,
    register,
    sent_code,
)
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.walker import ALWAYS, Walker, claims_of, new_engine, tokens_of

BOTH = ("email", "phone_number")
FLOWS = ("USER_AUTH", "USER_PASSWORD_AUTH", "USER_SRP_AUTH")
MFA = ("SOFTWARE_TOKEN_MFA", "SMS_MFA")
FACTORS = ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", *MFA)
CHALLENGES = (
    *("SELECT_CHALLENGE", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD_VERIFIER", *MFA),
    *("SELECT_MFA_TYPE", "MFA_SETUP", "NEW_PASSWORD_REQUIRED", "DEVICE_SRP_AUTH"),
)


@dataclass
class Thief:
    """What the thief has: both names, the victim's password, and everything of their own."""

    walker: Walker
    passkey: Passkey
    tokens: dict[str, Any]
    secret: str
    codes: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    proof: dict[str, str | None] = field(default_factory=dict)

    def attack(self, step: dict[str, Any]) -> str | None:
        """Carry out a step; return whose tokens it gave, if it gave any."""
        try:
            answer: dict[str, Any] = getattr(self, step["what"])(step)
        except Refusal:
            return None
        self._keep(answer)
        if "AuthenticationResult" not in answer:
            return None
        return str(claims_of(tokens_of(answer)["AccessToken"])["username"])

    def _keep(self, answer: dict[str, Any]) -> None:
        self.sessions += [answer["Session"]] if "Session" in answer else []
        if answer.get("ChallengeName") == "PASSWORD_VERIFIER":
            self.proof = self.walker.proof(answer)
        if answer.get("ChallengeName") == "WEB_AUTHN":
            self.credentials.append(json.dumps(self.passkey.sign(options_of(answer))))
        self.codes.append(sent_code(self.walker)) if self._mail() else None

    def _mail(self) -> bool:
        outbox = self.walker.engine.outbox
        return bool(outbox.messages(username=self.walker.username, kind="mfa"))

    def begin(self, step: dict[str, Any]) -> dict[str, Any]:
        """Start a sign-in of either user."""
        flow = step["flow"]
        sent = {"USERNAME": step["name"], "SRP_A": self.walker.exchange.public_hex}
        sent |= {"PASSWORD": PASSWORD}
        return self.walker.initiate(flow, PREFERRED_CHALLENGE=step["factor"], **sent)

    def respond(self, step: dict[str, Any]) -> dict[str, Any]:
        """Answer any challenge with any session, and with everything that the thief has."""
        code = pick(self.codes, step["which"])
        sent = {
            "USERNAME": step["name"],
            "ANSWER": step["factor"],
            "PASSWORD": PASSWORD,
            "SRP_A": self.walker.exchange.public_hex,
            "CREDENTIAL": pick(self.credentials, step["which"]),
            "SOFTWARE_TOKEN_MFA_CODE": self.walker.code(self.secret),
            "NEW_PASSWORD": PASSWORD,
            **dict.fromkeys(("EMAIL_OTP_CODE", "SMS_OTP_CODE", "SMS_MFA_CODE"), code),
            **self.proof,
        }
        session = pick(self.sessions, step["session"])
        return self.walker.respond(step["challenge"], session, **sent)

    def set_up(self, step: dict[str, Any]) -> dict[str, Any]:
        """Set up a TOTP secret of the thief's with any session."""
        session = pick(self.sessions, step["session"])
        answer = self.walker.call("AssociateSoftwareToken", Session=session)
        code = self.walker.code(answer["SecretCode"])
        session = answer["Session"]
        return self.walker.call("VerifySoftwareToken", Session=session, UserCode=code)

    def take_address(self, _step: dict[str, Any]) -> dict[str, Any]:
        """Give the thief's account the victim's address and number."""
        wanted = pairs(email="alice@example.com", phone_number="+15555551234")
        token = self.tokens["AccessToken"]
        return self.walker.call("UpdateUserAttributes", AccessToken=token, UserAttributes=wanted)

    def wait(self, step: dict[str, Any]) -> dict[str, Any]:
        """Let some time pass."""
        self.walker.engine.clock.advance(20 * step["session"])
        return {}


def pick(kept: list[str], number: int) -> str:
    """Return one of the newest things that were kept."""
    return kept[-1 - number % len(kept)] if kept else "A" * 30


def thief_of(*, multi: bool, mode: str, tracking: bool) -> Thief:
    """Return a thief in a pool whose user alice has turned MFA on just now."""
    devices = ALWAYS if tracking else None
    alice = chooser(new_engine(), verified=BOTH, devices=devices, mfa="OPTIONAL")
    passkeys_in(alice, mfa="OPTIONAL", multi=multi)
    how: dict[str, Any] = {"client": {"ClientId": alice.client_id}}
    number = {"phone_number": "+15555550199"}
    mallory = chooser(
        alice.engine,
        verified=BOTH,
        username="mallory",
        pool_id=alice.user_pool_id,
        attributes=number,
        **how,
    )
    own = tokens_of(mallory.by_password())
    thief = Thief(mallory, register(mallory, own), own, mallory.enrol(own, prefer=False))
    tokens = tokens_of(alice.by_password())
    passkey = register(alice, tokens)
    _keep_code(thief, alice)
    if not multi:
        _keep_proof(thief, alice, passkey)
    alice.enrol(tokens)
    if multi:
        enabled = {"Enabled": True}
        alice.administer(
            "AdminSetUserMFAPreference",
            WebAuthnMfaSettings=enabled,
            SoftwareTokenMfaSettings=enabled,
        )
    if mode == "ON":
        _require(alice)
    return thief


def _keep_code(thief: Thief, alice: Walker) -> None:
    """Let the thief keep a code that nobody has used."""
    thief.sessions.append(ask(alice, "EMAIL_OTP")["Session"])
    thief.codes.append(sent_code(alice))


def _keep_proof(thief: Thief, alice: Walker, passkey: Passkey) -> None:
    """Let the thief keep a proof of the passkey that nobody has used."""
    challenge = ask(alice, "WEB_AUTHN")
    thief.sessions.append(challenge["Session"])
    thief.credentials.append(json.dumps(passkey.sign(options_of(challenge))))


def _require(alice: Walker) -> None:
    policy = {"AllowedFirstAuthFactors": ["PASSWORD"]}
    policies = {"SignInPolicy": policy}
    alice.call("UpdateUserPool", UserPoolId=alice.user_pool_id, Policies=policies)
    with suppress(Refusal):
        passkeys_in(alice, mfa="ON", multi=True)


STEPS = st.fixed_dictionaries(
    {
        "what": st.sampled_from(
            ("begin", "begin", "respond", "respond", "respond", "set_up", "take_address", "wait")
        ),
        "flow": st.sampled_from(FLOWS),
        "name": st.sampled_from(("alice", "alice", "alice", "mallory")),
        "factor": st.sampled_from(FACTORS),
        "challenge": st.sampled_from(CHALLENGES),
        "session": st.integers(0, 4),
        "which": st.integers(0, 4),
    }
)


@pytest.mark.fact("N032", "N033", "N035", "A143", "A175")
@settings(max_examples=60)
@given(
    steps=st.lists(STEPS, min_size=3, max_size=20),
    multi=st.booleans(),
    mode=st.sampled_from(("OPTIONAL", "ON")),
    tracking=st.booleans(),
)
def test_password_alone_gives_no_tokens(
    steps: list[dict[str, Any]], multi: bool, mode: str, tracking: bool
) -> None:
    """No step gives the thief tokens of the victim, nor any factor to the victim's account."""
    thief = thief_of(multi=multi, mode=mode, tracking=tracking)
    users = thief.walker.engine.pools[thief.walker.user_pool_id].users
    victim = users.by_username("alice")
    assert victim is not None
    before = (victim.software_token, list(victim.passkeys), victim.password, victim.mfa.listed())
    for step in steps:
        assert thief.attack(step) != "alice"
    after = (victim.software_token, list(victim.passkeys), victim.password, victim.mfa.listed())
    assert after == before
