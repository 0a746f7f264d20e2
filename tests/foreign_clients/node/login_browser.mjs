// A page in Chromium that signs in with managed login. The arguments are the path of Chromium, the
// name of the page, and perhaps the hash of the public key of a certificate to trust.
import { chromium } from "playwright-core";

import { converse } from "./conversation.mjs";
import { addressOf, serve } from "./served_page.mjs";

const [executablePath, name, key] = process.argv.slice(2);
// As an import of the certificate authority does, but for this one window.
const args = key ? [`--ignore-certificate-errors-spki-list=${key}`] : [];
const CODE = "input[autocomplete=one-time-code]";
const PASSWORD = "input[autocomplete=current-password]";

class Browser {
  static async start(settings) {
    const started = new Browser();
    started.settings = { ...settings };
    started.server = await serve(name, started.settings, "login");
    started.origin = addressOf(started.server);
    started.browser = await chromium.launch({ executablePath, args });
    started.page = await started.browser.newPage();
    started.page.setDefaultTimeout(60_000);
    started.page.on("pageerror", (error) => console.error(error));
    started.page.on("request", (request) => started.see(new URL(request.url())));
    started.page.on("response", (response) => started.remember(response));
    return started;
  }

  async end() {
    await this.browser.close();
    this.server.close();
  }

  see(url) {
    if (url.href.startsWith(this.origin)) this.code = url.searchParams.get("code") ?? this.code;
  }

  remember(response) {
    if (response.request().isNavigationRequest()) this.status = response.status();
  }

  address() {
    return { outcome: "done", origin: this.origin };
  }

  // From now on the app has these settings.
  configure(settings) {
    Object.assign(this.settings, settings);
    return "done";
  }

  async open() {
    await this.page.goto(this.origin);
    await this.page.locator("body[data-ready]").waitFor();
  }

  // A new visit, in which the app knows nothing; `instead` replaces parameters of the callback.
  async begin({ instead = {} }) {
    await this.open();
    await this.page.evaluate((parameters) => {
      localStorage.clear();
      sessionStorage.clear();
      sessionStorage.setItem("instead", JSON.stringify(parameters));
    }, instead);
    return this.press("sign_in");
  }

  async press(button) {
    await this.page.reload();
    await this.page.locator("body[data-ready]").waitFor();
    await this.page.locator(`button[name=${button}]`).click();
    return this.seen();
  }

  async answer({ typed }) {
    for (const [kind, text] of Object.entries(typed)) {
      await this.page.locator(`input[autocomplete=${kind}]`).fill(text);
    }
    const asked = "one-time-code" in typed ? CODE : PASSWORD;
    const next = this.page.waitForNavigation();
    await this.page.locator(`form:has(${asked}) [type=submit]`).first().click();
    await next;
    return this.seen();
  }

  // What is on the screen: the app with an outcome, a form of the pages, or something else.
  async seen() {
    const shown = "output:not(:empty)";
    const left = (url) => !url.href.startsWith(this.origin);
    await Promise.race([
      this.page.locator(shown).waitFor(),
      this.page.waitForURL(left, { waitUntil: "load" }),
    ]);
    return left(new URL(this.page.url())) ? this.form() : this.page.locator(shown).textContent();
  }

  async form() {
    if (await this.page.locator(CODE).isVisible()) return "asked for a code";
    if (await this.page.locator(PASSWORD).isVisible()) return "asked for a password";
    return `error page ${this.status}`;
  }

  spent_code() {
    return { outcome: "done", code: this.code };
  }

  call() {
    return this.press("call");
  }

  refresh() {
    return this.press("refresh");
  }

  sign_out() {
    return this.press("sign_out");
  }
}

await converse((settings) => Browser.start(settings));
