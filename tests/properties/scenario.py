"""A long scenario on one emulator: from sign-up to device sign-in, with errors in between."""

from __future__ import annotations

from typing import Any, cast

from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX
from harness.srp.client import ClientExchange, make_device_verifier
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs
from tests.emulator.support.walker import (
    DEVICE_PASSWORD,
    OPT_IN,
    Device,
    Walker,
    new_client,
    new_pool,
)
from tests.properties.transports import Connection, as_json

#: The client's secret exponent, the same for every transport.
_EXPONENT = int("c0ffee" * 10, 16)
_DEVICE_SALT = int("5a17" * 8, 16)


def run_scenario(side: Connection) -> None:
    """Run the whole scenario; every transport must get the same responses."""
    alice = _signed_up(side)
    tokens = _enrolled(side, alice)
    device = _tracked(side, alice, tokens)
    _signed_in_by_device(side, alice, device)
    _recovered(side, alice)
    _administered(side, alice)
    if side.url:
        _raw(side)
    _ended(side, alice)


def _signed_up(side: Connection) -> Walker:
    engine = cast(Engine, side)
    settings: dict[str, Any] = {"AliasAttributes": ["email"], "devices": OPT_IN}
    pool_id = new_pool(engine, mfa="OPTIONAL", **settings)
    client = new_client(engine, pool_id, GenerateSecret=True)
    alice = Walker(engine, pool_id, client["ClientId"], client_secret=client["ClientSecret"])
    alice.exchange = ClientExchange(secret=_EXPONENT)
    names = {"ClientId": alice.client_id, "Username": "alice"}
    hashed = {**names, "SecretHash": alice.secret_hash("alice")}
    who = {"Password": PASSWORD, "UserAttributes": pairs(email="alice@example.com")}
    assert side.refused("SignUp", **names, **who) == "NotAuthorizedException"
    assert side.refused("SignUp", **hashed, Password="short") == "InvalidPasswordException"
    side.call("SignUp", {**hashed, **who})
    assert side.refused("SignUp", **hashed, **who) == "UsernameExistsException"
    assert side.refused("ConfirmSignUp", **hashed, ConfirmationCode="x") == "CodeMismatchException"
    side.call("ResendConfirmationCode", hashed)
    code = side.outbox.messages(username="alice")[0].code
    side.call("ConfirmSignUp", {**hashed, "ConfirmationCode": code})
    assert side.refused("ConfirmSignUp", **hashed, ConfirmationCode=code)
    return alice


def _enrolled(side: Connection, alice: Walker) -> dict[str, Any]:
    """Sign in by SRP and set up TOTP; return the tokens of a sign-in with MFA."""
    wrong = alice.proof(alice.start_srp(), password=OTHER_PASSWORD)
    _refused_answer(side, alice, "PASSWORD_VERIFIER", "NotAuthorizedException", **wrong)
    first = alice.by_srp()["AuthenticationResult"]
    access = {"AccessToken": first["AccessToken"]}
    side.call("GetUser", access)
    assert side.refused("VerifySoftwareToken", **access, UserCode="12345")
    secret = alice.enrol(first)
    challenge = alice.by_srp()
    session = challenge["Session"]
    code = alice.code(secret)
    other = f"{(int(code) + 1) % 1_000_000:06d}"
    totp = "SOFTWARE_TOKEN_MFA"
    codes = {"SOFTWARE_TOKEN_MFA_CODE": other}
    _refused_answer(side, alice, totp, "CodeMismatchException", session, **codes)
    tokens: dict[str, Any] = alice.by_totp(challenge, secret)["AuthenticationResult"]
    codes = {"SOFTWARE_TOKEN_MFA_CODE": code}
    _refused_answer(side, alice, totp, "NotAuthorizedException", session, **codes)
    return tokens


def _refused_answer(
    side: Connection,
    alice: Walker,
    challenge: str,
    error: str,
    session: str | None = None,
    **responses: str | None,
) -> None:
    """Respond to a challenge wrongly."""
    given = {"USERNAME": "alice", "SECRET_HASH": alice.secret_hash("alice"), **responses}
    params: dict[str, Any] = {"ClientId": alice.client_id, "ChallengeName": challenge}
    if session is not None:
        params["Session"] = session
    answers = {name: value for name, value in given.items() if value is not None}
    assert side.refused("RespondToAuthChallenge", **params, ChallengeResponses=answers) == error


def _tracked(side: Connection, alice: Walker, tokens: dict[str, Any]) -> Device:
    metadata = tokens["NewDeviceMetadata"]
    key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
    access = {"AccessToken": tokens["AccessToken"]}
    verifier = make_device_verifier(group_key, key, DEVICE_PASSWORD, salt=_DEVICE_SALT)
    config = {"Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier}
    named = {**access, "DeviceKey": key}
    assert side.refused("ConfirmDevice", **named) == "InvalidParameterException"
    given = {**named, "DeviceSecretVerifierConfig": config, "DeviceName": "phone"}
    side.call("ConfirmDevice", given)
    assert side.refused("ConfirmDevice", **given) == "DeviceKeyExistsException"
    assert side.refused("GetDevice", **named) == "ResourceNotFoundException"
    device = Device(key, group_key)
    alice.remember(tokens, device)
    side.call("GetDevice", named)
    side.call("ListDevices", access)
    return device


def _signed_in_by_device(side: Connection, alice: Walker, device: Device) -> None:
    side.clock.advance(60)
    tokens = alice.by_device(device, alice.by_srp(DEVICE_KEY=device.key))["AuthenticationResult"]
    refresh = {
        "REFRESH_TOKEN": tokens["RefreshToken"],
        "DEVICE_KEY": device.key,
        "SECRET_HASH": alice.secret_hash("alice"),
    }
    side.clock.advance(3_601)
    old = {"AccessToken": tokens["AccessToken"]}
    assert side.refused("GetUser", **old) == "NotAuthorizedException"
    flow = {"ClientId": alice.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    fresh = side.call("InitiateAuth", {**flow, "AuthParameters": refresh})["AuthenticationResult"]
    del refresh["DEVICE_KEY"]
    assert side.refused("InitiateAuth", **flow, AuthParameters=refresh) == "NotAuthorizedException"
    access = {"AccessToken": fresh["AccessToken"]}
    changes = pairs(email="alice@example.org", name="Älice")
    side.call("UpdateUserAttributes", {**access, "UserAttributes": changes})
    code = side.outbox.messages(username="alice")[0].code
    side.call("VerifyUserAttribute", {**access, "AttributeName": "email", "Code": code})
    side.call("ForgetDevice", {**access, "DeviceKey": device.key})
    secret = {"Token": tokens["RefreshToken"], "ClientSecret": alice.client_secret}
    side.call("RevokeToken", {"ClientId": alice.client_id, **secret})
    assert side.refused("GetUser", **access) == "NotAuthorizedException"


def _recovered(side: Connection, alice: Walker) -> None:
    names = {"ClientId": alice.client_id, "Username": "alice"}
    hashed = {**names, "SecretHash": alice.secret_hash("alice")}
    side.call("ForgotPassword", hashed)
    code = side.outbox.messages(username="alice", kind="forgot_password")[0].code
    given = {**hashed, "Password": OTHER_PASSWORD}
    assert side.refused("ConfirmForgotPassword", **given, ConfirmationCode="0")
    side.call("ConfirmForgotPassword", {**given, "ConfirmationCode": code})
    side.clock.advance(3_601)
    alice.password = OTHER_PASSWORD
    assert alice.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def _administered(side: Connection, alice: Walker) -> None:
    pool = {"UserPoolId": alice.user_pool_id}
    side.call("CreateGroup", {**pool, "GroupName": "staff", "Precedence": 1})
    alice.administer("AdminAddUserToGroup", GroupName="staff")
    for number in range(3):
        mail = pairs(email=f"{number}@example.com")
        side.call("AdminCreateUser", {**pool, "Username": f"user-{number}", "UserAttributes": mail})
    page = side.call("ListUsers", {**pool, "Limit": 3})
    side.call("ListUsers", {**pool, "PaginationToken": page["PaginationToken"]})
    side.call("ListUsers", {**pool, "Filter": 'email ^= "2"'})
    assert side.refused("ListUsers", **pool, Filter="email = x") == "InvalidParameterException"
    assert side.refused("AdminGetUser", **pool, Username="nobody") == "UserNotFoundException"
    assert side.refused("AdminGetUser", UserPoolId="?", Username="") == "InvalidParameterException"
    assert side.refused("AdminGetUser", **pool, Username=1) == "SerializationException"
    for operation in ("AdminGetUser", "AdminListDevices", "AdminListGroupsForUser"):
        alice.administer(operation)
    for operation in ("DescribeUserPool", "GetUserPoolMfaConfig", "ListUserPoolClients"):
        side.call(operation, pool)


def _raw(side: Connection) -> None:
    """Send what no SDK sends: broken bodies, forms, unknown operations, foreign targets."""
    for body in (b"", b"{", b"[]", b"\xff", b"a=b&c=d", as_json({"ClientId": None})):
        side.post(f"{TARGET_PREFIX}SignUp", body)
        side.post(f"{TARGET_PREFIX}SignUp", body, **{"Content-Type": "text/plain"})
    for target in (f"{TARGET_PREFIX}Nothing", f"{TARGET_PREFIX}ListUserPools", TARGET_PREFIX):
        side.post(target, b"{}")
    broken = {"Authorization": "AWS4-HMAC-SHA256 Credential=a"}
    side.post(f"{TARGET_PREFIX}ListUserPools", b"{}", **broken)
    side.post(
        f"{TARGET_PREFIX}GetUser", as_json({"AccessToken": "a.b.c"}), Authorization="Bearer x"
    )


def _ended(side: Connection, alice: Walker) -> None:
    alice.administer("AdminUserGlobalSignOut")
    alice.administer("AdminDisableUser")
    assert side.refused("DeleteUserPool", UserPoolId="us-east-1_none")
    alice.administer("AdminDeleteUser")
    side.call("DeleteUserPool", {"UserPoolId": alice.user_pool_id})
