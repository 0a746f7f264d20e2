// Chromium's virtual authenticator, which WebDriver's extension commands make, too:
// https://www.w3.org/TR/webauthn-3/#sctn-automation
import { generateKeyPairSync } from "node:crypto";

const PLATFORM = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

export class Authenticator {
  static async of(page) {
    const made = new Authenticator();
    made.session = await page.context().newCDPSession(page);
    await made.session.send("WebAuthn.enable");
    await made.add(PLATFORM);
    return made;
  }

  async add(options) {
    const { authenticatorId } = await this.session.send("WebAuthn.addVirtualAuthenticator", {
      options,
    });
    this.authenticatorId = authenticatorId;
  }

  send(command, more = {}) {
    const { authenticatorId } = this;
    return this.session.send(`WebAuthn.${command}`, { authenticatorId, ...more });
  }

  async credentials() {
    const { credentials } = await this.send("getCredentials");
    return credentials;
  }

  // An authenticator with the same passkeys that differs in an option, such as one that cannot
  // verify its user.
  async replace(options) {
    const kept = await this.credentials();
    await this.send("removeVirtualAuthenticator");
    await this.add({ ...PLATFORM, ...options });
    await this.put(kept);
    return "done";
  }

  // It verifies its user for the browser, but not in what it signs.
  async skipVerification() {
    await this.send("setResponseOverrideBits", { isBadUV: true });
    return "done";
  }

  // Chromium offers no passkey whose id the service does not name. So a thief's passkey has that id,
  // and another key.
  async swap() {
    this.kept = await this.credentials();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const foreign = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    await this.put(this.kept.map((passkey) => ({ ...passkey, privateKey: foreign })));
    return "done";
  }

  async mend() {
    await this.put(this.kept);
    return "done";
  }

  async put(credentials) {
    await this.send("clearCredentials");
    for (const credential of credentials) await this.send("addCredential", { credential });
  }
}
