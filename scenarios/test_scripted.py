"""The main job against a script: the exact requests, and an error at each of them.

These need no service and run the same on every target.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from harness import Actions, AppClient, PersonFactory, Script, SignIn, SrpEngine, check
from scenarios.support.answers import expect_equal, expect_member
from scenarios.support.scripted import CONFIRMATION_CODE, Call, app_client, calls_of, totp
from scenarios.support.steps import expect_no_device
from scenarios.support.variants import Client, Variant, varied
from scenarios.support.walk import CALLS, Walk, stage_of


@pytest.fixture
def app(variant: Variant) -> AppClient:
    """The app client of the script, with a secret if the variant says so."""
    return app_client(with_secret=variant.client.value)


@pytest.fixture
def walk(app: AppClient, cognito_script: Script, cognito_srp_engine: SrpEngine) -> Walk:
    """A walk that has not started yet."""
    client = cognito_script.client
    actions = Actions(client, app, admin=client)
    return Walk(
        actions=actions,
        walker=SignIn(actions, cognito_srp_engine, cognito_script.clock),
        mailbox=cognito_script.mailbox(CONFIRMATION_CODE),
        person=PersonFactory(seed=13, namespace="scripted-").make(),
    )


@pytest.fixture
def calls(walk: Walk, app: AppClient, cognito_script: Script) -> list[Call]:
    """The thirteen calls of the walk."""
    found = calls_of(walk.person, app, cognito_script.clock.time())
    expect_equal("the calls of the script", tuple(call.operation for call in found), CALLS)
    return found


@varied(client=Client, engines=True)
def test_main_job_makes_thirteen_calls_and_no_others(
    walk: Walk, calls: list[Call], cognito_script: Script
) -> None:
    """Every request has exactly the members that Cognito documents, in the documented order."""
    for call in calls:
        call.answered(cognito_script)

    walk.resume()

    expect_equal("the calls that were made", cognito_script.made, CALLS)
    expect_equal("the challenges of the first sign-in", walk.enrolled_by(), ("MFA_SETUP",))
    came_back = walk.end()
    on_device = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
    expect_equal("the challenges of the second sign-in", came_back.steps, on_device)
    expect_no_device(came_back)


@pytest.mark.parametrize("broken", [False, True], ids=["refused", "broken"])
@pytest.mark.parametrize(
    "which",
    [pytest.param(which, id=f"{which + 1}_{name}") for which, name in enumerate(CALLS)],
)
def test_error_at_any_call_surfaces_unchanged_and_leaves_nothing_half_done(
    walk: Walk, calls: list[Call], which: int, broken: bool, cognito_script: Script
) -> None:
    """The error is Cognito's own, nothing is called after it, and the walk can continue from there.

    Everything that the person has, including authenticator and device, is as it was before the
    stage that failed. Repeating that stage from its first call leads to the end.
    """
    code, message = ("InternalErrorException", "") if broken else calls[which].error
    stage, begun = stage_of(which)
    for call in calls[:which]:
        call.answered(cognito_script)
    calls[which].refused(cognito_script, code, message, 500 if broken else 400)
    walk.resume(until=stage)
    before = walk.results()

    with pytest.raises(ClientError) as caught:
        walk.resume()

    error = caught.value
    expect_member(error.response, "Error.Code", code, of=CALLS[which])
    expect_member(error.response, "Error.Message", message, of=CALLS[which])
    expect_equal("the operation that the error names", error.operation_name, CALLS[which])
    expect_equal("the class of the error", type(error).__name__, code)
    expect_equal("the calls that were made", cognito_script.made, CALLS[: which + 1])
    check(walk.results() == before, "the error left something half done")

    for call in calls[begun:]:
        call.answered(cognito_script)
    walk.resume()

    all_calls = (*CALLS[: which + 1], *CALLS[begun:])
    expect_equal("the calls that were made", cognito_script.made, all_calls)
    walk.end()
    # Enrolling used the code of the step before this one, and nothing has used a code since.
    unused = walk.authenticator().code() == totp(cognito_script.clock.time())
    check(unused, "the walk used a TOTP code more than once")
