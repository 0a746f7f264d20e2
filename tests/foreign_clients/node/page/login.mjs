// What the pages of managed login's clients share: the parameters of the callback that a test puts in
// the place of others, the buttons, and the outcome.

export async function settings() {
  return (await fetch("/settings.json")).json();
}

// The address after a sign-in, as if a person had changed it. Call it before the client reads it.
export function changeAddress() {
  const instead = JSON.parse(sessionStorage.getItem("instead") ?? "{}");
  const url = new URL(location.href);
  if (!url.searchParams.has("code")) return;
  for (const [name, value] of Object.entries(instead)) url.searchParams.set(name, value);
  history.replaceState(null, "", url);
}

export function show(outcome) {
  document.querySelector("output").textContent = outcome;
}

// Shows what each button of an app has led to, unless it leaves the page.
export function press(app) {
  for (const button of document.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      if (button.name === "sign_out") sessionStorage.setItem("leaving", "yes");
      try {
        const outcome = await app[button.name]();
        if (outcome) show(outcome);
      } catch (problem) {
        show(`broke: ${problem.name}: ${problem.message}`);
      }
    });
  }
  if (sessionStorage.getItem("leaving")) show("signed out");
  sessionStorage.removeItem("leaving");
  document.body.dataset.ready = "";
}
