// Runs the handler of one Node module as Lambda's runtime for Node.js does. Each line of the
// standard input is one invocation; what follows the mark in a line of the standard output is its
// result. Everything else that the function writes is its log.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { once } from "node:events";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const [path, name, mark] = process.argv.slice(2);
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

// A handler that never yields does not see the end of the standard input, so another thread looks
// whether the parent is still there. Windows gives no process another parent.
const watchdog = new Worker(
  `const parent = process.ppid;
   setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 500);`,
  { eval: true, env: {}, execArgv: [] },
);
const watching = once(watchdog, "online");

const send = (message, then) => write(`${mark}${JSON.stringify(message)}\n`, then);

function described(error) {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message };
  return { errorType: typeof error, errorMessage: String(error) };
}

const resolved = (holder) => name.split(".").reduce((value, key) => value?.[key], holder);

async function load() {
  const module = await import(pathToFileURL(path).href);
  const found = resolved(module) ?? resolved(module.default);
  if (typeof found !== "function") {
    const what = found === undefined ? "undefined or not exported" : "not a function";
    throw new Error(`${name} is ${what}`);
  }
  return found;
}

// What happens when nothing is left to do while an invocation is open.
let whenIdle = null;
process.on("beforeExit", () => whenIdle?.());

function begin(handler, { event, context }) {
  let open = true;
  const finish = (message) => {
    if (!open) return;
    open = false;
    whenIdle = null;
    process.stdin.ref();
    send(message);
  };
  const succeed = (result) => {
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? "null";
    } catch {
      return fail(new Error("Unable to stringify response body"));
    }
    return finish({ result: text });
  };
  const fail = (error, ends = false) => finish({ error: described(error ?? "handled"), ends });
  const isGiven = (error) => error !== undefined && error !== null;
  const done = (error, result) => (isGiven(error) ? fail(error) : succeed(result));
  let waits = true;
  const callback = (error, result) => {
    if (isGiven(error)) fail(error);
    else if (!waits) succeed(result);
    else whenIdle = () => succeed(result);
  };
  const deadline = Date.now() + context.remainingTimeInMillis;
  const whole = {
    ...context,
    done,
    succeed,
    fail: (error) => fail(error),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
  };
  delete whole.remainingTimeInMillis;
  stop = (error) => fail(error, true);
  process.stdin.unref();
  whenIdle = () => succeed(null);
  try {
    const returned = handler(event, whole, callback);
    if (returned && typeof returned.then === "function") {
      whenIdle = () =>
        fail(new Error("The handler's promise was never settled, and nothing is left to do."));
      returned.then(succeed, (error) => fail(error));
    }
  } catch (error) {
    fail(error);
  }
}

let stop = null;
const crash = (error) => {
  stop?.(error);
  // The result must be written before the process ends.
  write("", () => process.exit(1));
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", (reason) => crash(new Error(String(reason))));

try {
  const handler = await load();
  await watching;
  watchdog.unref();
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => begin(handler, JSON.parse(line)));
  lines.on("close", () => process.exit(0));
  send({ loaded: true });
} catch (error) {
  send({ failed: { errorType: error?.name, errorMessage: String(error) } }, () => process.exit(1));
}
