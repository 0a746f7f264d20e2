"""The client side against the emulator: two halves written apart have to understand each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.flows import devices, mfa, recovery, sign_up, tokens
from harness.flows.sign_in import AuthFlow, SignInContext
from harness.flows.trace import Trace
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec, RefreshTokenRotation
from harness.redaction import Secret
from harness.srp.engines import available_engines
from harness.targets.emulated import EmulatedTarget
from harness.targets.served import ServedTarget
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.person import PersonFactory
from tests.flows.emulated import SEEDS, Maker

FLOWS: tuple[AuthFlow, ...] = (
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_USER_SRP_AUTH",
)
ALWAYS = DeviceTracking(True, False)
OPT_IN = DeviceTracking(True, True)
BESIDES_MFA = DeviceTracking(False, False)


@pytest.fixture(scope="module")
def target() -> Iterator[EmulatedTarget]:
    """The emulator in this process, for all tests of the file."""
    target = EmulatedTarget(region="eu-west-1", seed=20261122)
    target.start()
    yield target
    target.stop()


@pytest.fixture
def make(target: EmulatedTarget) -> Iterator[Maker]:
    """Makes a setting of a specification; its pool is deleted afterwards."""
    with Maker(target) as maker:
        yield maker


def first_factor(flow: AuthFlow) -> tuple[str, ...]:
    """Return the challenges of a flow's first factor."""
    return ("PASSWORD_VERIFIER",) if flow.endswith("SRP_AUTH") else ()


#: Every engine with usernames, and every kind of name with our own engine.
ENGINES_AND_NAMES = [
    *(pytest.param(engine, "username", id=engine) for engine in available_engines()),
    pytest.param("native", "email", id="email"),
    pytest.param("native", "email_alias", id="email_alias"),
]


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(("engine", "sign_in_names"), ENGINES_AND_NAMES)
def test_from_sign_up_to_a_sign_in_without_a_code(
    make: Maker, flow: AuthFlow, engine: str, sign_in_names: Any
) -> None:
    """A user enrolls, signs in with a code, has the device tracked, and then needs no code."""
    spec = PoolSpec(
        mfa="ON",
        device_tracking=ALWAYS,
        sign_in_names=sign_in_names,
        client_secret=sign_in_names != "username",
    )
    setting = make(spec)
    sign_in, clock = setting.sign_in(engine), setting.target.clock
    person = SignInContext.for_person(setting.person)

    first = sign_in.run(person, flow)
    assert first.steps == (*first_factor(flow), "MFA_SETUP")
    assert first.authenticator is not None

    with_code = replace(person, authenticator=first.authenticator, device_name="phone")
    second = sign_in.run(with_code, flow)
    assert second.steps == (*first_factor(flow), "SOFTWARE_TOKEN_MFA")
    device = devices.track_device(setting.actions, second.tokens.access, second.new_device)

    before = clock.time()
    third = sign_in.run(replace(person, device=device), flow)
    assert third.steps == (*first_factor(flow), "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
    assert third.new_device is None
    assert tokens.unverified_claims(third.tokens.access)["device_key"] == device.key
    assert clock.time() - before < 30

    (listed,) = devices.every_device(setting.actions, third.tokens.access)
    assert listed["DeviceKey"] == device.key
    renewed = tokens.refresh(setting.actions, third.tokens, device_key=device.key)
    assert setting.actions.get_user(renewed.access)["Username"] == third.username


def test_sign_in_works_over_http() -> None:
    """The same holds where the emulator is reached, read and moved over HTTP only."""
    target = ServedTarget(region="eu-west-1", seed=20261122)
    target.start()
    try:
        with Maker(target) as make:
            setting = make(PoolSpec(mfa="ON", device_tracking=ALWAYS, client_secret=True))
            first, device = setting.with_device()
            for _ in range(3):
                setting.run("USER_PASSWORD_AUTH", authenticator=first.authenticator)
            assert "SOFTWARE_TOKEN_MFA" not in setting.run(device=device).steps
    finally:
        target.stop()


@pytest.mark.parametrize("flow", FLOWS)
def test_device_is_asked_for_after_the_code(make: Maker, flow: AuthFlow) -> None:
    """Where a device does not replace MFA, the code comes first and the device after it (D092)."""
    setting = make(PoolSpec(mfa="ON", device_tracking=BESIDES_MFA))
    first, device = setting.with_device()
    result = setting.run(flow, authenticator=first.authenticator, device=device)
    assert result.steps == (
        *first_factor(flow),
        "SOFTWARE_TOKEN_MFA",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
    )


def test_opt_in_device_counts_while_remembered(make: Maker) -> None:
    """An opt-in device counts once the user has said yes, and no more after no."""
    setting = make(PoolSpec(mfa="ON", device_tracking=OPT_IN))
    first = setting.run()
    device, authenticator = first.new_device, first.authenticator
    assert device is not None
    assert devices.confirm_device(setting.actions, first.tokens.access, device)
    assert "SOFTWARE_TOKEN_MFA" in setting.run(authenticator=authenticator, device=device).steps
    devices.remember_device(setting.actions, first.tokens.access, device)
    # Remembered only now, so that one more sign-in with a code has to go by (D100, D101).
    setting.run(authenticator=authenticator, device=device)
    without_code = setting.run(device=device)
    assert "SOFTWARE_TOKEN_MFA" not in without_code.steps
    devices.do_not_remember_device(setting.actions, first.tokens.access, device)
    assert "SOFTWARE_TOKEN_MFA" in setting.run(authenticator=authenticator, device=device).steps


class TestForgottenDevice:
    """A device that Cognito has no record of."""

    @pytest.mark.parametrize("flow", FLOWS)
    def test_refusal_is_shown(self, make: Maker, flow: AuthFlow) -> None:
        """The refusal is shown unless recovery is wanted."""
        setting = make(PoolSpec(device_tracking=ALWAYS))
        result, device = setting.with_device()
        devices.forget_device(setting.actions, result.tokens.access, device)
        with pytest.raises(ClientError, match=r"Device does not exist\."):
            setting.run(flow, device=device)

    @pytest.mark.parametrize("flow", FLOWS)
    def test_recovery_brings_a_new_device(self, make: Maker, flow: AuthFlow) -> None:
        """With recovery the same challenge is answered again, and a new device comes (D106)."""
        setting = make(PoolSpec(device_tracking=ALWAYS))
        result, device = setting.with_device()
        devices.forget_device(setting.actions, result.tokens.access, device)
        recovered = setting.run(flow, device=device, recover_from_unknown_device=True)
        assert recovered.new_device is not None
        assert recovered.new_device.key != device.key


def test_wrong_device_password_is_refused(make: Maker) -> None:
    """A device that does not know its password is refused at the proof (D109)."""
    setting = make(PoolSpec(device_tracking=ALWAYS))
    _, device = setting.with_device()
    impostor = Device(device.key, device.group_key, Secret("another-password"))
    context = SignInContext.for_person(setting.person, device=impostor)
    progress = setting.sign_in().run(context, "USER_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
    with pytest.raises(ClientError, match="Incorrect username or password"):
        setting.sign_in().answer(progress)


def test_invited_person_signs_in(make: Maker) -> None:
    """A person made by an administrator chooses a password, enrolls, and gets a device."""
    setting = make(PoolSpec(mfa="ON", device_tracking=ALWAYS))
    invited = PersonFactory(next(SEEDS), "invited-").make()
    temporary = setting.person.password
    setting.actions.admin_create_user(
        invited.username, temporary_password=temporary, attributes=invited.attributes
    )
    context = SignInContext(invited.username, temporary, new_password=invited.password)
    result = setting.sign_in().run(context, "USER_SRP_AUTH")
    assert result.steps == ("PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "MFA_SETUP")
    assert result.new_device is not None


def test_optional_mfa_asks_only_when_switched_on(make: Maker) -> None:
    """In an OPTIONAL pool a code is asked for once the person has switched it on, until off."""
    setting = make(PoolSpec(mfa="OPTIONAL"))
    result = setting.run()
    assert result.steps == ("PASSWORD_VERIFIER",)
    access = result.tokens.access
    authenticator = mfa.enrol(setting.actions, access, setting.target.clock)
    assert "SOFTWARE_TOKEN_MFA" in setting.run(authenticator=authenticator).steps
    mfa.stop_using_software_token(setting.actions, access)
    assert setting.run().steps == ("PASSWORD_VERIFIER",)


def test_fast_sign_ins_are_not_refused(make: Maker) -> None:
    """However fast they follow each other, no sign-in is refused for its code (A215, A226)."""
    setting = make(PoolSpec(mfa="ON"))
    authenticator = setting.run().authenticator
    assert isinstance(authenticator, Authenticator)
    for _ in range(8):
        setting.run("USER_PASSWORD_AUTH", authenticator=authenticator)


def test_wrong_code_leaves_the_session_usable(make: Maker) -> None:
    """A wrong code leaves the Session usable, so that one challenge is answered twice (A229)."""
    setting = make(PoolSpec(mfa="ON"))
    authenticator = setting.run().authenticator
    context = SignInContext.for_person(setting.person, authenticator=authenticator)
    sign_in = setting.sign_in()
    progress = sign_in.run(context, "USER_SRP_AUTH", "SOFTWARE_TOKEN_MFA")
    responses = sign_in.prepare(progress)
    right = responses["SOFTWARE_TOKEN_MFA_CODE"]
    responses["SOFTWARE_TOKEN_MFA_CODE"] = f"{(int(right) + 1) % 10**6:06}"
    with pytest.raises(ClientError, match="CodeMismatchException"):
        sign_in.submit(progress, responses)
    responses["SOFTWARE_TOKEN_MFA_CODE"] = right
    assert sign_in.submit(progress, responses).done


def test_recovered_password_replaces_the_old_one(make: Maker) -> None:
    """After recovery the new password signs in and the old one does not."""
    setting = make(PoolSpec(sign_in_names="email_alias"))
    changed = recovery.recover_password(
        setting.actions, setting.person, setting.mailbox, Secret("New-Horse-Battery-1")
    )
    with pytest.raises(ClientError, match="Incorrect username or password"):
        setting.run()
    setting.person = changed
    assert setting.run().tokens.expires_in == 3600


def test_rotated_refresh_token_takes_over(make: Maker) -> None:
    """With rotation GetTokensFromRefreshToken brings a refresh token that takes over (A265)."""
    flows = ("ALLOW_USER_SRP_AUTH",)
    spec = PoolSpec(auth_flows=flows, refresh_token_rotation=RefreshTokenRotation())
    setting = make(spec)
    first = setting.run().tokens
    second = tokens.exchange_refresh_token(setting.actions, first)
    assert second.refresh != first.refresh
    third = tokens.exchange_refresh_token(setting.actions, second)
    assert setting.actions.get_user(third.access)["Username"] == setting.person.username


def test_resent_code_confirms(make: Maker) -> None:
    """A code sent again confirms; the mailbox tells it from the first one."""
    setting = make(PoolSpec())
    newcomer = PersonFactory(next(SEEDS), "newcomer-").make()
    sign_up.sign_up(setting.actions, newcomer)
    since = setting.target.clock.time()
    sign_up.resend_code(setting.actions, newcomer, setting.mailbox)
    sign_up.confirm_by_code(setting.actions, newcomer, setting.mailbox, kind="resend", since=since)
    status = setting.actions.admin_get_user(newcomer.username)["UserStatus"]
    assert status == "CONFIRMED"


def test_trace_of_a_sign_in_shows_no_secret(make: Maker) -> None:
    """A trace shows the ladder climbed, Cognito's request ids, and no secret."""
    setting = make(PoolSpec(mfa="ON", device_tracking=ALWAYS, client_secret=True))
    trace = Trace(setting.target.clock)
    with trace.observing(setting.target.client()):
        result, device = setting.with_device()
    text = trace.render()
    assert "USER_SRP_AUTH > PASSWORD_VERIFIER > MFA_SETUP > tokens" in text
    assert [call.operation for call in trace.calls] == [
        "InitiateAuth",
        "RespondToAuthChallenge",
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "RespondToAuthChallenge",
        "ConfirmDevice",
    ]
    assert all(call.request_id for call in trace.calls)
    given = result.tokens
    secrets = [setting.person.password, device.password, given.access, given.id, given.refresh]
    assert setting.pool.app.client_secret is not None
    for secret in (*secrets, setting.pool.app.client_secret):
        assert secret.reveal() not in text + repr(trace.records())


@pytest.mark.parametrize("mfa_configuration", ["OFF", "OPTIONAL", "ON"])
@pytest.mark.parametrize(
    "tracking", [None, *(DeviceTracking(a, b) for a in (True, False) for b in (True, False))]
)
def test_pool_comes_out_as_specified(
    make: Maker, mfa_configuration: Any, tracking: DeviceTracking | None
) -> None:
    """What the service describes is what was specified, in all cases of MFA and tracking."""
    setting = make(PoolSpec(mfa=mfa_configuration, device_tracking=tracking))
    client = setting.target.client()
    described = client.describe_user_pool(UserPoolId=setting.pool.user_pool_id)["UserPool"]
    assert described["MfaConfiguration"] == mfa_configuration
    expected = (
        None
        if tracking is None
        else {
            "ChallengeRequiredOnNewDevice": tracking.challenge_required_on_new_device,
            "DeviceOnlyRememberedOnUserPrompt": tracking.device_only_remembered_on_user_prompt,
        }
    )
    assert described.get("DeviceConfiguration") == expected
    assert described["Name"] == "tests-pool"
    assert described["UserPoolTags"] == {"owner": "tests"}
