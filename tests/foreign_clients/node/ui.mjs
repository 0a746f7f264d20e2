// The Authenticator of @aws-amplify/ui-react in Chromium, pressed and filled in as a person does; the
// argument is the path of Chromium's executable.
import { chromium } from "playwright-core";

import { Authenticator } from "./authenticator.mjs";
import { converse } from "./conversation.mjs";
import { addressOf, serve } from "./served_page.mjs";

const CODE = "input[name=confirmation_code]";
const PASSKEY = "[data-amplify-authenticator-passkeyprompt]";

class AmplifyUi {
  static async start(settings) {
    const started = new AmplifyUi();
    started.email = settings.email;
    started.server = await serve("ui", settings);
    started.browser = await chromium.launch({ executablePath: process.argv[2] });
    started.page = await started.browser.newPage();
    started.page.setDefaultTimeout(60_000);
    started.page.on("pageerror", (error) => console.error(error));
    started.authenticator = await Authenticator.of(started.page);
    return started;
  }

  async end() {
    await this.browser.close();
    this.server.close();
  }

  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  fill(name, text) {
    return this.page.locator(`input[name=${name}]`).fill(text);
  }

  // What the person sees next: they are inside, or something to answer, or an error.
  async seen(question = "h1") {
    const inside = this.page.locator("h1");
    const refused = this.page.locator(".amplify-alert--error");
    await inside.or(refused).or(this.page.locator(question)).first().waitFor();
    if (await inside.isVisible()) return inside.textContent();
    return (await refused.isVisible()) ? "refused" : "asked";
  }

  async visit() {
    await this.page.goto(addressOf(this.server));
    const leave = this.page.getByRole("button", { name: "Leave" });
    const form = this.page.locator("input[name=username]");
    await leave.or(form).first().waitFor();
    if (await leave.isVisible()) await leave.click();
    await form.waitFor();
  }

  // The form takes the email address as the username.
  async sign_up_with_email() {
    await this.visit();
    await this.page.getByRole("tab", { name: "Create Account" }).click();
    await this.fill("username", this.email);
    await this.fill("email", this.email);
    await this.press("Create account with Email OTP");
    return this.seen(CODE);
  }

  async confirm({ code }) {
    await this.page.locator(CODE).fill(code);
    // The form shows an earlier error until it sends the code.
    const answered = this.page.waitForResponse((answer) => answer.request().method() === "POST");
    await this.press("Confirm");
    await answered;
    return this.seen(PASSKEY);
  }

  async register_passkey() {
    await this.press("Create a Passkey");
    await this.press("Continue");
    return this.seen();
  }

  async sign_in_with_passkey() {
    await this.visit();
    await this.fill("username", this.email);
    await this.press("Sign In with Passkey");
    return this.seen();
  }

  async sign_in_with_email() {
    await this.visit();
    await this.fill("username", this.email);
    await this.press("Other sign-in options");
    await this.press("Sign In with Email");
    return this.seen(CODE);
  }

  swap_passkey() {
    return this.authenticator.swap();
  }

  mend_passkey() {
    return this.authenticator.mend();
  }
}

await converse((settings) => AmplifyUi.start(settings));
