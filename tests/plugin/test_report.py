"""What a failing test shows, and what no report ever shows."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import Inner

#: Fails in every way in which Python shows values; writes down what it knows for the outer test.
LEAKY = '''
import json
import logging
import pytest
from harness import DeviceTracking, redact

pytestmark = pytest.mark.cognito_pool(
    mfa="ON", client_secret=True, device_tracking=DeviceTracking()
)
known = []

def keep(value, name=""):
    """Collect every text in a request or an answer that is one secret or another."""
    if isinstance(value, dict):
        for member, item in value.items():
            keep(item, member)
    elif isinstance(value, str) and redact({name: value})[name] == "[redacted]":
        known.append(value)

@pytest.fixture(autouse=True)
def watched(cognito_target):
    events = cognito_target.client().meta.events
    events.register("provide-client-params", lambda params, **_: keep(params))
    events.register("after-call", lambda parsed, **_: keep(parsed))
    yield
    with open("known.json", "w") as file:
        json.dump(sorted(set(known)), file)

def spill(password, tokens):
    everything = {"password": password, **tokens}
    print("captured", everything)
    logging.getLogger("leaky").warning("logged %s", json.dumps(everything))
    assert everything == {}

def test_assertion(cognito_tracked_device, cognito_app, cognito_actions):
    tracked = cognito_tracked_device
    known.extend([tracked.person.password.reveal(), cognito_app.client_secret.reveal()])
    known.append(tracked.device.password.reveal())
    raw = {
        "access": tracked.tokens.access.reveal(),
        "refresh": tracked.tokens.refresh.reveal(),
        "device": tracked.device.password.reveal(),
    }
    spill(tracked.person.password.reveal(), raw)

def test_refusal_of_botocore(cognito_confirmed, cognito_actions):
    cognito_actions.client.change_password(
        AccessToken="eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0",
        PreviousPassword=b"old-pass-1",
        ProposedPassword="new-pass-2",
    )

@pytest.mark.xfail
def test_expected_failure(cognito_tracked_device):
    assert cognito_tracked_device.tokens.access.reveal() == "nothing"

def test_passing(cognito_confirmed, cognito_actions):
    print("printed", cognito_confirmed.password.reveal())
'''

#: Secrets that stand in the source above, which pytest shows with a failure.
WRITTEN_IN_THE_SOURCE = {"new-pass-2", "eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0"}


class TestSecrets:
    """No secret of a run is in any of its reports."""

    def test_no_report_shows_a_secret(self, inner: Inner, pytester: pytest.Pytester) -> None:
        """Not with -vv, locals, captured output, botocore's debug log, -rA and JUnit XML."""
        result = inner(
            "-vv",
            "--showlocals",
            "-rA",
            "--tb=long",
            "--log-level=DEBUG",
            "--junitxml=junit.xml",
            "--cognito-seed=7",
            source=LEAKY,
        )
        result.assert_outcomes(passed=1, failed=2, xfailed=1)
        known = set(json.loads(pytester.path.joinpath("known.json").read_text("utf-8")))
        assert len(known) > 20
        shown = {
            "stdout": result.stdout.str(),
            "stderr": result.stderr.str(),
            "junit.xml": pytester.path.joinpath("junit.xml").read_text("utf-8"),
        }
        leaks = {
            (where, secret)
            for where, text in shown.items()
            for secret in known | WRITTEN_IN_THE_SOURCE
            if secret in text
        }
        assert not leaks
        assert "captured {'password': '[redacted]'" in shown["stdout"]
        assert "logged {" in shown["stdout"]
        assert "Invalid type for parameter PreviousPassword" in shown["stdout"]


class TestExchange:
    """The section with the calls of a failing test, beside pytest's own traceback."""

    def test_failing_test_shows_its_calls(self, inner: Inner) -> None:
        """It has the ladder of challenges, and each call with its answer or Cognito's error."""
        result = inner(
            "-vv",
            source="""
            import pytest

            @pytest.mark.cognito_pool(mfa="ON")
            def test_wrong_code(cognito_enrolled, cognito_sign_in, cognito_auth_flow):
                from harness import SignInContext
                enrolled = cognito_enrolled
                context = SignInContext.for_person(
                    enrolled.person, authenticator=enrolled.authenticator
                )
                progress = cognito_sign_in.run(context, cognito_auth_flow, "SOFTWARE_TOKEN_MFA")
                answer = cognito_sign_in.prepare(progress)
                wrong = f"{(int(answer['SOFTWARE_TOKEN_MFA_CODE']) + 1) % 10**6:06}"
                answer["SOFTWARE_TOKEN_MFA_CODE"] = wrong
                cognito_sign_in.submit(progress, answer)
            """,
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "*- Cognito explanation -*",
                "RespondToAuthChallenge was refused: CodeMismatchException*",
                "*- Cognito exchange -*",
                "*API calls, 1 failed*",
                "*USER_SRP_AUTH > PASSWORD_VERIFIER > MFA_SETUP > tokens",
                "*USER_SRP_AUTH > PASSWORD_VERIFIER > SOFTWARE_TOKEN_MFA (error: "
                "CodeMismatchException)",
                "#1*SignUp: ok*",
                "    request  *",
                "    response *",
                "#*RespondToAuthChallenge: CodeMismatchException*",
                "    error    CodeMismatchException: *",
            ]
        )

    def test_secret_in_an_unknown_member_is_hidden(self, inner: Inner) -> None:
        """An app may send a password also where Cognito has no member for it."""
        result = inner(
            "--showlocals",
            source="""
            import json, urllib.request

            def test_app(cognito_environment):
                from urllib.error import HTTPError
                body = {"ClientId": "c", "Username": "ada", "Password": "Hunter2!-" + "Hunter2!"}
                body["Pass"] = body["Password"]
                headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}
                url, content = cognito_environment.url, json.dumps(body).encode()
                try:
                    urllib.request.urlopen(urllib.request.Request(url, content, headers))
                except HTTPError as refused:
                    refused.close()
                assert not url
            """,
        )
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*- Cognito exchange -*", "#1*SignUp*", "*request*Pass*"])
        result.stdout.no_fnmatch_line("*Hunter2!-Hunter2!*")

    def test_failing_fixture_shows_its_calls(self, inner: Inner) -> None:
        """It is shown as well when a rung of the ladder fails."""
        result = inner(
            source="""
            import pytest

            @pytest.fixture
            def out_of_order(cognito_faults):
                cognito_faults.plan("SignUp", code="NotAuthorizedException", status=400)

            def test_it(out_of_order, cognito_signed_up): pass
            """,
        )
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            ["in the set-up: SignUp was refused: NotAuth*", "*calls *#1 SignUp: NotAuth*"]
        )

    def test_other_tests_show_no_calls(self, inner: Inner) -> None:
        """Tests that pass, or that have nothing to do with Cognito, show none."""
        result = inner(
            "-rA",
            source="""
            def test_passing(cognito_signed_up): pass
            def test_failing(): assert 0
            """,
        )
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.no_fnmatch_line("*Cognito exchange*")
        result.stdout.no_fnmatch_line("*#1 SignUp*")


class TestScript:
    """The fixture ``cognito_script``."""

    def test_calls_off_the_script_fail_the_test(self, inner: Inner) -> None:
        """Calls that are not made, or not expected, fail the test, on every target."""
        result = inner(
            "--cognito-target=stub",
            "-rfE",
            source="""
            import pytest
            from botocore.exceptions import StubResponseError

            SIGN_UP = {"ClientId": "client", "Username": "somebody", "Password": "pass-word-1"}
            ANSWER = {"UserConfirmed": False, "UserSub": "sub"}

            def test_as_written(cognito_script):
                cognito_script.answer("SignUp", SIGN_UP, ANSWER)
                assert cognito_script.client.sign_up(**SIGN_UP)["UserSub"] == "sub"

            def test_refused(cognito_script):
                cognito_script.refuse("SignUp", SIGN_UP, "UsernameExistsException", "taken")
                with pytest.raises(cognito_script.client.exceptions.UsernameExistsException):
                    cognito_script.client.sign_up(**SIGN_UP)

            def test_not_made(cognito_script):
                cognito_script.answer("SignUp", SIGN_UP, ANSWER)

            def test_swallowed(cognito_script):
                try:
                    cognito_script.client.sign_up(**SIGN_UP)
                except StubResponseError:
                    pass

            def test_other_parameters(cognito_script):
                cognito_script.answer("SignUp", {**SIGN_UP, "Username": "x"}, ANSWER)
                cognito_script.client.sign_up(**SIGN_UP)
            """,
        )
        result.assert_outcomes(passed=4, errors=2, failed=1)
        result.stdout.fnmatch_lines(
            [
                "*ERROR at teardown of test_not_made*",
                "*ScenarioFailure: call 1: expected SignUp, got no call",
                "*ERROR at teardown of test_swallowed*",
                "*ScenarioFailure: call 1: expected no call, got SignUp",
                "*StubAssertionError: *Expected parameters:",
            ]
        )
        assert "pass-word-1" not in result.stdout.str()
