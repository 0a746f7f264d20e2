// A driver reads one JSON object per line: first its settings, then what to do. It responds to each
// with a line, the outcome.
import { createInterface } from "node:readline";

import { outcomeOf } from "./outcome.mjs";

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
