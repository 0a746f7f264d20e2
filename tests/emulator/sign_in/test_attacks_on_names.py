"""Whatever somebody asks without a proof, a client that hides it does not tell who exists.

Two names get the same requests: a user who can use what the simulation lists, and nobody. Answers
are compared without what differs between two users too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import chooser
from tests.emulator.support.expect import OTHER_PASSWORD
from tests.emulator.support.walker import ALWAYS, Walker, new_engine

BOTH = ("email", "phone_number")
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
ANY_CASE: dict[str, Any] = {"UsernameConfiguration": {"CaseSensitive": False}}
#: What has the same value for everybody; of all other texts only that they are there counts.
SAME = ("ChallengeName", "AvailableChallenges", "CODE_DELIVERY_DELIVERY_MEDIUM")
FACTORS = ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "nonsense")
CHALLENGES = (
    "SELECT_CHALLENGE",
    "EMAIL_OTP",
    "SMS_OTP",
    "WEB_AUTHN",
    "PASSWORD_VERIFIER",
    "SMS_MFA",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "NEW_PASSWORD_REQUIRED",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
)


def shape(value: Any, name: str = "") -> Any:
    """Return an answer without what is different for every user."""
    if isinstance(value, dict):
        return {name: shape(part, name) for name, part in value.items()}
    return value if name in SAME else type(value)


@dataclass
class Named:
    """One of the two names, with what the service has answered it."""

    walker: Walker
    name: str
    sessions: list[str] = field(default_factory=list)
    proof: dict[str, str | None] = field(default_factory=dict)

    def tell(self, step: dict[str, Any]) -> Any:
        """Carry out a step; return the shape of its answer or the whole refusal."""
        try:
            answer = self._answer(step)
        except Refusal as refusal:
            return refusal.code, refusal.message
        self.sessions += [answer["Session"]] if "Session" in answer else []
        if answer["ChallengeName"] == "PASSWORD_VERIFIER":
            self.proof = self.walker.proof(answer, password=OTHER_PASSWORD)
        return shape(answer)

    def _answer(self, step: dict[str, Any]) -> dict[str, Any]:
        self.walker.engine.clock.advance(step["later"])
        sent = {"USERNAME": step["spelled"](self.name), "SRP_A": self.walker.exchange.public_hex}
        sent |= {"PASSWORD": OTHER_PASSWORD, **step["also"]}
        if step["challenge"] is None:
            return self.walker.initiate("USER_AUTH", PREFERRED_CHALLENGE=step["factor"], **sent)
        answers = dict.fromkeys(ANSWERS, "000000") | {"ANSWER": step["factor"], **self.proof}
        session = None
        if step["session"] is not None:
            known = ["A" * 60, *self.sessions]
            session = known[-1 - step["session"] % len(known)]
        return self.walker.respond(step["challenge"], session, **{**answers, **sent})


#: What the challenges ask for, besides the proof of a password; it is always wrong.
ANSWERS = (
    "EMAIL_OTP_CODE",
    "SMS_OTP_CODE",
    "SMS_MFA_CODE",
    "SOFTWARE_TOKEN_MFA_CODE",
    "CREDENTIAL",
    "NEW_PASSWORD",
    "DEVICE_KEY",
)
STEPS = st.fixed_dictionaries(
    {
        "challenge": st.sampled_from((None, *CHALLENGES)),
        "factor": st.sampled_from(FACTORS),
        "session": st.sampled_from((0, 0, 1, 2, None)),
        "spelled": st.sampled_from((str.lower, str.upper, str.title)),
        "also": st.sampled_from(({}, {"DEVICE_KEY": "key"}, {"SRP_A": "0"}, {"PASSWORD": ""})),
        "later": st.sampled_from((0, 0, 0, 100)),
    }
)


@pytest.mark.fact("N022", "N022b", "A100", "A101", "A102")
@settings(max_examples=300)
@given(steps=st.lists(STEPS, min_size=1, max_size=12), tracking=st.booleans())
def test_no_answer_tells_a_user_from_nobody(steps: list[dict[str, Any]], tracking: bool) -> None:
    """Both names hear the same, whatever is asked in whatever order."""
    devices = ALWAYS if tracking else None
    walker = chooser(
        new_engine(), verified=BOTH, client_settings=HIDING, devices=devices, **ANY_CASE
    )
    user, nobody = Named(walker, walker.username), Named(walker, "nobody")
    for step in steps:
        assert user.tell(step) == nobody.tell({**step, "later": 0})
