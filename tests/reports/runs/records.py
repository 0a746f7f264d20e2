"""Records that tests build: an ordinary one, a hostile one, one as large as the default run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.redaction import MASK
from harness.verdicts.run_record import EndLine, FailureText, RunLine, RunRecord, ScenarioLine
from harness.verdicts.verdict import Check, Verdict

__all__ = [
    "HOSTILE",
    "call",
    "finding",
    "hostile_record",
    "large_record",
    "ordinary_record",
    "record_of",
    "sign_in_calls",
    "write",
]

START = 1_800_000_000.0
#: Everything that HTML, Markdown, Mermaid, XML or a terminal could read as its own.
HOSTILE = (
    "</script></style></pre><script>window.struck=1</script><img src=x onerror=window.struck=2>"
    "\"'`|%%{init: {}}%%; end\n```\n]]>-->&amp; [link](javascript:alert) \u202egnp.exe\u202c"
    "\x1b[31m\x00\ud800"
)


def call(operation: str, after: float = 0.0, **members: Any) -> dict[str, Any]:
    """Return a call that succeeded, with other members where they are given."""
    return {
        "operation": operation,
        "started_at": START + after,
        "latency_seconds": 0.004,
        "request_id": "",
        "outcome": "ok",
        "message": "",
        "parameters": {},
        "answer": {},
        "retries": 0,
        "shape": {},
        **members,
    }


def sign_in_calls(username: str = "ann") -> list[dict[str, Any]]:
    """Return the calls from a sign-up to a wrong and a right TOTP code."""
    session, challenge = {"Session": MASK}, "SOFTWARE_TOKEN_MFA"
    delivery = {"DeliveryMedium": "EMAIL", "Destination": "a***@e***"}
    flow = {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": username, "SRP_A": "c4…"}}
    respond = {"ChallengeName": challenge, "ChallengeResponses": {"USERNAME": username}, **session}
    return [
        call("SignUp", 0.0, answer={"UserConfirmed": False, "CodeDeliveryDetails": delivery}),
        call("ConfirmSignUp", 0.1, parameters={"Username": username, "ConfirmationCode": MASK}),
        call("InitiateAuth", 0.2, parameters=flow, answer={"ChallengeName": challenge, **session}),
        call(
            "RespondToAuthChallenge",
            0.3,
            parameters=respond,
            outcome="CodeMismatchException",
            message="Invalid code received for user",
        ),
        call(
            "RespondToAuthChallenge",
            3_900.0,
            parameters=respond,
            answer={"AuthenticationResult": {"AccessToken": MASK}, "ChallengeParameters": {}},
            shape={"AuthenticationResult": "structure"},
        ),
    ]


def scenario(name: str, area: str = "sign_in", **members: Any) -> ScenarioLine:
    """Return a scenario that holds, with other members where they are given."""
    ordinary: dict[str, Any] = {
        "id": f"scenarios/test_{area}.py::test_{name}",
        "area": area,
        "sentence": "A code gives tokens.",
        "variant": {},
        "outcome": "passed",
        "verdict": Verdict.HOLDS,
        "started_at": START,
        "duration_seconds": 0.5,
    }
    return ScenarioLine(**{**ordinary, **members})


def finding(**members: Any) -> dict[str, Any]:
    """Return what an audit found."""
    return {
        "id": "mfa-required",
        "title": "A second factor",
        "outcome": "failed",
        "severity": "high",
        "part": "Pool",
        "setting": "MfaConfiguration",
        "message": "MfaConfiguration is OFF, expected ON",
        "reason": "a stolen password is enough",
        "fix": "set it to ON",
        "elsewhere": [],
        "file": "pool.yaml",
        "line": 12,
        **members,
    }


def record_of(*scenarios: ScenarioLine, end: bool = True, **members: Any) -> RunRecord:
    """Return a record with these scenarios."""
    run = RunLine(
        "a1b2c3",
        "emulator",
        "in process",
        7,
        START,
        {"target": {"value": "emulator", "source": "default"}},
        {"python": "3.12.1", "moto": "5.2.5"},
    )
    return RunRecord(run, scenarios, EndLine(0, START + 60, **members) if end else None)


def ordinary_record() -> RunRecord:
    """Return a record with scenarios that hold, fail, were skipped, and findings of both kinds."""
    calls = tuple(sign_in_calls())
    check = Check("a used code is refused", Verdict.NOT_REFUSED, "A226", "ExpiredCode", "tokens")
    failure = FailureText(
        "a used code gave tokens again",
        ("expected ExpiredCodeException (A226)", "answered tokens"),
        "codes are good more than once",
        "pytest 'scenarios/test_sign_in.py::test_used_code' --cognito-seed=7",
    )
    variants = [("on", "secret"), ("on", "no_secret"), ("off", "secret"), ("optional", "secret")]
    right = [
        scenario(
            f"right_code[mfa_{mfa}-{client}]",
            variant={"mfa": f"mfa_{mfa}", "client": client},
            calls=calls,
            checks=(Check("a wrong code is refused", Verdict.HOLDS, "A100"),),
        )
        for mfa, client in variants
    ]
    used = [
        scenario(
            f"used_code[mfa_{mfa}]",
            variant={"mfa": f"mfa_{mfa}", "client": "secret"},
            outcome="failed",
            verdict=Verdict.NOT_REFUSED,
            checks=(check,),
            failure=failure,
            calls=tuple(sign_in_calls(mfa)),
            pool={"mfa": mfa.upper()},
        )
        for mfa in ("on", "optional", "off", "any", "other")
    ]
    return record_of(
        *right,
        *used,
        scenario("device", area="devices", variant={"mfa": "mfa_on", "client": "secret"}),
        scenario("sms", area="devices", outcome="skipped", verdict=None, reason="no SMS here"),
        findings=(finding(), finding(id="drift/MfaConfiguration", severity="low")),
        notes=("12 calls were throttled",),
    )


def hostile_record() -> RunRecord:
    """Return a record in which every text tries to be something else."""
    evil = HOSTILE
    failure = FailureText(evil, (evil, evil), evil, evil)
    calls = (
        call(evil, parameters={"AuthFlow": evil, evil: evil, "List": [{"Name": evil, "Value": 1}]}),
        call("SignUp", 1, outcome=evil, message=evil),
        call("SignUp", 2, answer={evil: evil, "ChallengeName": evil}, shape={evil: evil}),
    )
    lines = [
        ScenarioLine(
            f"{evil}.py::test_{place}[{evil}]",
            evil,
            evil,
            {"mfa": evil, evil: evil},
            "failed",
            Verdict.NOT_REFUSED,
            (Check(evil, Verdict.NOT_REFUSED, evil, evil, evil),),
            START,
            1.0,
            calls,
            {"mfa": evil, "user_pool_id": evil},
            failure,
            evil,
            evil,
        )
        for place in range(4)
    ]
    run = RunLine(evil, evil, evil, 1, START, {evil: {"value": evil, "source": evil}}, {evil: evil})
    records = [finding(**dict.fromkeys(("message", "reason", "fix", "id", "file"), evil))]
    records += [finding(id=f"drift/{evil}", message=evil)]
    return RunRecord(run, tuple(lines), EndLine(1, START, findings=tuple(records), notes=(evil,)))


def large_record(groups: int = 156, variants: int = 4, calls: int = 20) -> RunRecord:
    """Return a record with as many scenarios and calls as the default run, none like another."""
    lines = []
    for number in range(groups):
        for place in range(variants):
            made = sign_in_calls(f"user-{number}-{place}") * (calls // 5)
            # Another order, so that no two scenarios can share a diagram.
            made = made[(number + place) % calls :] + made[: (number + place) % calls]
            made[0] = {**made[0], "outcome": "LimitExceededException", "message": f"try {place}"}
            lines.append(
                scenario(
                    f"scenario_number_{number}_with_a_name_of_usual_length[mfa_{place}-secret]",
                    area=f"area_{number % 18}",
                    variant={"mfa": f"mfa_{place}", "client": "secret", "flow": "user_srp"},
                    calls=tuple(made),
                )
            )
    return record_of(*lines)


def write(record: RunRecord, path: Path) -> Path:
    """Write a record as a run does."""
    path.write_text("".join(f"{line}\n" for line in record.lines()), encoding="utf-8")
    return path
