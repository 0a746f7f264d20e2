"""InitiateAuth and AdminInitiateAuth: the authentication flows, and who may use which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Parameters, Request
from harness.emulator.domain.attempt import (
    Attempt,
    CustomSignIn,
    check_state,
    presented_device,
)
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import PASSWORD, PASSWORD_SRP, SRP_A, WEB_AUTHN
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.rules.first_factors import available_challenges, require_tier
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.service import Handler, Service
from harness.emulator.sign_in import after_sign_up
from harness.emulator.sign_in.challenges import (
    first_factor_code,
    password,
    select_challenge,
    web_authn,
)
from harness.emulator.sign_in.challenges.custom import next_round
from harness.emulator.sign_in.proceed import proceed
from harness.emulator.sign_in.put import Outcome, Result
from harness.emulator.sign_in.refresh import refreshed, usable_token
from harness.emulator.triggers.sign_in import pre_authentication


@dataclass(frozen=True)
class SignInRequest:
    """One InitiateAuth or AdminInitiateAuth.

    Attributes:
        flow: AuthFlow.
        parameters: AuthParameters.
        session: Session, if the client sent one.
    """

    service: Service
    client: UserPoolClient
    flow: str
    parameters: Parameters = field(repr=False)
    session: str | None = field(default=None, repr=False)

    def named(self, *others: str) -> list[str]:
        """Check SECRET_HASH for USERNAME; return USERNAME and the other parameters (A123)."""
        values = self.parameters.required("USERNAME", *others)
        self.client.require_secret_hash(values[0], self.parameters.get("SECRET_HASH"))
        return values

    def user(self, name: str, password: str | None = None) -> User | None:
        """Call PreAuthentication, and return the user of a name, if any (A100).

        With a password, a user who is in another directory is migrated first (T004).
        """
        if password is not None:
            find_or_migrate(self.service, self.client, name, password)
        user = self.service.user_or_refusal(self.client, name)
        pre_authentication(self.service.triggers, self.client, user, name)
        return self.service.user_or_refusal(self.client, name)

    def device_of(self, user: User) -> TrackedDevice | None:
        """Return the device of DEVICE_KEY (D106)."""
        return presented_device(self.client.pool, user, self.parameters.get("DEVICE_KEY"))

    def available_challenges(self, result: Result) -> dict[str, list[str]]:
        """Return AvailableChallenges, part of the first response in USER_AUTH (N015, N017).

        The tokens that the session of a sign-up leads to come without it.
        """
        after_sign_up = self.session is not None and "AuthenticationResult" in result
        if self.flow != "USER_AUTH" or after_sign_up:
            return {}
        user = self.service.find_user(self.client.pool, self.parameters["USERNAME"])
        return {"AvailableChallenges": list(available_challenges(self.client.pool, user))}


def initiate_auth(service: Service, request: Request) -> dict[str, Any]:
    """Start a sign-in without AWS credentials."""
    return _start(service, request, service.client(request), PUBLIC_FLOWS)


def admin_initiate_auth(service: Service, request: Request) -> dict[str, Any]:
    """Start a sign-in as an administrator."""
    pool = service.pool(request)
    client = service.client_of(pool, request.params["ClientId"])
    return _start(service, request, client, ADMIN_FLOWS)


def _start(
    service: Service, request: Request, client: UserPoolClient, flows: Mapping[str, Flow]
) -> dict[str, Any]:
    flow = request.params["AuthFlow"]
    if flow not in flows:
        raise refusals.auth_method_not_supported()
    if flow not in allowed_flows(client):
        raise refusals.flow_not_enabled(flow)
    parameters = Parameters.given(request.params.get("AuthParameters"))
    session = request.params.get("Session") or None
    sign_in = SignInRequest(service, client, flow, parameters, session)
    with client.pool.lock:
        result = proceed(service, request.caller, flows[flow](sign_in))
        return {**result, **sign_in.available_challenges(result)}


def _password_auth(sign_in: SignInRequest) -> Outcome:
    """Start USER_PASSWORD_AUTH or an administrator's flow with a plain password."""
    username, plain_password = sign_in.named("PASSWORD")
    named_user = sign_in.user(username, plain_password)
    user = password.check_password(sign_in.service, sign_in.client, named_user, plain_password)
    return Attempt.begin(sign_in.client, user, user.username, sign_in.device_of(user))


def _srp_auth(sign_in: SignInRequest) -> Outcome:
    """Start USER_SRP_AUTH (D042)."""
    username, srp_a = sign_in.named("SRP_A")
    sign_in.user(username)
    device_key = sign_in.parameters.get("DEVICE_KEY")
    return password.put(sign_in.service, sign_in.client, username, srp_a, device_key)


def _refresh_auth(sign_in: SignInRequest) -> Outcome:
    """Carry out REFRESH_TOKEN_AUTH; SECRET_HASH uses the internal username (A122, A260)."""
    (text,) = sign_in.parameters.required("REFRESH_TOKEN")
    secret_hash = sign_in.parameters.get("SECRET_HASH")
    client = sign_in.client
    if client.is_confidential and secret_hash is None:
        raise refusals.secret_hash_missing(client.client_id)
    token = usable_token(sign_in.service, client, text, sign_in.parameters.get("DEVICE_KEY"))
    wrong = refusals.refresh_secret_hash_wrong
    client.require_secret_hash(token.grant.user.username, secret_hash, wrong)
    result = refreshed(sign_in.service, client, token.grant)
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


def _custom_auth(sign_in: SignInRequest) -> Outcome:
    """Start CUSTOM_AUTH, with the password first if the client asks for it.

    A pool without a Define trigger refuses it (A110). PreAuthentication runs only if the password
    comes first: https://github.com/aws-amplify/amplify-js/issues/5318
    """
    if not sign_in.service.triggers.runs(sign_in.client.pool, "DefineAuthChallenge"):
        raise refusals.custom_auth_not_configured()
    if sign_in.parameters.get("CHALLENGE_NAME") == SRP_A:
        username, srp_a = sign_in.named("SRP_A")
        return _custom_rounds(sign_in, username, sign_in.user(username), srp_a)
    (username,) = sign_in.named()
    user = sign_in.service.user_or_refusal(sign_in.client, username)
    return _custom_rounds(sign_in, username, user, None)


def _custom_rounds(
    sign_in: SignInRequest, name: str, user: User | None, srp_a: str | None
) -> Outcome:
    rounds = CustomRounds.begin(with_password=srp_a is not None)
    attempt = None
    if user is not None:
        check_state(sign_in.client, user)
        device = sign_in.device_of(user) if srp_a is None else None
        attempt = Attempt.begin(sign_in.client, user, user.username, device)
        attempt = replace(attempt, custom=rounds)
    custom = CustomSignIn(
        client=sign_in.client,
        name=user.username if user else name,
        attempt=attempt,
        rounds=rounds,
        srp_a=srp_a,
        device_key=sign_in.parameters.get("DEVICE_KEY"),
    )
    return next_round(sign_in.service, custom)


def _user_auth(sign_in: SignInRequest) -> Outcome:
    """Start USER_AUTH with the preferred first factor, or put SELECT_CHALLENGE (A185, A190).

    A preference that the user cannot use gives the list (N018), and so does a value that is no
    first factor. The session of a sign-up that was just confirmed replaces the first factor if its
    code could have been one; the AuthParameters of the factors do not count then (A009, N024).
    """
    require_tier(sign_in.client.pool)
    for name in _STEP_UP:
        if name in sign_in.parameters:
            raise refusals.not_emulated(f"{name} in AuthParameters")
    (username,) = sign_in.named()
    preferred = sign_in.parameters.get("PREFERRED_CHALLENGE", "")
    if sign_in.session is None:
        sign_in.parameters.required(*_NEEDED.get(preferred, ()))
        handed_over = sign_in.parameters["PASSWORD"] if preferred == PASSWORD else None
        user = sign_in.user(username, handed_over)
        return _begin_choice(sign_in, user, username, preferred)
    user = sign_in.user(username)
    proven = after_sign_up.sign_in(sign_in.service, sign_in.client, user, sign_in.session)
    if proven is not None:
        return proven
    sign_in.parameters.required(*_NEEDED.get(preferred, ()))
    return _begin_choice(sign_in, user, username, preferred)


def _begin_choice(
    sign_in: SignInRequest, user: User | None, username: str, preferred: str
) -> Outcome:
    client = sign_in.client
    if user is not None:
        check_state(client, user)
    choice = select_challenge.begin(client, user, username, sign_in.parameters.get("DEVICE_KEY"))
    if preferred not in available_challenges(client.pool, user):
        return select_challenge.put(sign_in.service, choice)
    if preferred in _BY_PASSWORD:
        return _BY_PASSWORD[preferred](sign_in, user)
    put = web_authn.put if preferred == WEB_AUTHN else first_factor_code.put
    return put(sign_in.service, replace(choice, factor=preferred))


def _preferred_password(sign_in: SignInRequest, user: User | None) -> Outcome:
    plain_password = sign_in.parameters["PASSWORD"]
    proven = password.check_password(sign_in.service, sign_in.client, user, plain_password)
    return Attempt.begin(sign_in.client, proven, proven.username, sign_in.device_of(proven))


def _preferred_srp(sign_in: SignInRequest, _user: User | None) -> Outcome:
    username, srp_a = sign_in.parameters.required("USERNAME", "SRP_A")
    device_key = sign_in.parameters.get("DEVICE_KEY")
    service, client = sign_in.service, sign_in.client
    return password.put_with_session(service, client, username, srp_a, device_key)


Flow = Callable[[SignInRequest], Outcome]

#: The members for step-up authentication (N058), which is documented, but was not deployed when it
#: was tried (N059).
_STEP_UP = ("TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE")
#: What a preferred password must bring with it (N019).
_NEEDED = {PASSWORD: ("PASSWORD",), PASSWORD_SRP: ("SRP_A",)}
_BY_PASSWORD: dict[str, Callable[[SignInRequest, User | None], Outcome]] = {
    PASSWORD: _preferred_password,
    PASSWORD_SRP: _preferred_srp,
}
_COMMON_FLOWS: dict[str, Flow] = {
    "USER_SRP_AUTH": _srp_auth,
    "REFRESH_TOKEN_AUTH": _refresh_auth,
    "REFRESH_TOKEN": _refresh_auth,
    "CUSTOM_AUTH": _custom_auth,
    "USER_AUTH": _user_auth,
}
#: The flows of InitiateAuth and AdminInitiateAuth; they do not support any others (A112).
PUBLIC_FLOWS: dict[str, Flow] = {**_COMMON_FLOWS, "USER_PASSWORD_AUTH": _password_auth}
ADMIN_FLOWS: dict[str, Flow] = {
    **_COMMON_FLOWS,
    "ADMIN_USER_PASSWORD_AUTH": _password_auth,
    "ADMIN_NO_SRP_AUTH": _password_auth,
}

OPERATIONS: dict[str, Handler] = {
    "InitiateAuth": initiate_auth,
    "AdminInitiateAuth": admin_initiate_auth,
}
