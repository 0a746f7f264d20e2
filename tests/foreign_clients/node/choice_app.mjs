// What an app does with aws-amplify for choice-based sign-in, codes in place of passwords, and
// passkeys.
import {
  associateWebAuthnCredential,
  autoSignIn,
  confirmSignIn,
  deleteWebAuthnCredential,
  listWebAuthnCredentials,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  verifyTOTPSetup,
} from "aws-amplify/auth";

import { App } from "./app.mjs";

const authFlowType = "USER_AUTH";

export class ChoiceApp extends App {
  constructor(settings) {
    super(settings);
    this.phone_number = settings.phone_number;
  }

  async sign_up_without_password() {
    const userAttributes = { email: this.email, phone_number: this.phone_number };
    const options = { userAttributes, autoSignIn: { authFlowType } };
    await signUp({ username: this.username, options });
    return "done";
  }

  // Amplify keeps the session of confirmSignUp for this.
  async sign_in_after_confirmation() {
    return this.took(await autoSignIn());
  }

  async choose({ preferred, password }) {
    await signOut();
    const options = { authFlowType, preferredChallenge: preferred };
    return this.took(await signIn({ username: this.username, password, options }));
  }

  // Amplify asks for the password in a step of its own, which sends nothing before.
  async select({ factor, password }) {
    const next = this.took(await confirmSignIn({ challengeResponse: factor }));
    if (!password) return next;
    return this.took(await confirmSignIn({ challengeResponse: password }));
  }

  async register_passkey() {
    await associateWebAuthnCredential();
    return "done";
  }

  async list_passkeys() {
    const { credentials } = await listWebAuthnCredentials();
    if (credentials.length > 0) [{ credentialId: this.passkeyId }] = credentials;
    return `passkeys of ${credentials.map((passkey) => passkey.relyingPartyId).join(", ") || "none"}`;
  }

  // The one that was listed last, even if it is no longer there.
  async delete_passkey() {
    await deleteWebAuthnCredential({ credentialId: this.passkeyId });
    return "done";
  }

  async begin_totp_by_token() {
    this.totp = await setUpTOTP();
    return this.begin_totp();
  }

  async end_totp_by_token({ code }) {
    await verifyTOTPSetup({ code });
    await updateMFAPreference({ totp: "PREFERRED" });
    return "done";
  }
}
