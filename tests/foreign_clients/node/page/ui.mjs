// The page: the Authenticator of @aws-amplify/ui-react, which prefers passkeys, and offers one after
// the sign-up.
import { Authenticator } from "@aws-amplify/ui-react";
import { Amplify } from "aws-amplify";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const { endpoint, user_pool_id, client_id } = await (await fetch("/settings.json")).json();

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: user_pool_id,
      userPoolClientId: client_id,
      userPoolEndpoint: endpoint,
      passwordless: {
        emailOtpEnabled: true,
        webAuthn: { relyingPartyId: "localhost", userVerification: "preferred" },
        preferredChallenge: "WEB_AUTHN",
      },
    },
  },
});

function inside({ user, signOut }) {
  const title = createElement("h1", null, `signed in as ${user.username}`);
  return createElement("main", null, title, createElement("button", { onClick: signOut }, "Leave"));
}

const settings = {
  signUpAttributes: ["email"],
  passwordless: { passkeyRegistrationPrompts: { afterSignup: "ALWAYS", afterSignin: "NEVER" } },
};
const root = createRoot(document.querySelector("#root"));
root.render(createElement(Authenticator, settings, inside));
