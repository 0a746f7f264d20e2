"""The lean client: it answers as a boto3 client does, and says no to what needs a signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.clock import SystemClock, VirtualClock
from harness.emulator.server import EmulatorServer
from harness.flows import devices, mfa, recovery, sign_up, tokens
from harness.flows.actions import Actions
from harness.flows.pacing import OwnSlots, Pacer
from harness.flows.sign_in import SignIn, SignInContext
from harness.flows.trace import Trace
from harness.flows.usage import UsageMeter
from harness.load.flow_names import Kind
from harness.load.public_operations import PUBLIC_OPERATIONS, NeedsSignature
from harness.load.transport import lean_client
from harness.redaction import Secret
from harness.srp.engines import NativeEngine
from harness.targets.control import ControlSurface
from harness.users.device import Device
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox
from harness.users.person import PersonFactory
from tests.load.pool import NAMESPACE, REGION, LoadPool

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

THIRD = Secret("Third-horse-9")
_EVENT = "after-call.cognito-identity-provider"
_MODEL = botocore.session.get_session().get_service_model("cognito-idp")
_PUBLIC = sorted(
    name for name in _MODEL.operation_names if _MODEL.operation_model(name).auth_type == "none"
)
#: What botocore notes of its own attempts, which a lean client does not make.
_BOOKKEEPING = {"MaxAttemptsReached"}
#: One text for each member, long enough for all of them.
_TEXT = "a-text-of-more-than-twenty-letters"
_VALID = {"AuthFlow": "USER_SRP_AUTH", "ChallengeName": "SMS_MFA", "UserCode": "123456"}


@pytest.fixture
def lean(server: EmulatorServer) -> Iterator[CognitoIdentityProviderClient]:
    """A lean client of the emulator."""
    client = lean_client(server.url, REGION)
    yield client
    client.close()


@pytest.fixture
def unsigned(server: EmulatorServer) -> Iterator[CognitoIdentityProviderClient]:
    """A boto3 client of the emulator that signs no request."""
    once: Any = {"total_max_attempts": 1, "mode": "standard"}
    config = Config(signature_version=UNSIGNED, retries=once)
    client: CognitoIdentityProviderClient = boto3.client(
        "cognito-idp", region_name=REGION, endpoint_url=server.url, config=config
    )
    yield client
    client.close()


def live(client: CognitoIdentityProviderClient, pool: LoadPool) -> list[tuple[str, Any]]:
    """Lead a user's life, from sign-up to the end, and return each operation with its response."""
    heard: list[tuple[str, Any]] = []
    client.meta.events.register(
        _EVENT, lambda model, parsed, **_: heard.append((model.name, parsed))
    )
    actions, clock = Actions(client, pool.app), SystemClock()
    mailbox = OutboxMailbox(served_outbox(pool.url), pool.app.user_pool_id, clock)
    person = PersonFactory(len(str(type(client))), NAMESPACE).make()
    sign_in = SignIn(actions, NativeEngine(), clock)
    sign_up.sign_up(actions, person)
    sign_up.resend_code(actions, person, mailbox)
    sign_up.confirm_by_code(actions, person, mailbox, kind="resend")
    person = recovery.recover_password(actions, person, mailbox, Secret("Second-horse-8"))
    first = sign_in.run(SignInContext.for_person(person), "USER_SRP_AUTH")
    app = mfa.enrol(actions, first.tokens.access, clock)
    second = sign_in.run(SignInContext.for_person(person, authenticator=app), "USER_SRP_AUTH")
    device = devices.track_device(actions, second.tokens.access, second.new_device)
    devices.remember_device(actions, second.tokens.access, device)
    actions.get_device(second.tokens.access, device.key)
    assert list(devices.every_device(actions, second.tokens.access))
    tokens.refresh(actions, second.tokens, device_key=device.key)
    change_account(client, mailbox, person.username, second.tokens.access.reveal())
    person = person.with_password(THIRD)
    context = SignInContext.for_person(person, device=device)
    actions.revoke_token(second.tokens.refresh)
    actions.global_sign_out(sign_in.run(context, "USER_SRP_AUTH").tokens.access)
    access = sign_in.run(context, "USER_SRP_AUTH").tokens.access
    devices.forget_device(actions, access, device)
    client.delete_user(AccessToken=access.reveal())
    return heard


def change_account(
    client: CognitoIdentityProviderClient, mailbox: OutboxMailbox, username: str, access: str
) -> None:
    """Read and change what an account has, and its password in the end."""
    client.get_user(AccessToken=access)
    client.get_user_attribute_verification_code(AccessToken=access, AttributeName="email")
    code = mailbox.newest_code(username).value.reveal()
    client.verify_user_attribute(AccessToken=access, AttributeName="email", Code=code)
    nickname: Any = [{"Name": "nickname", "Value": "Lee"}]
    client.update_user_attributes(AccessToken=access, UserAttributes=nickname)
    client.delete_user_attributes(AccessToken=access, UserAttributeNames=["nickname"])
    client.change_password(
        AccessToken=access, PreviousPassword="Second-horse-8", ProposedPassword=THIRD.reveal()
    )


def alike(ours: Any, theirs: Any) -> Any:
    """Return the first difference of two responses; texts and moments may differ."""
    if type(ours) is not type(theirs):
        return ours, theirs
    if isinstance(ours, dict):
        if ours.keys() != theirs.keys() - _BOOKKEEPING:
            return ours.keys() ^ theirs.keys()
        return next(filter(None, (alike(ours[name], theirs[name]) for name in ours)), None)
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return ours, theirs
        return next(filter(None, map(alike, ours, theirs)), None)
    return None if isinstance(ours, str | datetime) or ours == theirs else (ours, theirs)


def sample(shape: Any) -> Any:
    """Return a value that boto3 lets pass for a shape of its model."""
    if shape.type_name == "structure":
        return {
            name: _VALID.get(name) or sample(member)
            for name, member in shape.members.items()
            if name in shape.required_members or name in _VALID
        }
    if shape.type_name == "list":
        return [sample(shape.member)]
    if shape.type_name == "map":
        return {}
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return {"boolean": True, "integer": 1}.get(shape.type_name, _TEXT)


def outcome(call: Callable[..., Any], parameters: dict[str, Any]) -> tuple[str, Any]:
    """Return the text of the error of a call, and its response."""
    try:
        return "", call(**parameters)
    except ClientError as error:
        # Of an error that botocore could repeat but may not, it says so.
        return str(error).replace(" (reached max retries: 0)", ""), error.response


def test_every_public_operation_is_known() -> None:
    """What boto3's model says needs no signature is what the lean client sends."""
    assert {xform_name(name): name for name in _PUBLIC}.items() <= PUBLIC_OPERATIONS.items()
    signed = {xform_name(name) for name in _MODEL.operation_names} - {
        xform_name(name) for name in _PUBLIC
    }
    assert not signed & set(PUBLIC_OPERATIONS)


def test_responses_are_those_of_boto3(
    lean: CognitoIdentityProviderClient,
    unsigned: CognitoIdentityProviderClient,
    load_pool: LoadPool,
) -> None:
    """A user's life has the same responses, member for member and type for type."""
    ours, theirs = live(lean, load_pool), live(unsigned, load_pool)
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    different = {
        name: found
        for (name, mine), (_, other) in zip(ours, theirs, strict=True)
        if (found := alike(mine, other))
    }
    assert not different


@pytest.mark.parametrize("operation", _PUBLIC)
def test_errors_are_those_of_boto3(
    lean: CognitoIdentityProviderClient,
    unsigned: CognitoIdentityProviderClient,
    load_pool: LoadPool,
    operation: str,
) -> None:
    """Every public operation, called with nonsense, has the same error from both clients."""
    name, parameters = xform_name(operation), sample(_MODEL.operation_model(operation).input_shape)
    if "ClientId" in parameters:
        parameters["ClientId"] = load_pool.app.client_id
    if "UserPoolId" in parameters:
        parameters["UserPoolId"] = load_pool.app.user_pool_id
    ours, response = outcome(getattr(lean, name), parameters)
    theirs, expected = outcome(getattr(unsigned, name), parameters)
    assert ours == theirs
    assert not alike(response, expected)


def test_a_device_is_described_alike(
    lean: CognitoIdentityProviderClient, load_pool: LoadPool
) -> None:
    """What is only read is equal to the last second, dates included."""
    person = load_pool.person("reader", Kind.DEVICE)
    assert person.device is not None
    context = SignInContext(
        "reader",
        person.password,
        device=Device(person.device.key, person.device.group_key, person.device.password),
    )
    sign_in = SignIn(Actions(lean, load_pool.app), NativeEngine(), SystemClock())
    access = sign_in.run(context, "USER_SRP_AUTH").tokens.access.reveal()
    for client in (lean, load_pool.client):
        found = client.list_devices(AccessToken=access)
        assert found["Devices"] == load_pool.client.list_devices(AccessToken=access)["Devices"]
        assert isinstance(found["Devices"][0]["DeviceCreateDate"], datetime)
    ours, theirs = (one.get_user(AccessToken=access) for one in (lean, load_pool.client))
    assert ours["UserAttributes"] == theirs["UserAttributes"]


@pytest.mark.parametrize("name", ["admin_create_user", "list_users", "exceptions", "no_such"])
def test_what_needs_a_signature_is_refused(lean: CognitoIdentityProviderClient, name: str) -> None:
    """One line names the operation, before anything is sent."""
    with pytest.raises(NeedsSignature, match=f"^{name} is not an operation without a signature"):
        getattr(lean, name)


def test_a_trace_records_and_redacts(
    lean: CognitoIdentityProviderClient, load_pool: LoadPool
) -> None:
    """A trace of a lean client has its calls, and no secret."""
    trace, meter = Trace(SystemClock()), UsageMeter()
    meter.attach(lean)
    person = load_pool.person("traced", Kind.PASSWORD)
    with trace.observing(lean):
        actions = Actions(lean, load_pool.app)
        context = SignInContext("traced", person.password)
        SignIn(actions, NativeEngine(), SystemClock()).run(context, "USER_SRP_AUTH")
        with pytest.raises(ClientError):
            actions.initiate_auth("USER_PASSWORD_AUTH", {"USERNAME": "traced", "PASSWORD": "x"})
    assert [call.operation for call in trace.calls] == [
        "InitiateAuth",
        "RespondToAuthChallenge",
        "InitiateAuth",
    ]
    assert all(call.request_id and call.latency_seconds > 0 for call in trace.calls)
    assert person.password.reveal() not in trace.render()
    assert meter.usage.calls["UserAuthentication"] == 2


def test_a_pacer_repeats_throttled_calls(
    server: EmulatorServer, lean: CognitoIdentityProviderClient, load_pool: LoadPool
) -> None:
    """A throttled call is sent again, and its response counts the retries."""
    fault = {"operation": "SignUp", "code": "TooManyRequestsException", "message": "Rate exceeded"}
    ControlSurface(server.url).plan_fault({**fault, "status": 400, "times": 2})
    pacer = Pacer(OwnSlots(), VirtualClock(), place="here", share=1.0)
    pacer.attach(lean)
    found = Actions(lean, load_pool.app).sign_up("paced", "Correct-horse-7", {"email": "a@b.co"})
    assert found["ResponseMetadata"]["RetryAttempts"] == 2
    assert pacer.throttled == {"SignUp": 2}
