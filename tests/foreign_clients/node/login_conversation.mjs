// A conversation about a sign-in on the pages: an error of OAuth is named as the server names it, and
// what a client refuses by itself as such.
import { converse as speak } from "./conversation.mjs";

export async function converse(makeApp) {
  await speak(async (settings) => named(await makeApp(settings)));
}

// Every verb of the app, with the outcomes of its errors.
function named(app) {
  return new Proxy(app, {
    get(target, verb) {
      const action = target[verb];
      if (typeof action !== "function") return action;
      return async (given) => {
        try {
          return await action.call(target, given ?? {});
        } catch (problem) {
          return outcomeOf(problem);
        }
      };
    },
  });
}

export function outcomeOf(problem) {
  const refused = problem.error ?? problem.cause?.error;
  if (typeof refused === "string") return `refused: ${refused}`;
  const code = problem.code ?? problem.name;
  console.error(problem.stack);
  return `the client refuses: ${code}`;
}
