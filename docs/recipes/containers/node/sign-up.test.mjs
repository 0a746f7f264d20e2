import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";

import { startCognito } from "./cognito-container.mjs";

let cognito;

before(async () => {
  cognito = await startCognito();
});
after(() => cognito.stop());

test("a user who signs up is confirmed by the code in the email", async () => {
  const client = new CognitoIdentityProviderClient(cognito.configuration);
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({ PoolName: "app", AutoVerifiedAttributes: ["email"] }),
  );
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({ UserPoolId: UserPool.Id, ClientName: "app" }),
  );
  const named = { ClientId: UserPoolClient.ClientId, Username: "ada" };
  const email = { Name: "email", Value: "ada@example.com" };
  await client.send(
    new SignUpCommand({ ...named, Password: "Correct-Horse-7", UserAttributes: [email] }),
  );
  const ConfirmationCode = await cognito.code("ada");
  await client.send(new ConfirmSignUpCommand({ ...named, ConfirmationCode }));
  const user = await client.send(
    new AdminGetUserCommand({ UserPoolId: UserPool.Id, Username: "ada" }),
  );
  assert.equal(user.UserStatus, "CONFIRMED");
});
