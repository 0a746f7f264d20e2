// Auth.js with its Cognito provider, which knows issuer, client id and secret alone. The app's own
// web server is left out: its requests are handed to Auth.js.
import { Auth } from "@auth/core";
import Cognito from "@auth/core/providers/cognito";

import { converse } from "./login_conversation.mjs";

class App {
  static start(settings) {
    const app = new App();
    app.settings = settings;
    app.origin = new URL(settings.redirect_uri).origin;
    app.cookies = new Map();
    app.secret = settings.client_secret;
    return app;
  }

  use_secret({ client_secret }) {
    this.secret = client_secret;
    return "done";
  }

  async visit(address, body) {
    const { issuer, client_id: clientId, scope } = this.settings;
    // The automatic nonce of a federated sign-in fails without this check; others do no harm.
    const checks = ["pkce", "state", "nonce"];
    const provider = Cognito({
      issuer,
      clientId,
      clientSecret: this.secret,
      checks,
      authorization: { params: { scope } },
      profile: (claims) => ({ id: claims.sub, name: claims["cognito:username"] }),
    });
    this.problems = [];
    const response = await Auth(this.request(address, body), {
      providers: [provider],
      secret: "the secret of the app's own cookies",
      trustHost: true,
      basePath: "/auth",
      logger: { error: (problem) => this.problems.push(problem), warn() {} },
    });
    this.keep(response.headers.getSetCookie());
    return response;
  }

  request(address, body) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const method = body ? "POST" : "GET";
    const headers = body ? { cookie, "X-Auth-Return-Redirect": "1" } : { cookie };
    return new Request(new URL(address, this.origin), {
      method,
      headers,
      body: body && new URLSearchParams(body),
    });
  }

  keep(lines) {
    for (const line of lines) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
  }

  async begin({ redirect_uri }) {
    const { csrfToken } = await (await this.visit("/auth/csrf")).json();
    const response = await this.visit("/auth/signin/cognito", { csrfToken });
    const url = new URL((await response.json()).url);
    // Auth.js makes the address from that of the request, so another one is put in here.
    if (redirect_uri) url.searchParams.set("redirect_uri", redirect_uri);
    return { outcome: "done", url: url.href };
  }

  async finish({ url }) {
    const { pathname, search } = new URL(url);
    this.before = new Map(this.cookies);
    this.cookies.delete("authjs.session-token");
    const response = await this.visit(pathname + search);
    const session = await (await this.session(response)).json();
    return session ? `signed in as ${session.user.name}` : this.refusal();
  }

  // As if the browser had not got the cookies of the first response.
  finish_again(given) {
    this.cookies = this.before;
    return this.finish(given);
  }

  // The problems are those of the callback: a session is asked for only if there were none.
  async session(response) {
    if (this.problems.length > 0) return new Response("null");
    return this.visit("/auth/session", undefined, response);
  }

  refusal() {
    const [problem] = this.problems;
    const cause = problem?.cause?.err ?? problem;
    const refused = cause?.cause?.error ?? problem?.cause?.error ?? cause?.error;
    return refused ? `refused: ${refused}` : `the client refuses: ${problem?.type}`;
  }
}

await converse((settings) => App.start(settings));
