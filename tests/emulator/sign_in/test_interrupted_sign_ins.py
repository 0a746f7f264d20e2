"""Changes to a user between two steps of their sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, refused
from tests.emulator.support.trigger_handlers import Event, engine_with
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_engine, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."
INCORRECT = "Incorrect username or password."
NOT_BEFORE = "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating"


@pytest.fixture
def walker() -> Walker:
    """A user in a pool with optional MFA that tracks devices."""
    return new_walker(new_engine(), mfa="OPTIONAL", devices=ALWAYS)


@pytest.fixture
def device(walker: Walker) -> Device:
    """A remembered device of the user."""
    return walker.confirm_device(tokens_of(walker.by_password()))


def reset(walker: Walker) -> None:
    """Reset the user's password as an administrator."""
    walker.administer("AdminResetUserPassword")


@pytest.mark.fact("A063", "A129")
class TestReset:
    """An administrator resets the password of a user during their sign-in."""

    def test_totp_code_is_refused_and_not_used(self, walker: Walker) -> None:
        """The right TOTP code gives no tokens and stays unused."""
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        reset(walker)
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            walker.respond(
                "SOFTWARE_TOKEN_MFA",
                challenge["Session"],
                SOFTWARE_TOKEN_MFA_CODE=walker.code(secret),
            )
        walker.administer("AdminSetUserPassword", Password=walker.password, Permanent=True)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    def test_device_srp_is_refused(self, walker: Walker, device: Device) -> None:
        """DEVICE_SRP_AUTH is refused."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        reset(walker)
        with refused("PasswordResetRequiredException"):
            walker.start_device(device, challenge["Session"])

    def test_device_proof_is_refused(self, walker: Walker, device: Device) -> None:
        """DEVICE_PASSWORD_VERIFIER is refused even with a right proof."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"])
        proof: dict[str, Any] = walker.device_proof(device, verifier)
        reset(walker)
        with refused("PasswordResetRequiredException"):
            walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof)

    @pytest.mark.fact("A103")
    def test_client_that_hides_existence_gets_wrong_password(self) -> None:
        """A client that hides existence gets the refusal of a wrong password."""
        hiding = {"PreventUserExistenceErrors": "ENABLED"}
        walker = new_walker(new_engine(), mfa="OPTIONAL", client_settings=hiding)
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        reset(walker)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            walker.by_totp(challenge, secret)

    @pytest.mark.fact("D072", "A263")
    def test_old_tokens_are_refused(self, walker: Walker, device: Device) -> None:
        """Access and refresh tokens from before are refused until there is a new password."""
        tokens = tokens_of(walker.by_device(device, walker.by_password(DEVICE_KEY=device.key)))
        access, refresh = tokens["AccessToken"], tokens["RefreshToken"]
        reset(walker)
        for operation in ("GetUser", "ListDevices", "GlobalSignOut"):
            with refused("PasswordResetRequiredException"):
                walker.call(operation, AccessToken=access)
        with refused("PasswordResetRequiredException"):
            change(walker, access)
        with refused("PasswordResetRequiredException"):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh, DEVICE_KEY=device.key)
        members = {"ClientId": walker.client_id, "RefreshToken": refresh, "DeviceKey": device.key}
        with refused(NOT_AUTHORIZED):
            walker.call("GetTokensFromRefreshToken", **members)
        with refused(NOT_AUTHORIZED):
            walker.call("AssociateSoftwareToken", AccessToken=access)
        code = walker.engine.outbox.messages(username="alice")[0].code
        names = {"ClientId": walker.client_id, "Username": "alice"}
        walker.call(
            "ConfirmForgotPassword", **names, ConfirmationCode=code, Password=OTHER_PASSWORD
        )
        assert walker.call("GetUser", AccessToken=access)["Username"] == "alice"
        assert "AccessToken" in tokens_of(walker.call("GetTokensFromRefreshToken", **members))


Replace = Callable[[Walker, str], None]


def set_by_administrator(walker: Walker, _: str) -> None:
    """Set the password with AdminSetUserPassword."""
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)


def change(walker: Walker, access_token: str) -> None:
    """Change the password with ChangePassword and a token of an earlier sign-in."""
    walker.call(
        "ChangePassword",
        AccessToken=access_token,
        PreviousPassword=walker.password,
        ProposedPassword=OTHER_PASSWORD,
    )


def recover(walker: Walker, _: str) -> None:
    """Set the password with ForgotPassword and ConfirmForgotPassword."""
    names = {"ClientId": walker.client_id, "Username": walker.username}
    walker.call("ForgotPassword", **names)
    code = walker.engine.outbox.messages(username=walker.username)[0].code
    walker.call("ConfirmForgotPassword", **names, ConfirmationCode=code, Password=OTHER_PASSWORD)


@pytest.mark.parametrize("replace", [set_by_administrator, change, recover])
class TestAnotherPassword:
    """The user's password changes during a sign-in that began with the old one."""

    @pytest.mark.fact("A143", "A324")
    def test_totp_code_is_refused_and_not_used(self, walker: Walker, replace: Replace) -> None:
        """The right TOTP code gives no tokens and stays unused."""
        tokens = tokens_of(walker.by_password())
        secret = walker.enrol(tokens)
        challenge = walker.by_password()
        replace(walker, tokens["AccessToken"])
        code = walker.code(secret)
        with refused(NOT_AUTHORIZED, INVALID):
            walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
        walker.password = OTHER_PASSWORD
        assert tokens_of(walker.by_totp(walker.by_password(), secret))

    @pytest.mark.parametrize("session", [True, False])
    def test_device_srp_is_refused(
        self, walker: Walker, device: Device, replace: Replace, session: bool
    ) -> None:
        """DEVICE_SRP_AUTH is refused, with a session and without."""
        token = tokens_of(walker.by_device(device, walker.by_password(DEVICE_KEY=device.key)))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        replace(walker, token["AccessToken"])
        with refused(NOT_AUTHORIZED, INVALID if session else NOT_BEFORE):
            walker.start_device(device, challenge["Session"] if session else None)

    def test_device_proof_is_refused(
        self, walker: Walker, device: Device, replace: Replace
    ) -> None:
        """DEVICE_PASSWORD_VERIFIER is refused even with a right proof."""
        token = tokens_of(walker.by_device(device, walker.by_password(DEVICE_KEY=device.key)))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        verifier = walker.start_device(device, challenge["Session"])
        proof: dict[str, Any] = walker.device_proof(device, verifier)
        replace(walker, token["AccessToken"])
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.respond("DEVICE_PASSWORD_VERIFIER", verifier["Session"], **proof)


def test_mfa_set_up_is_refused() -> None:
    """A session of MFA_SETUP associates no secret after the password changed."""
    walker = new_walker(new_engine(), mfa="ON")
    session = walker.by_password()["Session"]
    set_by_administrator(walker, "")
    with refused(NOT_AUTHORIZED, INVALID):
        walker.call("AssociateSoftwareToken", Session=session)


class Interference:
    """A handler that changes the user once before it returns."""

    def __init__(self) -> None:
        self.happens: Callable[[], Any] | None = None

    def __call__(self, event: Event, context: Any) -> Event:
        """Change the user on the first call."""
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return event


@pytest.mark.parametrize("trigger", ["post_authentication", "pre_token_generation"])
class TestTriggersThatChangeTheUser:
    """Changes by the last triggers count before tokens are issued."""

    @pytest.mark.parametrize(
        ("operation", "code"),
        [
            ("AdminUserGlobalSignOut", NOT_AUTHORIZED),
            ("AdminDisableUser", NOT_AUTHORIZED),
            ("AdminDeleteUser", "UserNotFoundException"),
            ("AdminResetUserPassword", "PasswordResetRequiredException"),
        ],
    )
    @pytest.mark.fact("A068", "A271")
    def test_changed_user_gets_no_tokens(self, trigger: str, operation: str, code: str) -> None:
        """A user signed out, disabled, deleted or reset by a trigger gets no tokens."""
        meddling = Interference()
        engine = engine_with(**{trigger: meddling})
        walker = new_walker(engine, devices=ALWAYS)
        meddling.happens = lambda: walker.administer(operation)
        user = engine.pools[walker.user_pool_id].users.by_username("alice")
        assert user is not None
        with refused(code):
            walker.by_password()
        assert engine.pools[walker.user_pool_id].grants.of_user(user) == []

    def test_temporary_password_set_by_trigger_gives_no_tokens(self, trigger: str) -> None:
        """A user who gets a temporary password by a trigger gets no tokens for the old one."""
        meddling = Interference()
        walker = new_walker(engine_with(**{trigger: meddling}))
        meddling.happens = lambda: walker.administer(
            "AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False
        )
        with refused(NOT_AUTHORIZED, INVALID):
            walker.by_password()
        walker.password = OTHER_PASSWORD
        assert walker.by_password()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_deleted_user_is_hidden(self, trigger: str) -> None:
        """A client that hides existence gets the refusal of a wrong password."""
        meddling = Interference()
        hiding = {"PreventUserExistenceErrors": "ENABLED"}
        walker = new_walker(engine_with(**{trigger: meddling}), client_settings=hiding)
        meddling.happens = lambda: walker.administer("AdminDeleteUser")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password()


@pytest.mark.fact("A271", "A324")
class TestSignOut:
    """The user is signed out everywhere during their sign-in."""

    def test_totp_code_is_refused_and_not_used(self, walker: Walker) -> None:
        """The right TOTP code gives no tokens, and the next sign-in can use it."""
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        walker.administer("AdminUserGlobalSignOut")
        code = walker.code(secret)
        with refused("NotAuthorizedException", "Invalid session for the user."):
            walker.respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
        again = walker.by_password()["Session"]
        assert tokens_of(walker.respond("SOFTWARE_TOKEN_MFA", again, SOFTWARE_TOKEN_MFA_CODE=code))

    def test_device_srp_is_refused(self, walker: Walker, device: Device) -> None:
        """DEVICE_SRP_AUTH is refused, with its session and without."""
        challenge = walker.by_password(DEVICE_KEY=device.key)
        walker.administer("AdminUserGlobalSignOut")
        for session in (challenge["Session"], None):
            with refused("NotAuthorizedException"):
                walker.start_device(device, session)

    def test_mfa_set_up_is_refused(self) -> None:
        """A sign-in that passed only the password cannot set up a software token."""
        walker = new_walker(new_engine(), mfa="ON")
        challenge = walker.by_password()
        walker.administer("AdminUserGlobalSignOut")
        with refused("NotAuthorizedException", "Invalid session for the user."):
            walker.call("AssociateSoftwareToken", Session=challenge["Session"])

    def test_enabling_does_not_resume_the_sign_in(self, walker: Walker) -> None:
        """Enabling a disabled user does not resume the sign-in from before."""
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        walker.administer("AdminDisableUser")
        walker.administer("AdminEnableUser")
        with refused("NotAuthorizedException", "Invalid session for the user."):
            walker.by_totp(challenge, secret)
        assert tokens_of(walker.by_totp(walker.by_password(), secret))
