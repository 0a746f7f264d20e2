"""Functions in Node modules, run as Lambda's runtime for Node.js runs them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.clock import stopwatch
from harness.emulator import Emulator, LambdaFunctions
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from harness.emulator.triggers.node_process import NodeProcess
from harness.errors import ConfigurationError
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.walker import new_walker
from tests.emulator.triggers.test_lambda_functions import FUNCTION, UNEXPECTED, engine_of

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")

FAILED, INVALID = "UserLambdaValidationException", "InvalidLambdaResponseException"
CONFIG = {"PreSignUp": f"{FUNCTION}check"}

ASYNC = """export const handler = async (event) => {
  event.response.autoConfirmUser = true;
  return event;
};"""
CALLBACK = """exports.handler = (event, context, callback) => {
  event.response.autoConfirmUser = true;
  setTimeout(() => callback(null, event), 1);
};"""

Write = Callable[..., str]


@pytest.fixture
def module(tmp_path: Path) -> Write:
    """Return a function that writes a module and returns the text that names its handler."""

    def write(source: str, name: str = "index.mjs", export: str = "handler") -> str:
        (tmp_path / name).write_text(source, encoding="utf-8")
        return f"{tmp_path / name}:{export}"

    return write


def sign_up(target: str, **how: Any) -> tuple[str, Engine]:
    """Sign up in a pool whose PreSignUp is a Node module; return the user's status."""
    engine = engine_of({"check": target}, **how)
    try:
        walker = new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
        return walker.administer("AdminGetUser")["UserStatus"], engine
    finally:
        engine.triggers.close()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("index.mjs", ASYNC),
        ("index.cjs", CALLBACK),
        ("index.js", CALLBACK),
        ("done.cjs", CALLBACK.replace("callback(null, event)", "context.done(null, event)")),
        ("succeed.cjs", CALLBACK.replace("callback(null, event)", "context.succeed(event)")),
        ("default.cjs", "module.exports = { handler: (e, c, done) => done(null, "
         "{ ...e, response: { ...e.response, autoConfirmUser: true } }) };"),
    ],
)  # fmt: skip
def test_handler_of_every_style_runs(module: Write, name: str, source: str) -> None:
    """Handlers are async or take a callback, in ES modules and in CommonJS."""
    assert sign_up(module(source, name))[0] == "CONFIRMED"


def test_handler_may_be_nested(module: Write) -> None:
    """The name of the handler may have dots, as Lambda's may."""
    source = ASYNC.replace("export const handler =", "const run =")
    target = module(source + "\nexport const users = { check: run };", export="users.check")
    assert sign_up(target)[0] == "CONFIRMED"


@pytest.mark.fact("A184")
@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("export const handler = async () => { throw new Error('not today'); };", "not today"),
        ("export const handler = () => { throw new TypeError('not you'); };", "not you"),
        ("export const handler = (e, c, done) => done('in words');", "in words"),
        ("export const handler = (e, c, done) => done(new Error('as error'));", "as error"),
        ("export const handler = (e, c) => c.fail(new Error('failed'));", "failed"),
        ("export const handler = () => Promise.reject('no error');", "no error"),
        ("export const handler = () => Promise.reject();", "handled"),
        ("export const handler = async () => ({ a: 1n });", "Unable to stringify response body"),
        ("export const handler = () => new Promise(() => {});", "The handler's promise was never"
         " settled, and nothing is left to do."),
        ("export const handler = () => { setTimeout(() => { throw new Error('later'); }); };",
         "later"),
        ("export const handler = () => { Promise.reject(new Error('lost')); };", "Error: lost"),
    ],
)  # fmt: skip
def test_error_reaches_the_caller(module: Write, source: str, text: str) -> None:
    """errorMessage is what Lambda's runtime says of each way to fail."""
    with refused(FAILED, f"PreSignUp failed with error {text}."):
        sign_up(module(source))


@pytest.mark.parametrize(
    ("status", "words"),
    [(3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a")],
)
def test_end_of_the_process_is_an_error(module: Write, status: int, words: str) -> None:
    """A handler that ends its process fails as it does at Lambda, and the next call works."""
    source = f"""let first = true;
export const handler = async (event) => {{
  if (event.userName === "alice") process.exit({status});
  event.response.autoConfirmUser = true;
  return event;
}};"""
    engine = engine_of({"check": module(source)})
    with pytest.raises(Refusal, match=words):
        new_walker(engine, LambdaConfig=CONFIG)
    bob = new_walker(engine, username="bob", confirmed=False, LambdaConfig=CONFIG)
    assert bob.administer("AdminGetUser")["UserStatus"] == "CONFIRMED"
    engine.triggers.close()


@pytest.mark.parametrize(
    "source",
    [
        "export const handler = () => 7;",
        "export const handler = (event) => event;",
        "export const handler = async () => {};",
        "export const handler = async () => null;",
        "export const handler = (event, context, callback) => callback();",
    ],
)
def test_handler_that_returns_nothing_is_cognitos_error(module: Write, source: str) -> None:
    """Lambda ignores what a handler returns that is not async; Cognito cannot read null."""
    with refused(INVALID, "Unrecognizable lambda output"):
        sign_up(module(source))


@pytest.mark.fact("T002", "T003")
@pytest.mark.parametrize(
    "body", ["while (true);", "await new Promise((done) => setTimeout(done, 60_000));"]
)
def test_slow_handler_is_tried_three_times(
    module: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str
) -> None:
    """Its process is ended each time, so that nothing of it is left."""
    source = f"""export const handler = async (event) => {{
  console.error("began"); {body} return event;
}};"""
    passed = stopwatch()
    words = (
        "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    )
    with refused(UNEXPECTED, words):
        sign_up(module(source), timeout=0.3)
    assert 0.9 <= passed() < 30
    assert capfd.readouterr().err.count("began") == 3


def test_callback_waits_for_what_is_left_to_do(module: Write) -> None:
    """Like at Lambda, a callback's result waits for open timers, unless the handler says not to."""
    waits = """export const handler = (event, context, callback) => {
  WAITS
  setInterval(() => {}, 1000);
  event.response.autoConfirmUser = true;
  callback(null, event);
};"""
    with refused(UNEXPECTED):
        sign_up(module(waits.replace("WAITS", "")), timeout=0.3, tries=1)
    without = waits.replace("WAITS", "context.callbackWaitsForEmptyEventLoop = false;")
    assert sign_up(module(without, "without.mjs"))[0] == "CONFIRMED"


def test_log_of_the_function_is_shown(module: Write, capfd: pytest.CaptureFixture[str]) -> None:
    """What it prints appears on the standard error, with its name, and is never its result."""
    source = """export const handler = async (event) => {
  console.log("hello", { user: event.userName });
  console.error("oh");
  process.stdout.write('{"result": "null"}\\n');
  event.response.autoConfirmUser = true;
  return event;
};"""
    assert sign_up(module(source))[0] == "CONFIRMED"
    shown = capfd.readouterr()
    assert shown.out == ""
    for line in ("hello { user: 'alice' }", "oh", '{"result": "null"}'):
        assert f"[index.mjs:handler] {line}\n" in shown.err


def test_log_without_a_line_end_hides_no_result(
    module: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    """Loggers that write to the file descriptor itself need not end a line before the result."""
    source = """import { writeSync } from "node:fs";
export const handler = async (event) => {
  writeSync(1, "half a line");
  event.response.autoConfirmUser = true;
  return event;
};"""
    assert sign_up(module(source), tries=1)[0] == "CONFIRMED"
    assert "[index.mjs:handler] half a line\n" in capfd.readouterr().err


def test_process_that_reads_nothing_is_too_slow(module: Write) -> None:
    """An event that is larger than a pipe does not wait longer than one that fits into it."""
    source = """export const handler = async (event) => {
  setTimeout(() => { while (true); });
  event.response.autoConfirmUser = true;
  return event;
};"""
    engine = engine_of({"check": module(source)}, timeout=0.5, tries=1)
    walker = new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
    large = {"Username": "bob", "ClientMetadata": {"large": "x" * 100_000}}
    passed = stopwatch()
    with refused(UNEXPECTED):
        walker.call("SignUp", ClientId=walker.client_id, Password=PASSWORD, **large)
    assert passed() < 20
    engine.triggers.close()


def test_context_has_lambdas_members(module: Write, capfd: pytest.CaptureFixture[str]) -> None:
    """The second argument is Lambda's context in Node.js."""
    source = """export const handler = async (event, context) => {
  const left = context.getRemainingTimeInMillis();
  console.log(context.functionName, context.invokedFunctionArn, context.functionVersion,
    context.logGroupName, context.awsRequestId.length, left > 4000 && left <= 5000);
  return event;
};"""
    sign_up(module(source))
    expected = f"check {FUNCTION}check $LATEST /aws/lambda/check 36 true"
    assert expected in capfd.readouterr().err


def test_process_stays_for_the_next_call(module: Write) -> None:
    """What a module keeps outside its handler is there at the next invocation."""
    source = """let calls = 0;
export const handler = async (event) => {
  calls += 1;
  event.response.autoConfirmUser = calls > 1;
  return event;
};"""
    engine = engine_of({"check": module(source)})
    first = new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
    second = new_walker(engine, confirmed=False, LambdaConfig=CONFIG)
    found = [walker.administer("AdminGetUser")["UserStatus"] for walker in (first, second)]
    assert found == ["UNCONFIRMED", "CONFIRMED"]
    engine.triggers.close()


def test_files_are_found_beside_the_module(module: Write, tmp_path: Path) -> None:
    """The working directory is the module's folder, and relative imports work."""
    (tmp_path / "list.txt").write_text("alice", encoding="utf-8")
    (tmp_path / "shared.mjs").write_text("export const file = 'list.txt';", encoding="utf-8")
    source = """import { readFileSync } from "node:fs";
import { file } from "./shared.mjs";
export const handler = async (event) => {
  event.response.autoConfirmUser = readFileSync(file, "utf8") === event.userName;
  return event;
};"""
    assert sign_up(module(source))[0] == "CONFIRMED"


def test_handler_may_call_the_emulator(module: Write) -> None:
    """A handler that makes a call which runs the same function gets another process for it."""
    source = """import http from "node:http";
const call = (port, operation, body) => new Promise((done, fail) => {
  const request = http.request({ port, host: "127.0.0.1", method: "POST", headers: {
    "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
    "Content-Type": "application/x-amz-json-1.1",
    Authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request",
  } }, (response) => { response.resume(); response.on("end", () => done(response.statusCode)); });
  request.on("error", fail);
  request.end(JSON.stringify(body));
});
export const handler = async (event) => {
  if (event.triggerSource === "PreSignUp_SignUp") {
    const body = { UserPoolId: event.userPoolId, Username: `twin-of-${event.userName}` };
    const status = await call(process.env.PORT_OF_EMULATOR, "AdminCreateUser", body);
    if (status !== 200) throw new Error(`status ${status}`);
  }
  return event;
};"""
    functions = LambdaFunctions({"check": module(source)})
    emulator = Emulator(mock=False, triggers=functions)
    with EmulatorServer(emulator=emulator) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT_OF_EMULATOR", server.url.rpartition(":")[2])
        walker = new_walker(emulator.engine, confirmed=False, LambdaConfig=CONFIG)
        names = [user.username for user in emulator.engine.pools[walker.user_pool_id].users]
    assert sorted(names) == ["alice", "twin-of-alice"]


def test_calls_at_one_time_do_not_wait_for_each_other(module: Write) -> None:
    """Each gets a process of its own, as it gets an environment of its own at Lambda."""
    source = """export const handler = async (event) => {
  await new Promise((done) => setTimeout(done, 300));
  return event;
};"""
    engine = engine_of({"check": module(source)}, timeout=10)
    with ThreadPoolExecutor(4) as threads:
        names = [f"user-{number}" for number in range(4)]
        made = [
            threads.submit(new_walker, engine, username=name, confirmed=False, LambdaConfig=CONFIG)
            for name in names
        ]
        for one in made:
            one.result()
    engine.triggers.close()


@pytest.mark.parametrize(
    ("source", "export", "words"),
    [
        ("export const other = 1;", "handler", "handler is undefined or not exported"),
        ("export const handler = 1;", "handler", "handler is not a function"),
        ("import './missing.mjs';", "handler", "Cannot find module"),
        ("const = 1;", "handler", "SyntaxError"),
        ("process.exit(4);", "handler", "exit status 4"),
    ],
)
def test_module_that_cannot_be_loaded_is_one_line(
    module: Write, source: str, export: str, words: str
) -> None:
    """Where it is prepared, one line says why; in a call, it is the function's error."""
    functions = LambdaFunctions({"check": module(source, export=export)})
    with pytest.raises(ConfigurationError) as caught:
        functions.prepare()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    engine = engine_of({"check": module(source, export=export)})
    with refused(FAILED):
        new_walker(engine, LambdaConfig=CONFIG)


def test_missing_node_is_one_line(module: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no Node learns it when they give the handler."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigurationError, match=r"need Node.js 20 or newer on the path"):
        LambdaFunctions({"check": module(ASYNC)})


def test_stop_of_the_emulator_ends_the_processes(
    module: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs on when a suite has ended; a later start may use the functions again."""
    started: list[NodeProcess] = []
    original = NodeProcess.__init__

    def noted(process: NodeProcess, *arguments: Any) -> None:
        original(process, *arguments)
        started.append(process)

    monkeypatch.setattr(NodeProcess, "__init__", noted)
    functions = LambdaFunctions({"check": module(ASYNC)})
    for _ in range(2):
        with Emulator(triggers=functions):
            cognito: Any = boto3.client("cognito-idp", region_name="us-east-1")
            pool = cognito.create_user_pool(PoolName="p", LambdaConfig=CONFIG)["UserPool"]
            cognito.admin_create_user(UserPoolId=pool["Id"], Username="alice")
    assert [process.runs for process in started] == [False, False]


def test_password_is_not_in_the_representation(module: Write) -> None:
    """What shows a set of functions shows what the user gave, and nothing of a call."""
    functions = LambdaFunctions({"check": module(ASYNC)})
    assert PASSWORD not in repr(functions)
    assert "index.mjs:handler" in repr(functions)
