// aws-amplify signs in by signInWithRedirect, and calls the API with its tokens.
import { Amplify } from "aws-amplify";
import {
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signInWithRedirect,
  signOut,
} from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { Hub } from "aws-amplify/utils";

import { changeAddress, press, settings, show } from "./login.mjs";

const given = await settings();
const app = {
  sign_in: () => signInWithRedirect(),
  call: async () => `user info of ${(await fetchUserAttributes()).name}`,
  async refresh() {
    const before = await token();
    return (await token({ forceRefresh: true })) === before ? "the same tokens" : "new tokens";
  },
  sign_out: () => signOut(),
};

async function token(options) {
  return (await fetchAuthSession(options)).tokens.accessToken.toString();
}

Hub.listen("auth", async ({ payload }) => {
  if (payload.event === "signInWithRedirect") {
    show(`signed in as ${(await getCurrentUser()).username}`);
  }
  if (payload.event === "signInWithRedirect_failure") {
    const { message } = payload.data.error;
    show(/^[a-z_]+$/.test(message) ? `refused: ${message}` : `the client refuses: ${message}`);
  }
});
changeAddress();
// https and a slash are Amplify's own: a domain may have a path.
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: given.user_pool_id,
      userPoolClientId: given.client_id,
      userPoolEndpoint: given.endpoint,
      loginWith: {
        oauth: {
          domain: given.domain_url.replace("https://", ""),
          scopes: given.scope.split(" "),
          redirectSignIn: [given.redirect_uri],
          redirectSignOut: [given.logout_uri],
          responseType: "code",
        },
      },
    },
  },
});
press(app);
