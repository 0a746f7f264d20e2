"""InitiateAuth and AdminInitiateAuth: the flows, and who may use which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.parameters import Parameters
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.domain.custom_rounds import CustomRounds, CustomSignIn
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import SELECT_CHALLENGE, SRP_A
from harness.emulator.domain.pools import AppClient
from harness.emulator.domain.users import User
from harness.emulator.engine import Caller, Engine, Request
from harness.emulator.rules.secret_hash import require_secret_hash
from harness.emulator.sign_in import after_sign_up
from harness.emulator.sign_in.challenges.custom import next_round
from harness.emulator.sign_in.first_factor import check_password, check_state, find_user, start_srp
from harness.emulator.sign_in.refresh import refreshed, usable_token
from harness.emulator.stores.sessions import Session
from harness.emulator.triggers.sign_in import pre_authentication


@dataclass(frozen=True)
class SignInRequest:
    """One InitiateAuth or AdminInitiateAuth; ``parameters`` are its AuthParameters."""

    engine: Engine
    caller: Caller
    client: AppClient
    parameters: Parameters = field(repr=False)
    session: str | None = field(default=None, repr=False)

    def named(self, *others: str) -> list[str]:
        """USERNAME and others, once SECRET_HASH is checked over USERNAME (A123)."""
        values = self.parameters.required("USERNAME", *others)
        require_secret_hash(self.client, values[0], self.parameters.get("SECRET_HASH"))
        return values

    def find_user(self, name: str) -> User | None:
        """The user of a name, or nobody (A100), once PreAuthentication lets him pass."""
        user = find_user(self.engine, self.client, name)
        pre_authentication(self.engine, self.client, user, name)
        return find_user(self.engine, self.client, name)

    def presented_device(self, user: User) -> TrackedDevice | None:
        """The device of DEVICE_KEY; an unknown one is refused (D106)."""
        key = self.parameters.get("DEVICE_KEY")
        if key is None or self.client.pool.device_configuration is None:
            return None
        return user.devices.confirmed(key)


def initiate_auth(engine: Engine, request: Request) -> dict[str, Any]:
    """Begin a sign-in without AWS credentials."""
    return _start(engine, request, engine.client(request), PUBLIC_FLOWS)


def admin_initiate_auth(engine: Engine, request: Request) -> dict[str, Any]:
    """Begin a sign-in as an administrator."""
    pool = engine.pool(request)
    client = engine.client_of(pool, request.params["ClientId"])
    return _start(engine, request, client, ADMIN_FLOWS)


def _start(
    engine: Engine, request: Request, client: AppClient, flows: Mapping[str, Flow]
) -> dict[str, Any]:
    flow = request.params["AuthFlow"]
    if flow not in flows:
        raise refusals.auth_method_not_supported()
    if flow not in allowed_flows(client):
        raise refusals.flow_not_enabled(flow)
    parameters = Parameters.given(request.params.get("AuthParameters"))
    session = request.params.get("Session") or None
    sign_in = SignInRequest(engine, request.caller, client, parameters, session)
    with client.pool.lock:
        return flows[flow](sign_in)


#: Which flows each member of ExplicitAuthFlows allows (A105, A106, A114, A115).
_ALLOWED = {
    "ALLOW_USER_PASSWORD_AUTH": ("USER_PASSWORD_AUTH",),
    "ALLOW_ADMIN_USER_PASSWORD_AUTH": ("ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"),
    "ALLOW_USER_SRP_AUTH": ("USER_SRP_AUTH",),
    "ALLOW_CUSTOM_AUTH": ("CUSTOM_AUTH",),
    "ALLOW_REFRESH_TOKEN_AUTH": ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"),
    "ALLOW_USER_AUTH": ("USER_AUTH",),
    "USER_PASSWORD_AUTH": ("USER_PASSWORD_AUTH",),
    "ADMIN_NO_SRP_AUTH": ("ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"),
    "CUSTOM_AUTH_FLOW_ONLY": (),
}
_LEGACY = frozenset({"USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY"})


def allowed_flows(client: AppClient) -> frozenset[str]:
    """The flows that an app client allows.

    The values of old gate neither refresh (A106) nor custom authentication, and SRP only where
    CUSTOM_AUTH_FLOW_ONLY says so (inferred from their names).
    """
    given = client.auth_flows
    allowed = {flow for value in given for flow in _ALLOWED.get(value, ())}
    if given & _LEGACY:
        allowed |= {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}
        if "CUSTOM_AUTH_FLOW_ONLY" not in given:
            allowed.add("USER_SRP_AUTH")
    if client.rotates_refresh_tokens:  # refreshed by GetTokensFromRefreshToken only (A265)
        allowed -= {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}
    return frozenset(allowed)


def _password(sign_in: SignInRequest) -> dict[str, Any]:
    """USER_PASSWORD_AUTH and the administrators' flows with a plain password."""
    username, password = sign_in.named("PASSWORD")
    user = sign_in.find_user(username)
    return _with_password(sign_in, check_password(sign_in.engine, sign_in.client, user, password))


def _with_password(sign_in: SignInRequest, user: User) -> dict[str, Any]:
    """Go on after the password."""
    device = sign_in.presented_device(user)
    attempt = Attempt.begin(sign_in.client, user, user.username, device)
    return proceed(sign_in.engine, sign_in.caller, attempt)


def _srp(sign_in: SignInRequest) -> dict[str, Any]:
    """USER_SRP_AUTH (D042)."""
    username, srp_a = sign_in.named("SRP_A")
    sign_in.find_user(username)
    device_key = sign_in.parameters.get("DEVICE_KEY")
    return start_srp(sign_in.engine, sign_in.client, username, srp_a, device_key)


def _refresh(sign_in: SignInRequest) -> dict[str, Any]:
    """REFRESH_TOKEN_AUTH; SECRET_HASH is made over the internal user name (A122, A260)."""
    (text,) = sign_in.parameters.required("REFRESH_TOKEN")
    given_hash = sign_in.parameters.get("SECRET_HASH")
    client = sign_in.client
    if client.secret is not None and given_hash is None:
        raise refusals.secret_hash_missing(client.client_id)
    token = usable_token(sign_in.engine, client, text, sign_in.parameters.get("DEVICE_KEY"))
    wrong = refusals.refresh_secret_hash_wrong
    require_secret_hash(client, token.grant.user.username, given_hash, wrong)
    result = refreshed(sign_in.engine, client, token.grant)
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


def _custom(sign_in: SignInRequest) -> dict[str, Any]:
    """CUSTOM_AUTH, which a pool without triggers refuses (A110); the password may come first.

    PreAuthentication runs with the password only:
    https://github.com/aws-amplify/amplify-js/issues/5318
    """
    if not sign_in.engine.triggers.has("DefineAuthChallenge"):
        raise refusals.custom_auth_not_configured()
    if sign_in.parameters.get("CHALLENGE_NAME") == SRP_A:
        username, srp_a = sign_in.named("SRP_A")
        return _custom_rounds(sign_in, username, sign_in.find_user(username), srp_a)
    (username,) = sign_in.named()
    user = find_user(sign_in.engine, sign_in.client, username)
    return _custom_rounds(sign_in, username, user, None)


def _custom_rounds(
    sign_in: SignInRequest, name: str, user: User | None, srp_a: str | None
) -> dict[str, Any]:
    rounds = CustomRounds.begin(with_password=srp_a is not None)
    attempt = None
    if user is not None:
        check_state(sign_in.client, user)
        device = sign_in.presented_device(user) if srp_a is None else None
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
    return next_round(sign_in.engine, sign_in.caller, custom)


def _choice(sign_in: SignInRequest) -> dict[str, Any]:
    """USER_AUTH: the preferred first factor at once, or SELECT_CHALLENGE (A185, A190).

    The session of a confirmation that has just been stands for the first factor (A009).
    """
    if sign_in.client.pool.settings.get("UserPoolTier") == "LITE":
        raise refusals.feature_unavailable_in_tier("USER_AUTH")
    (username,) = sign_in.named()
    if sign_in.session is not None:
        user = sign_in.find_user(username)
        engine, client = sign_in.engine, sign_in.client
        return after_sign_up.sign_in(engine, sign_in.caller, client, user, sign_in.session)
    preferred = sign_in.parameters.get("PREFERRED_CHALLENGE")
    if preferred == "PASSWORD":
        return {**_password(sign_in), "AvailableChallenges": _AVAILABLE}
    if preferred == "PASSWORD_SRP":
        return {**_srp(sign_in), "AvailableChallenges": _AVAILABLE}
    user = sign_in.find_user(username)
    if user is not None:
        check_state(sign_in.client, user)
    return _select_challenge(sign_in, user.username if user else username)


#: The first factors that every user with a password has (A186).
_AVAILABLE = ["PASSWORD_SRP", "PASSWORD"]


def _select_challenge(sign_in: SignInRequest, username: str) -> dict[str, Any]:
    client, now = sign_in.client, sign_in.engine.clock.time()
    session = Session(
        pool_id=client.pool.pool_id,
        client_id=client.client_id,
        username=username,
        challenge=SELECT_CHALLENGE,
        expires_at=now + client.session_seconds,
    )
    return {
        "ChallengeName": SELECT_CHALLENGE,
        "Session": sign_in.engine.sessions.open(session, now),
        "ChallengeParameters": {},
        "AvailableChallenges": _AVAILABLE,
    }


Flow = Callable[[SignInRequest], dict[str, Any]]

_COMMON_FLOWS: dict[str, Flow] = {
    "USER_SRP_AUTH": _srp,
    "REFRESH_TOKEN_AUTH": _refresh,
    "REFRESH_TOKEN": _refresh,
    "CUSTOM_AUTH": _custom,
    "USER_AUTH": _choice,
}
#: Flows of InitiateAuth, and those of AdminInitiateAuth; the others are no method (A112).
PUBLIC_FLOWS: dict[str, Flow] = {**_COMMON_FLOWS, "USER_PASSWORD_AUTH": _password}
ADMIN_FLOWS: dict[str, Flow] = {
    **_COMMON_FLOWS,
    "ADMIN_USER_PASSWORD_AUTH": _password,
    "ADMIN_NO_SRP_AUTH": _password,
}

OPERATIONS = {
    "InitiateAuth": initiate_auth,
    "AdminInitiateAuth": admin_initiate_auth,
}
