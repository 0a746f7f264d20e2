// amazon-cognito-identity-js on Node.
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from "amazon-cognito-identity-js";

import { converse } from "./conversation.mjs";
import { MemoryStorage } from "./storage.mjs";

class IdentityJs {
  constructor({ endpoint, user_pool_id, client_id, username, email }) {
    this.storage = new MemoryStorage();
    this.pool = new CognitoUserPool({
      UserPoolId: user_pool_id,
      ClientId: client_id,
      endpoint,
      Storage: this.storage,
    });
    this.username = username;
    this.email = email;
    this.user = this.newUser();
  }

  newUser() {
    return new CognitoUser({ Username: this.username, Pool: this.pool, Storage: this.storage });
  }

  async sign_up({ password }) {
    const attributes = [new CognitoUserAttribute({ Name: "email", Value: this.email })];
    await called((done) => this.pool.signUp(this.username, password, attributes, null, done));
    return "done";
  }

  async confirm({ code }) {
    await called((done) => this.user.confirmRegistration(code, false, done));
    return "done";
  }

  sign_in({ password }) {
    this.user = this.newUser();
    const details = new AuthenticationDetails({ Username: this.username, Password: password });
    return answered((callbacks) => this.user.authenticateUser(details, callbacks));
  }

  begin_totp() {
    return new Promise((resolve, onFailure) =>
      this.user.associateSoftwareToken({
        associateSecretCode: (secret) => resolve({ outcome: "done", secret }),
        onFailure,
      }),
    );
  }

  end_totp({ code }) {
    return answered((callbacks) => this.user.verifySoftwareToken(code, "phone", callbacks));
  }

  answer_code({ code }) {
    return answered((callbacks) => this.user.sendMFACode(code, callbacks, "SOFTWARE_TOKEN_MFA"));
  }

  async remember_device() {
    await answered((callbacks) => this.user.setDeviceStatusRemembered(callbacks));
    return "done";
  }

  spoil_device() {
    this.mend = this.storage.spoilDevicePassword();
    return "done";
  }

  mend_device() {
    this.mend();
    return "done";
  }

  async call() {
    await called((done) => this.user.getUserAttributes(done));
    return "done";
  }

  async refresh() {
    const before = this.user.getSignInUserSession();
    const after = await called((done) => this.user.refreshSession(before.getRefreshToken(), done));
    const changed = after.getAccessToken().getJwtToken() !== before.getAccessToken().getJwtToken();
    return changed ? "new tokens" : "the same tokens";
  }

  async forget_device() {
    await this.storage.keepingAll(() => answered((callbacks) => this.user.forgetDevice(callbacks)));
    return "done";
  }

  // The library drops its tokens. Put them back, to see whether Cognito still accepts them.
  async sign_out_everywhere() {
    const session = this.user.getSignInUserSession();
    await answered((callbacks) => this.user.globalSignOut(callbacks));
    this.user.setSignInUserSession(session);
    return "done";
  }
}

function called(start) {
  return new Promise((resolve, reject) =>
    start((error, found) => (error ? reject(error) : resolve(found))),
  );
}

function answered(start) {
  return new Promise((resolve, onFailure) => {
    const asked = (challenge) => resolve(`asked for ${challenge}`);
    start({
      onSuccess: () => resolve("signed in"),
      onFailure,
      mfaSetup: asked,
      totpRequired: asked,
      mfaRequired: asked,
      selectMFAType: asked,
    });
  });
}

await converse((settings) => new IdentityJs(settings));
