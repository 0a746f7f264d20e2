// The outcome of an action, in the terms of tests/foreign_clients/steps.py.

export async function outcomeOf(action) {
  try {
    const found = await action();
    return typeof found === "string" ? { outcome: found } : found;
  } catch (error) {
    return { outcome: failure(error) };
  }
}

// SELECT_CHALLENGE; the order of its list is not documented.
export function oneOf(factors) {
  return `asked for one of ${[...factors].sort().join(", ")}`;
}

// Cognito's own errors end in Exception, whatever library throws them.
function failure(error) {
  const name = error.code ?? error.name;
  if (/Exception$/.test(name)) return `refused: ${name}`;
  // Amplify wraps what the browser throws when an authenticator does not do what it is asked for.
  if (error.underlyingError) return `failed: ${error.underlyingError.name}`;
  console.error(error.stack);
  return `broke: ${error.name}: ${error.message}`;
}
