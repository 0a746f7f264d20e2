"""The fixtures: what is true on each rung of the ladder, and that each can be overridden."""

from __future__ import annotations

import pytest

from harness.srp.engines import available_engines
from tests.plugin.conftest import Inner

LADDER = """
import pytest
from harness import DeviceTracking

mfa_on = pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())
opt_in = pytest.mark.cognito_pool(
    mfa="OPTIONAL", client_secret=True, sign_in_names="email",
    device_tracking=DeviceTracking(device_only_remembered_on_user_prompt=True),
)

def status(actions, person):
    return actions.admin_get_user(person.username)["UserStatus"]

def test_person_is_unknown(cognito_person, cognito_actions):
    with pytest.raises(cognito_actions.client.exceptions.UserNotFoundException):
        status(cognito_actions, cognito_person)

def test_signed_up(cognito_signed_up, cognito_actions):
    assert status(cognito_actions, cognito_signed_up) == "UNCONFIRMED"

def test_confirmed(cognito_confirmed, cognito_actions):
    assert status(cognito_actions, cognito_confirmed) == "CONFIRMED"

@mfa_on
def test_enrolled_where_mfa_is_on(cognito_enrolled, cognito_signed_in):
    assert cognito_signed_in.steps == ("PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")

@opt_in
def test_enrolled_where_mfa_is_optional(cognito_enrolled, cognito_signed_in):
    assert cognito_signed_in.steps == ("PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")

def test_signed_in_where_mfa_is_off(cognito_signed_in):
    assert cognito_signed_in.steps == ("PASSWORD_VERIFIER",)

@mfa_on
def test_tracked(cognito_tracked_device, cognito_actions):
    tracked = cognito_tracked_device
    (device,) = cognito_actions.list_devices(tracked.tokens.access)["Devices"]
    assert device["DeviceKey"] == tracked.device.key
    assert tracked.authenticator is not None

@opt_in
def test_tracked_and_remembered(cognito_tracked_device, cognito_actions):
    tracked = cognito_tracked_device
    (device,) = cognito_actions.list_devices(tracked.tokens.access)["Devices"]
    assert device["DeviceKey"] == tracked.device.key

@pytest.mark.cognito_pool(device_tracking=DeviceTracking())
def test_tracked_without_mfa(cognito_tracked_device):
    assert cognito_tracked_device.authenticator is None
"""

MEANS = """
import pytest
from harness import PoolSpec, available_engines

first_pool = []

class TestPool:
    pytestmark = pytest.mark.cognito_pool(client_secret=True, mfa="OPTIONAL")

    def test_default(self, cognito_pool):
        first_pool.append(cognito_pool)

    def test_is_shared(self, cognito_pool, cognito_app):
        assert cognito_pool is first_pool[0]
        assert cognito_app.client_secret is not None

    @pytest.mark.cognito_pool(mfa="OFF")
    def test_marker_of_the_test_goes_first(self, cognito_pool):
        assert cognito_pool.spec == PoolSpec(client_secret=True, mfa="OFF")

@pytest.mark.parametrize("cognito_pool_spec", [PoolSpec(sign_in_names="email")], ids=["email"])
def test_direct_specification(cognito_pool, cognito_person):
    assert cognito_person.username == cognito_person.email

def test_trace_begins_with_the_test(cognito_trace, cognito_pool, cognito_signed_up):
    assert [call.operation for call in cognito_trace.calls] == ["SignUp"]

def test_trace_begins_anew(cognito_trace):
    assert cognito_trace.calls == []

@pytest.mark.cognito_flow("ADMIN_USER_SRP_AUTH")
def test_flow_of_the_marker(cognito_signed_in, cognito_trace):
    assert cognito_trace.calls[-1].operation == "AdminRespondToAuthChallenge"

@pytest.mark.cognito_pool(auth_flows=("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))
def test_flow_that_the_client_allows(cognito_auth_flow):
    assert cognito_auth_flow == "USER_PASSWORD_AUTH"

@pytest.mark.cognito_pool(auth_flows=("ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))
def test_a_client_with_nothing_but_a_choice_signs_in(cognito_auth_flow, cognito_signed_in):
    assert cognito_auth_flow == "USER_AUTH"
    assert cognito_signed_in.steps == ("SELECT_CHALLENGE", "PASSWORD_VERIFIER")

@pytest.mark.cognito_flow("ADMIN_USER_AUTH")
@pytest.mark.cognito_pool(auth_flows=("ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))
def test_choice_of_the_marker(cognito_signed_in, cognito_trace):
    assert cognito_trace.calls[-1].operation == "AdminRespondToAuthChallenge"

@pytest.mark.parametrize("cognito_auth_flow", ["USER_PASSWORD_AUTH"])
def test_direct_flow(cognito_signed_in):
    assert cognito_signed_in.steps == ()

@pytest.mark.parametrize("cognito_srp_engine", available_engines(), indirect=True)
def test_engine_by_name(request, cognito_srp_engine, cognito_signed_in):
    assert cognito_srp_engine.name == request.node.callspec.params["cognito_srp_engine"]

@pytest.mark.cognito_needs("clock", "outbox")
def test_needs_are_met(cognito_signed_in):
    pass

def test_fault_strikes(cognito_faults, cognito_actions, cognito_person):
    cognito_faults.plan("SignUp", code="TooManyRequestsException", status=400, times=None)
    with pytest.raises(cognito_actions.client.exceptions.TooManyRequestsException):
        cognito_actions.sign_up(cognito_person.username, cognito_person.password)

def test_fault_is_forgotten(cognito_signed_up):
    pass

@pytest.mark.cognito_needs("scripted")
def test_needs_are_not_met(cognito_signed_in):
    pass

class TestOverridden:
    @pytest.fixture
    def cognito_person(self, cognito_people):
        self.known = cognito_people.make(phone_number=True)
        return self.known

    def test_person(self, cognito_confirmed):
        assert cognito_confirmed is self.known
"""

PASSWORDLESS = """
import pytest
from harness import ConfigurationError, DeviceTracking, SignInContext, every_passkey

pytestmark = pytest.mark.cognito_pool(
    first_factors=("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"),
    relying_party_id="auth.example.com",
    auth_flows=("ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
)

def test_a_passkey_signs_in(
    cognito_signed_in, cognito_passkey, cognito_person, cognito_sign_in, cognito_actions
):
    passkey = cognito_passkey(cognito_signed_in)
    context = SignInContext.for_person(cognito_person, password=None, passkey=passkey)
    signed_in = cognito_sign_in.run(context, "USER_AUTH")
    assert signed_in.steps == ("SELECT_CHALLENGE", "WEB_AUTHN")
    (listed,) = every_passkey(cognito_actions, signed_in.tokens)
    assert listed["CredentialId"] == passkey.credential_id

def test_how_a_passkey_is_made_can_be_said(cognito_signed_in, cognito_passkey):
    passkey = cognito_passkey(cognito_signed_in.tokens, algorithm="RS256")
    assert passkey.registration["response"]["publicKeyAlgorithm"] == -257

def test_a_person_has_no_tokens(cognito_confirmed, cognito_passkey):
    with pytest.raises(ConfigurationError, match="tokens: cannot use 'Person'; it must be Tokens"):
        cognito_passkey(cognito_confirmed)

@pytest.mark.cognito_pool(device_tracking=DeviceTracking())
def test_a_tracked_device_has_tokens(cognito_tracked_device, cognito_passkey):
    assert cognito_passkey(cognito_tracked_device).registration

def test_a_sent_code_signs_in(cognito_confirmed, cognito_mailbox, cognito_sign_in):
    context = SignInContext.for_person(
        cognito_confirmed, password=None, mailbox=cognito_mailbox, preferred_challenge="EMAIL_OTP"
    )
    assert cognito_sign_in.run(context, "USER_AUTH").steps == ("EMAIL_OTP",)

@pytest.mark.cognito_pool(auto_verified=("phone_number",))
def test_a_text_message_signs_in(cognito_confirmed, cognito_mailbox, cognito_sign_in):
    context = SignInContext.for_person(
        cognito_confirmed, password=None, mailbox=cognito_mailbox, preferred_challenge="SMS_OTP"
    )
    assert cognito_sign_in.run(context, "USER_AUTH").steps == ("SMS_OTP",)
"""

MISUSED = """
import pytest

def test_enrolled(cognito_enrolled): pass

@pytest.mark.cognito_pool(mfa="ON")
def test_tracked(cognito_tracked_device): pass

def test_passkey(cognito_passkey): pass
"""


class TestLadder:
    """One rung rests on the other."""

    def test_every_rung_is_as_promised(self, inner: Inner) -> None:
        """On every rung the service says what the fixture promises, in pools of all kinds."""
        inner(source=LADDER).assert_outcomes(passed=9)

    def test_impossible_rung_names_the_marker(self, inner: Inner) -> None:
        """A rung that the pool cannot have is an error that names the marker to use."""
        result = inner("-rE", source=MISUSED)
        result.assert_outcomes(errors=3)
        result.stdout.fnmatch_lines(
            ["*cognito_passkey: the pool does not let users*", "*cognito_pool(first_factors=*"]
        )
        result.stdout.fnmatch_lines(
            ["*cognito_enrolled: the pool's MFA is OFF; *", "*cognito_pool(mfa=*"]
        )
        result.stdout.fnmatch_lines(
            ["*cognito_tracked_device: the pool does not track devices; use*", "*cognito_pool(*"]
        )

    def test_tests_with_codes_are_skipped_without_a_mailbox(self, inner: Inner) -> None:
        """Where no code can be read, the administrator confirms; what needs the code is skipped."""
        result = inner(
            "-rs",
            "--cognito-mailbox=none",
            source="""
            def test_confirmed(cognito_confirmed, cognito_trace):
                operations = [call.operation for call in cognito_trace.calls]
                assert operations[-2:] == ["AdminConfirmSignUp", "AdminUpdateUserAttributes"]

            def test_code(cognito_signed_up, cognito_mailbox):
                cognito_mailbox.newest_code(cognito_signed_up.username)
            """,
        )
        result.assert_outcomes(passed=1, skipped=1)
        result.stdout.fnmatch_lines(["*target 'emulator' has no capability 'outbox'"])

    def test_overridden_mailbox_is_read(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """A mailbox that a suite puts in place of ours is the one that the ladder reads."""
        pytester.makeconftest(
            """
            import pytest
            from harness import MissingCapability

            @pytest.fixture
            def cognito_mailbox(cognito_target, cognito_pool):
                class Mine:
                    read = []
                    def newest_code(self, username, **more):
                        self.read.append(username)
                        theirs = cognito_target.mailbox(cognito_pool.user_pool_id)
                        return theirs.newest_code(username, **more)
                return Mine()
            """
        )
        result = inner(
            "--cognito-mailbox=none",
            source="""
            def test_confirmed(cognito_mailbox, cognito_confirmed):
                assert cognito_mailbox.read == [cognito_confirmed.username]
            """,
        )
        result.assert_outcomes(passed=1)


class TestPasswordless:
    """Sign-ins without a password."""

    def test_passkeys_and_sent_codes_sign_in(self, inner: Inner) -> None:
        """The fixtures are enough for a passkey, and for codes by email and SMS."""
        inner(source=PASSWORDLESS).assert_outcomes(passed=6)

    def test_a_mailbox_of_emails_reads_no_text_messages(self, inner: Inner) -> None:
        """Where the codes of MFA come by SMS, tests that read them skip with the mailbox imap."""
        result = inner(
            "-rs",
            "--cognito-mailbox=imap",
            "--cognito-mailbox-address=tests@example.com",
            "--cognito-imap-url=imaps://imap.example.com",
            COGNITO_HARNESS_IMAP_PASSWORD="never asked for",
            source="""
            import pytest

            @pytest.mark.cognito_pool(mfa="ON", second_factors=("SMS_MFA",))
            def test_code(cognito_mailbox): pass
            """,
        )
        result.assert_outcomes(skipped=1)
        result.stdout.fnmatch_lines(["*codes of this pool come by SMS*"])

    def test_a_pool_without_passwords_has_no_flow_with_one(self, inner: Inner) -> None:
        """Where PASSWORD is no first factor, USER_AUTH is no flow with a password."""
        result = inner(
            "-rE",
            source="""
            from dataclasses import replace
            import pytest
            from harness import PoolSpec

            @pytest.fixture
            def cognito_pool(cognito_pool):
                spec = PoolSpec(first_factors=("EMAIL_OTP",), auth_flows=("ALLOW_USER_AUTH",))
                return replace(cognito_pool, spec=spec)

            def test_flow(cognito_auth_flow): pass
            """,
        )
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*ALLOW_USER_AUTH if PASSWORD is among the first factors*"])


class TestMeans:
    """What a test works with."""

    def test_markers_parameters_and_overriding_decide(self, inner: Inner) -> None:
        """Pools are shared by specification; markers, parameters and overriding decide the rest."""
        result = inner("-rs", source=MEANS)
        result.assert_outcomes(passed=15 + len(available_engines()), skipped=1)
        result.stdout.fnmatch_lines(["*: target 'emulator' has no capability 'scripted'"])

    def test_pools_are_deleted(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """At the end of the run the target has no pool that the run made."""
        pytester.makeconftest(
            """
            import pytest

            @pytest.fixture(scope="session")
            def cognito_target(cognito_target):
                yield cognito_target
                left = cognito_target.client().list_user_pools(MaxResults=60)["UserPools"]
                print("left:", len(left))
            """
        )
        result = inner(
            "-s",
            source="""
            def test_there_is_a_pool(cognito_pool, cognito_target):
                pools = cognito_target.client().list_user_pools(MaxResults=60)["UserPools"]
                print("made:", len(pools))
            """,
        )
        assert result.ret == 0
        result.stdout.fnmatch_lines(["*made: 1", "*left: 0"])

    def test_seed_decides_the_people(self, inner: Inner) -> None:
        """The same seed gives the same people, whatever else runs; another seed gives others."""
        source = """
            def test_other(cognito_person): pass

            def test_person(cognito_person, cognito_pool, record_property):
                with open("people", "a") as file:
                    print(cognito_person.username, cognito_person.password.reveal(), file=file)
                    print(cognito_pool.user_pool_id, file=file)
            """
        inner("--cognito-seed=7", source=source).assert_outcomes(passed=2)
        inner("--cognito-seed=7", "-k", "test_person").assert_outcomes(passed=1, deselected=1)
        result = inner("--cognito-seed=8", "-k", "test_person")
        result.assert_outcomes(passed=1, deselected=1)
        with open("people", encoding="utf-8") as file:
            first, pool, again, pool_again, other, _ = file.read().splitlines()
        assert (first, pool) == (again, pool_again)
        assert first != other
