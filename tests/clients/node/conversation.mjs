// A driver reads one JSON object a line: first its settings, then what to do. It answers each with
// a line of its own: the outcome, in the words of tests/clients/story.py.
import { createInterface } from "node:readline";

export async function converse(makeClient) {
  let client = null;
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: verb, ...given } = JSON.parse(line);
    const answer = await outcomeOf(async () => {
      if (verb !== "start") return client[verb](given);
      client = await makeClient(given);
      return "done";
    });
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
  await client?.end?.();
}

async function outcomeOf(action) {
  try {
    const found = await action();
    return typeof found === "string" ? { outcome: found } : found;
  } catch (error) {
    return { outcome: failure(error) };
  }
}

// Cognito's own errors end in Exception, whichever library throws them.
function failure(error) {
  const name = error.code ?? error.name;
  if (/Exception$/.test(name)) return `refused: ${name}`;
  process.stderr.write(`${error.stack}\n`);
  return `broke: ${error.name}: ${error.message}`;
}

