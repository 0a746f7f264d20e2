"""The model of tracked devices: their proof at sign-in, and how they are managed."""

from __future__ import annotations

from dataclasses import replace

from tests.properties.model.case import (
    DEVICE_KEY_EXISTS,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    NOT_FOUND,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    administrators_client,
    authorized,
    client_proof,
    goes_on,
    may_sign_in,
    own_device,
    proof_of,
    user_named,
    user_of_pool,
)
from tests.properties.model.demands import DEVICE_PASSWORD_VERIFIER, DEVICE_SRP_AUTH
from tests.properties.model.progress import follow
from tests.properties.model.records import Account, Client, Device, Pending
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World


def device_srp_auth(world: World, params: Params) -> Case:
    """DEVICE_SRP_AUTH: a sign-in must be waiting for the device; Session is optional (D103)."""
    case, client = Case(), world.clients[params["ClientId"]]
    account, given = _asked_by(world, case, client, params)
    if account is None:
        return case
    device = _remembered(world, case, account, params["ChallengeResponses"]["DEVICE_KEY"])
    waiting = _waiting(world, client, account, device)
    own = given if given in waiting else None
    pending = own or (waiting[-1] if waiting else None)
    spent = pending is None and given is not None and given.spent
    case.refuse(Rule.SESSION_ONCE, spent, NOT_AUTHORIZED)
    if case.refuse(Rule.DEVICE_WAITED_FOR, pending is None, NOT_AUTHORIZED) or pending is None:
        return case
    # Without a session, only the newest of several is certain to be found.
    newest = [p for p in world.pendings if _is_for(p, client, account, device)][-1]
    case.perhaps(own is None and newest is not pending, NOT_AUTHORIZED)
    assert pending.progress is not None
    goes_on(case, pending.progress)
    progress = pending.progress

    def accepted(answer: Answer) -> None:
        if answer["ChallengeName"] != DEVICE_PASSWORD_VERIFIER:
            raise Finding("not DEVICE_PASSWORD_VERIFIER", [Rule.ORDER])
        assert device is not None
        pending.spent = True
        parameters = answer["ChallengeParameters"]
        block = world.block(device.group_key, device.key, parameters)
        expires = world.now + client.session_seconds
        world.put(
            Pending(
                challenge=DEVICE_PASSWORD_VERIFIER,
                client=client,
                progress=progress,
                expires=expires,
                session=answer["Session"],
                block=block,
                admin=progress.admin,
            )
        )

    case.then = accepted
    return case


def _asked_by(
    world: World, case: Case, client: Client, params: Params
) -> tuple[Account | None, Pending | None]:
    """Return who responds, and the session: any of the same user and client (section D, 2)."""
    responses = params["ChallengeResponses"]
    administrators_client(case, client, params)
    client_proof(case, client, responses["USERNAME"], responses.get("SECRET_HASH"))
    account = user_named(case, client, responses["USERNAME"])
    if account is None:
        return None, None
    case.account = account
    may_sign_in(case, client, account)
    text = params.get("Session")
    given = world.sessions.get(text) if text else None
    case.refuse(Rule.SESSION, text is not None and given is None, NOT_AUTHORIZED)
    if given is not None:
        whose = given.progress.account if given.progress else None
        foreign = given.client is not client or whose is not account
        case.refuse(Rule.SESSION_OWNER, foreign, NOT_AUTHORIZED)
        case.refuse(Rule.SESSION_ENDS, world.now >= given.expires, NOT_AUTHORIZED)
    return account, given


def _remembered(world: World, case: Case, account: Account, key: str) -> Device | None:
    device = own_device(world, case, account, key)
    unremembered = device is not None and not device.remembered
    case.refuse(Rule.DEVICE_REMEMBERED, unremembered, NOT_FOUND)
    return device


def _waiting(
    world: World, client: Client, account: Account, device: Device | None
) -> list[Pending]:
    return [
        pending
        for pending in world.pendings
        if _is_for(pending, client, account, device)
        and not pending.spent
        and world.now < pending.expires
    ]


def _is_for(pending: Pending, client: Client, account: Account, device: Device | None) -> bool:
    progress = pending.progress
    return (
        pending.challenge == DEVICE_SRP_AUTH
        and pending.client is client
        and progress is not None
        and progress.account is account
        and device is not None
        and progress.device is device
    )


def device_password_verifier(world: World, params: Params) -> Case:
    """DEVICE_PASSWORD_VERIFIER: the proof counts only in the sign-in of its challenge."""
    case, client = Case(), world.clients[params["ClientId"]]
    account, _ = _asked_by(world, case, client, params)
    responses = params["ChallengeResponses"]
    pending = world.blocks.get(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
    progress = pending.progress if pending else None
    if account is None or pending is None or progress is None:
        case.refuse(Rule.CHALLENGE, True, NOT_AUTHORIZED)
        return case
    foreign = pending.challenge != DEVICE_PASSWORD_VERIFIER or pending.client is not client
    case.refuse(Rule.CHALLENGE, foreign or progress.account is not account, NOT_AUTHORIZED)
    case.refuse(Rule.CHALLENGE_ONCE, pending.spent, NOT_AUTHORIZED)
    case.refuse(Rule.CHALLENGE_ENDS, world.now >= pending.expires, NOT_AUTHORIZED)
    goes_on(case, progress)
    case.account = account
    device = _remembered(world, case, account, responses["DEVICE_KEY"])
    case.refuse(Rule.CHALLENGE, progress.device is not device, NOT_AUTHORIZED)
    secret = progress.device.password if progress.device else None
    proof_of(world, case, pending, secret, responses)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        follow(world, replace(progress, passed=progress.passed | {"device"}), answer)

    case.then = accepted
    return case


def confirm_device(world: World, params: Params) -> Case:
    """ConfirmDevice: the user's own new device, once (D066, D081).

    A verifier of something else is accepted too, but then the device can never be proven (B7).
    """
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    device = world.devices.get(params["DeviceKey"])
    wrong = device is None or device.account is not account or device.forgotten
    wrong = wrong or (device is not None and device.bound_to != account.name)
    if case.refuse(Rule.DEVICE_NEW, wrong, INVALID_PARAMETER) or device is None:
        return case
    case.refuse(Rule.DEVICE_NEW, device.confirmed, DEVICE_KEY_EXISTS)
    tracking = account.pool.tracking
    assert tracking is not None

    def accepted(answer: Answer) -> None:
        if answer["UserConfirmationNecessary"] is not tracking.asks_user:
            raise Finding("UserConfirmationNecessary is wrong", [Rule.RECORD])
        device.confirmed, device.remembered = True, not tracking.asks_user
        made_for = world.verifiers[params["DeviceSecretVerifierConfig"]["PasswordVerifier"]]
        device.password = secret_of(device) if made_for == device.key else None

    case.then = accepted
    return case


def secret_of(device: Device) -> str:
    """Return the password that every client here uses for a device."""
    return f"secret of {device.key}"


def update_device_status(world: World, params: Params) -> Case:
    """UpdateDeviceStatus and AdminUpdateDeviceStatus (D067)."""
    case, device = _device_of(world, params)
    if device is not None:
        remembered = params["DeviceRememberedStatus"] == "remembered"
        case.then = lambda _answer: _set(device, remembered=remembered)
    return case


def _set(device: Device, *, remembered: bool) -> None:
    device.remembered = remembered


def get_device(world: World, params: Params) -> Case:
    """GetDevice shows remembered devices, AdminGetDevice shows all (D078)."""
    case, device = _device_of(world, params)
    hidden = "AccessToken" in params and device is not None and not device.remembered
    case.refuse(Rule.DEVICE_REMEMBERED, hidden, NOT_FOUND)
    return case


def forget_device(world: World, params: Params) -> Case:
    """ForgetDevice and AdminForgetDevice (D124)."""
    case, device = _device_of(world, params)
    if device is not None:
        case.then = lambda _answer: _forget(device)
    return case


def _forget(device: Device) -> None:
    device.forgotten, device.remembered = True, False
    del device.account.devices[device.key]


def _device_of(world: World, params: Params) -> tuple[Case, Device | None]:
    case = Case()
    if "AccessToken" in params:
        account = authorized(world, case, params["AccessToken"])
    else:
        account = case.account = user_of_pool(world, case, params)
    if account is None:
        return case, None
    return case, own_device(world, case, account, params["DeviceKey"])
