// @aws-sdk/client-cognito-identity-provider with the SRP of cognito-srp-helper.
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import {
  createDeviceVerifier,
  createSrpSession,
  signSrpSession,
  signSrpSessionWithDevice,
  wrapAuthChallenge,
  wrapInitiateAuth,
} from "cognito-srp-helper";

import { converse } from "./conversation.mjs";
import { oneOf } from "./outcome.mjs";

// The key of the code in the response to each challenge.
const CODES = {
  EMAIL_OTP: "EMAIL_OTP_CODE",
  SMS_OTP: "SMS_OTP_CODE",
  SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
};

class AwsSdk {
  constructor({ region, user_pool_id, client_id, username, email, phone_number }) {
    // AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER has the endpoint. No credentials are needed,
    // because all of this is the user's side of Cognito and unsigned.
    this.client = new cognito.CognitoIdentityProviderClient({ region });
    this.poolId = user_pool_id;
    this.clientId = client_id;
    this.username = username;
    this.email = email;
    this.phoneNumber = phone_number;
    this.device = null;
  }

  send(operation, input) {
    return this.client.send(new cognito[`${operation}Command`](input));
  }

  async sign_up({ password }) {
    await this.send("SignUp", {
      ClientId: this.clientId,
      Username: this.username,
      Password: password,
      UserAttributes: [{ Name: "email", Value: this.email }],
    });
    return "done";
  }

  async confirm({ code }) {
    this.confirmed = await this.send("ConfirmSignUp", {
      ClientId: this.clientId,
      Username: this.username,
      ConfirmationCode: code,
    });
    return "done";
  }

  async sign_up_without_password() {
    await this.send("SignUp", {
      ClientId: this.clientId,
      Username: this.username,
      UserAttributes: [
        { Name: "email", Value: this.email },
        { Name: "phone_number", Value: this.phoneNumber },
      ],
    });
    return "done";
  }

  async sign_in_after_confirmation() {
    return this.take(await this.startChoice({}, this.confirmed));
  }

  async set_first_password({ password }) {
    const { AccessToken } = this.tokens;
    await this.send("ChangePassword", { AccessToken, ProposedPassword: password });
    return "done";
  }

  startChoice(parameters, more = {}) {
    return this.send("InitiateAuth", {
      ClientId: this.clientId,
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME: this.username, ...parameters },
      ...(more.Session && { Session: more.Session }),
    });
  }

  async choose({ preferred, password }) {
    if (!preferred) return this.take(await this.startChoice({}));
    const { srp, parameters } = this.passwordFor(preferred, password);
    const answer = await this.startChoice({ PREFERRED_CHALLENGE: preferred, ...parameters });
    return this.proveAndTake(srp, answer);
  }

  async select({ factor, password }) {
    const { srp, parameters } = this.passwordFor(factor, password);
    const answer = this.challenge("SELECT_CHALLENGE", this.answer, { ANSWER: factor, ...parameters });
    return this.proveAndTake(srp, await this.send("RespondToAuthChallenge", answer));
  }

  // What PASSWORD and PASSWORD_SRP are sent with; the codes and passkeys need nothing.
  passwordFor(factor, password) {
    if (factor === "PASSWORD") return { parameters: { PASSWORD: password } };
    if (factor !== "PASSWORD_SRP") return { parameters: {} };
    const srp = createSrpSession(this.username, password, this.poolId, false);
    return { srp, parameters: { SRP_A: srp.largeA } };
  }

  async proveAndTake(srp, answer) {
    if (answer.ChallengeName !== "PASSWORD_VERIFIER") return this.take(answer);
    const proof = this.challenge("PASSWORD_VERIFIER", answer, {});
    const signed = wrapAuthChallenge(signSrpSession(srp, answer), proof);
    return this.take(await this.send("RespondToAuthChallenge", signed));
  }

  async start_passkey() {
    const { AccessToken } = this.tokens;
    const answer = await this.send("StartWebAuthnRegistration", { AccessToken });
    return { outcome: "done", options: answer.CredentialCreationOptions };
  }

  async complete_passkey({ credential }) {
    const { AccessToken } = this.tokens;
    await this.send("CompleteWebAuthnRegistration", { AccessToken, Credential: credential });
    return "done";
  }

  async answer_passkey({ credential }) {
    const responses = { CREDENTIAL: JSON.stringify(credential) };
    const answer = this.challenge("WEB_AUTHN", this.answer, responses);
    return this.take(await this.send("RespondToAuthChallenge", answer));
  }

  async list_passkeys() {
    const { AccessToken } = this.tokens;
    const { Credentials } = await this.send("ListWebAuthnCredentials", { AccessToken });
    if (Credentials.length > 0) [{ CredentialId: this.passkeyId }] = Credentials;
    return `passkeys of ${Credentials.map((passkey) => passkey.RelyingPartyId).join(", ") || "none"}`;
  }

  async delete_passkey() {
    const { AccessToken } = this.tokens;
    const CredentialId = this.passkeyId;
    await this.send("DeleteWebAuthnCredential", { AccessToken, CredentialId });
    return "done";
  }

  async list_factors() {
    const { AccessToken } = this.tokens;
    const found = await this.send("GetUserAuthFactors", { AccessToken });
    return `can use ${[...found.ConfiguredUserAuthFactors].sort().join(", ")}`;
  }

  async sign_in({ password }) {
    try {
      return await this.signInBySrp(password);
    } catch (error) {
      if (!this.device || !(error instanceof cognito.ResourceNotFoundException)) throw error;
      this.device = null;
      return this.signInBySrp(password);
    }
  }

  async signInBySrp(password) {
    const srp = createSrpSession(this.username, password, this.poolId, false);
    const started = await this.send(
      "InitiateAuth",
      wrapInitiateAuth(srp, {
        ClientId: this.clientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: this.username, ...this.deviceKey() },
      }),
    );
    const proof = this.challenge("PASSWORD_VERIFIER", started, {});
    const answer = await this.send(
      "RespondToAuthChallenge",
      wrapAuthChallenge(signSrpSession(srp, started), proof),
    );
    if (answer.ChallengeName !== "DEVICE_SRP_AUTH") return this.take(answer);
    return this.proveDevice(srp, answer);
  }

  async proveDevice(srp, asked) {
    const started = await this.send(
      "RespondToAuthChallenge",
      wrapAuthChallenge(srp, this.challenge("DEVICE_SRP_AUTH", asked, {})),
    );
    const { groupKey, password } = this.device;
    const signed = signSrpSessionWithDevice(srp, started, groupKey, password);
    const proof = this.challenge("DEVICE_PASSWORD_VERIFIER", started, {});
    return this.take(await this.send("RespondToAuthChallenge", wrapAuthChallenge(signed, proof)));
  }

  challenge(ChallengeName, { Session }, responses) {
    return {
      ClientId: this.clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME: this.username, ...this.deviceKey(), ...responses },
    };
  }

  deviceKey() {
    return this.device ? { DEVICE_KEY: this.device.key } : {};
  }

  take(answer) {
    this.answer = answer;
    if (answer.ChallengeName === "SELECT_CHALLENGE") return oneOf(answer.AvailableChallenges);
    if (answer.ChallengeName) return this.asked(answer);
    this.tokens = answer.AuthenticationResult;
    return "signed in";
  }

  asked({ ChallengeName, ChallengeParameters }) {
    const options = ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS;
    return { outcome: `asked for ${ChallengeName}`, ...(options && { options }) };
  }

  async begin_totp() {
    const answer = await this.send("AssociateSoftwareToken", { Session: this.answer.Session });
    this.answer.Session = answer.Session;
    return { outcome: "done", secret: answer.SecretCode };
  }

  async end_totp({ code }) {
    const verified = await this.send("VerifySoftwareToken", {
      Session: this.answer.Session,
      UserCode: code,
    });
    const answer = this.challenge("MFA_SETUP", verified, {});
    return this.take(await this.send("RespondToAuthChallenge", answer));
  }

  async begin_totp_by_token() {
    const { AccessToken } = this.tokens;
    const { SecretCode } = await this.send("AssociateSoftwareToken", { AccessToken });
    return { outcome: "done", secret: SecretCode };
  }

  async end_totp_by_token({ code }) {
    const { AccessToken } = this.tokens;
    await this.send("VerifySoftwareToken", { AccessToken, UserCode: code });
    const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
    await this.send("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings });
    return "done";
  }

  async answer_code({ code }) {
    const { ChallengeName } = this.answer;
    const responses = { [CODES[ChallengeName]]: code };
    const answer = this.challenge(ChallengeName, this.answer, responses);
    return this.take(await this.send("RespondToAuthChallenge", answer));
  }

  async remember_device() {
    const { DeviceKey, DeviceGroupKey } = this.tokens.NewDeviceMetadata;
    const verifier = createDeviceVerifier(DeviceKey, DeviceGroupKey);
    const { AccessToken } = this.tokens;
    await this.send("ConfirmDevice", {
      AccessToken,
      DeviceKey,
      DeviceName: "server",
      DeviceSecretVerifierConfig: verifier.DeviceSecretVerifierConfig,
    });
    const DeviceRememberedStatus = "remembered";
    await this.send("UpdateDeviceStatus", { AccessToken, DeviceKey, DeviceRememberedStatus });
    const password = verifier.DeviceRandomPassword;
    this.device = { key: DeviceKey, groupKey: DeviceGroupKey, password };
    return "done";
  }

  spoil_device() {
    this.kept = this.device;
    this.device = { ...this.device, password: "not the password of the device" };
    return "done";
  }

  mend_device() {
    this.device = this.kept;
    return "done";
  }

  async call() {
    await this.send("GetUser", { AccessToken: this.tokens.AccessToken });
    return "done";
  }

  async refresh() {
    const answer = await this.send("InitiateAuth", {
      ClientId: this.clientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: this.tokens.RefreshToken, ...this.deviceKey() },
    });
    const { AccessToken } = answer.AuthenticationResult;
    const changed = AccessToken !== this.tokens.AccessToken;
    this.tokens.AccessToken = AccessToken;
    return changed ? "new tokens" : "the same tokens";
  }

  // Keep the key, so that the next sign-in presents a device that Cognito has forgotten.
  async forget_device() {
    const { AccessToken } = this.tokens;
    await this.send("ForgetDevice", { AccessToken, DeviceKey: this.device.key });
    return "done";
  }

  async sign_out_everywhere() {
    await this.send("GlobalSignOut", { AccessToken: this.tokens.AccessToken });
    return "done";
  }
}

await converse((settings) => new AwsSdk(settings));
