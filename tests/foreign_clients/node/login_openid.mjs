// openid-client as the back end of an app: discovery, PKCE, state and nonce, and it checks the
// signature of the ID token.
import * as openid from "openid-client";

import { converse } from "./login_conversation.mjs";

const { allowInsecureRequests, enableNonRepudiationChecks } = openid;

class App {
  static async start(settings) {
    const app = new App();
    app.settings = settings;
    await app.use(settings.client_secret);
    return app;
  }

  async use(secret) {
    const { issuer, client_id } = this.settings;
    const how = secret ? openid.ClientSecretBasic(secret) : openid.None();
    const execute = [allowInsecureRequests, enableNonRepudiationChecks];
    this.config = await openid.discovery(new URL(issuer), client_id, {}, how, { execute });
    return "done";
  }

  use_secret({ client_secret }) {
    return this.use(client_secret);
  }

  async begin({ redirect_uri = this.settings.redirect_uri }) {
    const { scope } = this.settings;
    this.checks = {
      pkceCodeVerifier: openid.randomPKCECodeVerifier(),
      expectedState: openid.randomState(),
      expectedNonce: openid.randomNonce(),
      idTokenExpected: true,
    };
    const { pkceCodeVerifier, expectedState: state, expectedNonce: nonce } = this.checks;
    const url = openid.buildAuthorizationUrl(this.config, {
      redirect_uri,
      scope,
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    return { outcome: "done", url: url.href };
  }

  async finish({ url }) {
    const address = new URL(this.elsewhere ? this.elsewhere + new URL(url).search : url);
    this.elsewhere = undefined;
    const found = await openid.authorizationCodeGrant(this.config, address, this.checks);
    this.tokens = found;
    return `signed in as ${found.claims()["cognito:username"]}`;
  }

  finish_again(given) {
    return this.finish(given);
  }

  spoil_verifier() {
    this.checks = { ...this.checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() };
    return "done";
  }

  // This client takes redirect_uri from the address of the callback.
  spoil_redirect({ redirect_uri }) {
    this.elsewhere = redirect_uri;
    return "done";
  }

  async call() {
    const { sub } = this.tokens.claims();
    const found = await openid.fetchUserInfo(this.config, this.tokens.access_token, sub);
    return `user info of ${found.username}`;
  }

  async refresh() {
    const found = await openid.refreshTokenGrant(this.config, this.tokens.refresh_token);
    return found.access_token === this.tokens.access_token ? "the same tokens" : "new tokens";
  }

  // Cognito takes logout_uri, which this client does not know by itself.
  sign_out() {
    const { client_id, logout_uri } = this.settings;
    const url = openid.buildEndSessionUrl(this.config, { client_id, logout_uri });
    return { outcome: "done", url: url.href };
  }
}

await converse((settings) => App.start(settings));
