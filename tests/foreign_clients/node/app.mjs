// What an app does with aws-amplify, both on Node and in the page.
import { Amplify } from "aws-amplify";
import {
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  forgetDevice,
  rememberDevice,
  signIn,
  signOut,
  signUp,
} from "aws-amplify/auth";
import { Hub } from "aws-amplify/utils";

import { oneOf } from "./outcome.mjs";

const CHALLENGES = {
  CONFIRM_SIGN_IN_WITH_EMAIL_CODE: "EMAIL_OTP",
  CONFIRM_SIGN_IN_WITH_PASSWORD: "PASSWORD",
  // Amplify calls the step so for SMS_MFA, too.
  CONFIRM_SIGN_IN_WITH_SMS_CODE: "SMS_OTP",
  CONFIRM_SIGN_IN_WITH_TOTP_CODE: "SOFTWARE_TOKEN_MFA",
  CONTINUE_SIGN_IN_WITH_TOTP_SETUP: "MFA_SETUP",
};

export class App {
  constructor({ endpoint, user_pool_id, client_id, username, email }) {
    Amplify.configure({
      Auth: {
        Cognito: {
          userPoolId: user_pool_id,
          userPoolClientId: client_id,
          userPoolEndpoint: endpoint,
        },
      },
    });
    this.username = username;
    this.email = email;
    // A refused refresh gives no tokens and no error; only this event has the reason.
    Hub.listen("auth", ({ payload }) => {
      if (payload.event === "tokenRefresh_failure") this.refusal = payload.data.error;
    });
  }

  async sign_up({ password }) {
    const options = { userAttributes: { email: this.email } };
    await signUp({ username: this.username, password, options });
    return "done";
  }

  async confirm({ code }) {
    await confirmSignUp({ username: this.username, confirmationCode: code });
    return "done";
  }

  // Amplify refuses to sign in while a user is signed in.
  async sign_in({ password }) {
    await signOut();
    return this.took(await signIn({ username: this.username, password }));
  }

  took({ nextStep }) {
    this.totp = nextStep.totpSetupDetails;
    if (nextStep.signInStep === "DONE") return "signed in";
    if (nextStep.availableChallenges) return oneOf(nextStep.availableChallenges);
    return `asked for ${CHALLENGES[nextStep.signInStep] ?? nextStep.signInStep}`;
  }

  begin_totp() {
    return { outcome: "done", secret: this.totp.sharedSecret };
  }

  end_totp({ code }) {
    return this.answer_code({ code });
  }

  async answer_code({ code }) {
    return this.took(await confirmSignIn({ challengeResponse: code }));
  }

  async remember_device() {
    await rememberDevice();
    return "done";
  }

  async call() {
    await fetchUserAttributes();
    return "done";
  }

  async refresh() {
    const before = await accessToken({});
    const after = await accessToken({ forceRefresh: true });
    if (!after) throw this.refusal;
    return before === after ? "the same tokens" : "new tokens";
  }

  async forget_device() {
    await forgetDevice();
    return "done";
  }

  async sign_out_everywhere() {
    await signOut({ global: true });
    return "done";
  }
}

async function accessToken(options) {
  const { tokens } = await fetchAuthSession(options);
  return tokens?.accessToken.toString();
}
