// The page: each button runs an action of the app and shows its outcome.
import QRCode from "qrcode";

import { ChoiceApp } from "../choice_app.mjs";
import { outcomeOf } from "../outcome.mjs";

class Page extends ChoiceApp {
  async begin_totp() {
    const uri = this.totp.getSetupUri("A page that signs in", this.username);
    await QRCode.toCanvas(document.querySelector("canvas"), uri.href);
    return "done";
  }
}

const app = new Page(await (await fetch("/settings.json")).json());
const form = document.querySelector("form");
const output = document.querySelector("output");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  output.textContent = "";
  const typed = [...new FormData(form)].filter(([, text]) => text !== "");
  const action = () => app[event.submitter.name](Object.fromEntries(typed));
  const { outcome } = await outcomeOf(action);
  output.textContent = outcome;
});
document.body.dataset.ready = "";
