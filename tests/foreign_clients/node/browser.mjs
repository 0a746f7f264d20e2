// aws-amplify in a page in Chromium; the argument is the path of its executable.
import { chromium } from "playwright-core";

import { Authenticator } from "./authenticator.mjs";
import { converse } from "./conversation.mjs";
import { addressOf, serve } from "./served_page.mjs";

const PASSWORD_KEY = ".randomPasswordKey";

class Browser {
  static async start(settings) {
    const started = new Browser();
    started.server = await serve("page", settings);
    started.browser = await chromium.launch({ executablePath: process.argv[2] });
    started.page = await started.browser.newPage();
    started.page.setDefaultTimeout(60_000);
    started.page.on("pageerror", (error) => console.error(error));
    started.authenticator = await Authenticator.of(started.page);
    await started.visit();
    return started;
  }

  async end() {
    await this.browser.close();
    this.server.close();
  }

  async visit() {
    await this.page.goto(addressOf(this.server));
    await this.page.locator("body[data-ready]").waitFor();
  }

  async press(button, typed = {}) {
    for (const [name, text] of Object.entries(typed)) {
      await this.page.locator(`input[name=${name}]`).fill(text);
    }
    await this.page.locator(`button[name=${button}]`).click();
    const shown = this.page.locator("output:not(:empty)");
    await shown.waitFor();
    return shown.textContent();
  }

  sign_up(typed) {
    return this.press("sign_up", typed);
  }

  confirm(typed) {
    return this.press("confirm", typed);
  }

  // Every sign-in is a new visit: the page knows only what the browser has stored.
  async sign_in(typed) {
    await this.visit();
    return this.press("sign_in", typed);
  }

  begin_totp() {
    return this.photograph("begin_totp");
  }

  begin_totp_by_token() {
    return this.photograph("begin_totp_by_token");
  }

  async photograph(button) {
    const outcome = await this.press(button);
    const picture = await this.page.locator("canvas").screenshot();
    return { outcome, picture: picture.toString("base64") };
  }

  end_totp(typed) {
    return this.press("end_totp", typed);
  }

  answer_code(typed) {
    return this.press("answer_code", typed);
  }

  remember_device() {
    return this.press("remember_device");
  }

  async spoil_device() {
    this.kept = await this.stored(PASSWORD_KEY);
    await this.store(this.kept.map(([key]) => [key, "not the password of the device"]));
    return "done";
  }

  async mend_device() {
    await this.store(this.kept);
    return "done";
  }

  call() {
    return this.press("call");
  }

  refresh() {
    return this.press("refresh");
  }

  forget_device() {
    return this.keepingAll("forget_device");
  }

  sign_out_everywhere() {
    return this.keepingAll("sign_out_everywhere");
  }

  sign_up_without_password() {
    return this.press("sign_up_without_password");
  }

  sign_in_after_confirmation() {
    return this.press("sign_in_after_confirmation");
  }

  async choose(typed) {
    await this.visit();
    return this.press("choose", typed);
  }

  select(typed) {
    return this.press("select", typed);
  }

  register_passkey() {
    return this.press("register_passkey");
  }

  list_passkeys() {
    return this.press("list_passkeys");
  }

  delete_passkey() {
    return this.press("delete_passkey");
  }

  end_totp_by_token(typed) {
    return this.press("end_totp_by_token", typed);
  }

  swap_passkey() {
    return this.authenticator.swap();
  }

  mend_passkey() {
    return this.authenticator.mend();
  }

  skip_verification() {
    return this.authenticator.skipVerification();
  }

  stop_verifying() {
    return this.authenticator.replace({ hasUserVerification: false });
  }

  // Amplify drops a device that it forgets. Put it back, to see whether Cognito still accepts it.
  async keepingAll(button) {
    const kept = await this.stored("");
    const outcome = await this.press(button);
    await this.store(kept);
    return outcome;
  }

  async stored(ending) {
    const all = await this.page.evaluate(() => Object.entries(localStorage));
    return all.filter(([key]) => key.endsWith(ending));
  }

  async store(entries) {
    await this.page.evaluate((items) => {
      for (const [key, value] of items) localStorage.setItem(key, value);
    }, entries);
  }
}

await converse((settings) => Browser.start(settings));
