"""Our own emulators say why they refused, to those who run them and to no client."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import (
    Actions,
    Authenticator,
    Person,
    PersonFactory,
    PoolSpec,
    SignIn,
    SignInContext,
    load_engine,
    provision,
    sign_up_and_confirm,
)
from harness.emulator.domain import totp
from harness.emulator.http import wire
from harness.emulator.refusals import Refusal
from harness.targets.emulated import EmulatedTarget
from harness.targets.served import ServedTarget

OwnTarget = EmulatedTarget | ServedTarget


@pytest.fixture(params=["emulator", "server"])
def target(request: pytest.FixtureRequest) -> Iterator[OwnTarget]:
    """An emulator of the project: in process, and served."""
    made: OwnTarget = (
        EmulatedTarget(region="us-east-1", seed=1)
        if request.param == "emulator"
        else ServedTarget(region="us-east-1", seed=1)
    )
    made.start()
    yield made
    made.stop()


class Enrolled:
    """A user with an authenticator, and the means to sign in step by step."""

    def __init__(self, target: OwnTarget) -> None:
        client = target.client()
        spec = PoolSpec(mfa="ON")
        pool = provision(client, spec, name_prefix="reasons-", tags={})
        self.actions = Actions(client, pool.app, admin=client)
        self.walker = SignIn(self.actions, load_engine("native"), target.clock)
        people = PersonFactory(1, namespace="reasons-", rules=spec.password_policy)
        self.person: Person = people.make()
        sign_up_and_confirm(self.actions, self.person, target.mailbox(pool.user_pool_id))
        context = SignInContext.for_person(self.person)
        found = self.walker.run(context, "USER_SRP_AUTH").authenticator
        assert found is not None
        self.authenticator: Authenticator = found

    def asked(self, challenge: str) -> Any:
        """Return a sign-in that waits for a response to a challenge."""
        context = SignInContext.for_person(self.person, authenticator=self.authenticator)
        return self.walker.run(context, "USER_SRP_AUTH", until=challenge)


def reason_of(target: OwnTarget, call: Any, *arguments: Any) -> str:
    """Return the reason for which the emulator refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(*arguments)
    assert target.why_refused("") == ""
    return target.why_refused(refused.value.response["ResponseMetadata"]["RequestId"])


def test_a_code_is_named_by_its_step(target: OwnTarget) -> None:
    """A refused TOTP code is of another step, or was used; both have the number of the step."""
    user = Enrolled(target)
    asked = user.asked("SOFTWARE_TOKEN_MFA")
    far = {"USERNAME": asked.username, "SOFTWARE_TOKEN_MFA_CODE": user.authenticator.peek(7)}
    reason = reason_of(target, user.walker.submit, asked, far)
    assert reason == "the code is of step +7, 210 s ahead, and only -1 to +1 are accepted"
    code = user.authenticator.code()
    used = {"USERNAME": asked.username, "SOFTWARE_TOKEN_MFA_CODE": code}
    assert user.walker.submit(asked, used).done
    again = user.asked("SOFTWARE_TOKEN_MFA")
    assert " was used before, " in reason_of(target, user.walker.submit, again, used)


def test_a_wrong_code_costs_no_more_than_a_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps around are searched for a refused code only when somebody asks for the reason."""
    target = EmulatedTarget(region="us-east-1", seed=1)
    target.start()
    try:
        user = Enrolled(target)
        asked = user.asked("SOFTWARE_TOKEN_MFA")
        wrong = {"USERNAME": asked.username, "SOFTWARE_TOKEN_MFA_CODE": user.authenticator.peek(7)}
        read: list[int] = []

        def hotp(key: bytes, step: int) -> str:
            read.append(step)
            return "000000"

        monkeypatch.setattr(totp, "hotp", hotp)
        with pytest.raises(ClientError) as refused:
            user.walker.submit(asked, wrong)
        assert len(read) == 1 + 2 * totp.TOLERATED_STEPS
        request_id = refused.value.response["ResponseMetadata"]["RequestId"]
        assert "the code is of none of the" in target.why_refused(request_id)
        assert len(read) > 2 * totp.NAMED_STEPS
    finally:
        target.stop()


def test_a_session_is_named_by_its_end(target: OwnTarget) -> None:
    """A refused Session was used, has expired, or is of another challenge."""
    user = Enrolled(target)
    asked = user.asked("SOFTWARE_TOKEN_MFA")
    target.clock.advance(180 + 60)
    answer = user.walker.prepare(asked)
    assert "expired 60 s ago" in reason_of(target, user.walker.submit, asked, answer)


def test_a_proof_is_named_by_what_does_not_fit(target: OwnTarget) -> None:
    """One message of Cognito has many causes; the reason says which one it was."""
    user = Enrolled(target)
    asked = user.asked("PASSWORD_VERIFIER")
    proof = user.walker.prepare(asked)
    late = {**proof, "TIMESTAMP": "Sun Jan 4 00:00:00 UTC 2015"}
    assert "behind the emulator's clock" in reason_of(target, user.walker.submit, asked, late)
    wrong = {**proof, "PASSWORD_CLAIM_SIGNATURE": "AAAA"}
    reason = reason_of(target, user.walker.submit, asked, wrong)
    assert reason.startswith("PASSWORD_CLAIM_SIGNATURE is another one than")
    user.walker.submit(asked, proof)
    reason = reason_of(target, user.walker.submit, asked, proof)
    assert reason == "this SECRET_BLOCK was proven before"


def test_no_client_sees_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The response to a refusal with a reason is, byte for byte, that of one without."""
    monkeypatch.setattr(uuid, "uuid4", lambda: "the-same")
    plain = wire.error(Refusal("NotAuthorizedException", "Invalid session for the user."))
    reasoned = wire.error(
        Refusal("NotAuthorizedException", "Invalid session for the user.").because("it was used")
    )
    assert reasoned == plain
    assert "it was used" not in repr(Refusal("A", "b").because("it was used"))
