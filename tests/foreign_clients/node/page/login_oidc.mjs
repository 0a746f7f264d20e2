// oidc-client-ts signs in by redirect: discovery, state and PKCE, and the claims of userInfo.
import { ErrorResponse, UserManager, WebStorageStateStore } from "oidc-client-ts";

import { changeAddress, press, settings, show } from "./login.mjs";

const given = await settings();
const manager = new UserManager({
  authority: given.issuer,
  client_id: given.client_id,
  redirect_uri: given.redirect_uri,
  scope: given.scope,
  loadUserInfo: true,
  userStore: new WebStorageStateStore({ store: localStorage }),
});
const app = {
  sign_in: () => manager.signinRedirect(),
  call: async () => `user info of ${(await manager.getUser()).profile.name}`,
  async refresh() {
    const before = (await manager.getUser()).access_token;
    const after = (await manager.signinSilent()).access_token;
    return after === before ? "the same tokens" : "new tokens";
  },
  // Cognito takes client_id and logout_uri, and refuses what this client sends by itself (H098).
  async sign_out() {
    await manager.removeUser();
    const { end_session_endpoint } = await (await fetch(manager.settings.metadataUrl)).json();
    const { client_id, logout_uri } = given;
    location.href = `${end_session_endpoint}?${new URLSearchParams({ client_id, logout_uri })}`;
  },
};

changeAddress();
if (location.search.includes("code=")) {
  try {
    const user = await manager.signinRedirectCallback();
    show(`signed in as ${user.profile["cognito:username"]}`);
  } catch (problem) {
    const refused = problem instanceof ErrorResponse;
    show(refused ? `refused: ${problem.error}` : `the client refuses: ${problem.message}`);
  }
  history.replaceState(null, "", "/");
}
press(app);
