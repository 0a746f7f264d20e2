"""A failing run on a real account, at the highest verbosity: no secret in any output of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws.permitted import Permitted, permitted_server
from tests.plugin.conftest import Inner

FAILING = """
import pytest
from harness import DeviceTracking, SignInContext

pytestmark = pytest.mark.cognito_pool(
    mfa="ON", client_secret=True, device_tracking=DeviceTracking()
)

def test_fails(
    cognito_tracked_device, cognito_sign_in, cognito_auth_flow, cognito_actions, cognito_app, keep,
    cognito_clock
):
    tracked = cognito_tracked_device
    person, tokens = tracked.person, tracked.tokens
    keep("password", person.password.reveal())
    keep("client secret", cognito_app.client_secret.reveal())
    keep("device password", tracked.device.password.reveal())
    for name in ("access", "id", "refresh"):
        keep(name, getattr(tokens, name).reveal())
    context = SignInContext.for_person(person, device=tracked.device)
    result = cognito_sign_in.run(context, cognito_auth_flow)
    keep("second access", result.tokens.access.reveal())
    raw = {"password": person.password.reveal(), "token": tokens.access.reveal()}
    print("captured", raw)
    assert raw == {"password": "another", "token": "another"}

def test_temporary(cognito_actions, cognito_people, keep):
    person = cognito_people.make()
    keep("temporary", person.password.reveal())
    cognito_actions.admin_create_user(
        person.username, temporary_password=person.password, message_action="SUPPRESS"
    )
    answer = cognito_actions.admin_initiate_auth(
        "ADMIN_USER_PASSWORD_AUTH",
        {"USERNAME": person.username, "PASSWORD": person.password.reveal()},
    )
    keep("session", answer["Session"])
    assert answer == {}

def test_refused(cognito_actions, cognito_person, keep):
    keep("refused", cognito_person.password.reveal())
    cognito_actions.admin_set_user_password("nobody", cognito_person.password, permanent=True)
"""
KEEPING = """
import pytest

@pytest.fixture
def keep(pytestconfig):
    def keep(name, value):
        with open(pytestconfig.rootpath / "kept.txt", "a") as file:
            file.write(f"{name}\\t{value}\\n")
    return keep
"""


@pytest.fixture
def permitted(inner: Inner) -> Iterator[Permitted]:
    """The emulator in the place of AWS, with IAM."""
    with permitted_server() as found:
        yield found


def test_no_secret_is_shown(inner: Inner, permitted: Permitted, pytester: pytest.Pytester) -> None:
    """Neither the credentials nor passwords, tokens, sessions or client secrets are anywhere."""
    pytester.makeconftest(KEEPING)
    result = inner(
        "--cognito-target=aws",
        "--cognito-aws-accounts=123456789012",
        "--cognito-aws-charges=acknowledged",
        *("-vvv", "--showlocals", "--tb=long", "-rA", "--junitxml=report.xml"),
        *("-o", "log_level=DEBUG", "-o", "junit_logging=all", "--log-file=run.log"),
        source=FAILING,
        **permitted.environment(permitted.administrator),
    )
    result.assert_outcomes(failed=3)
    kept = dict(line.split("\t") for line in (pytester.path / "kept.txt").read_text().splitlines())
    assert len(kept) == 10
    kept["credentials"] = permitted.administrator.secret
    outputs = {
        "stdout": result.stdout.str(),
        "stderr": result.stderr.str(),
        **{str(path): path.read_text() for path in written_by(pytester.path)},
    }
    shown = [
        (name, where)
        for name, value in kept.items()
        for where, text in outputs.items()
        if value in text
    ]
    assert shown == []


def written_by(folder: Path) -> list[Path]:
    """Return what the run has written: reports, logs and journals."""
    journals = list((folder / ".cognito-harness").iterdir())
    assert journals
    return [folder / "report.xml", folder / "run.log", *journals]
