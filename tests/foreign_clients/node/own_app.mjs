// An app on Node that knows only its environment, as cognito_environment sets it.
import {
  CognitoIdentityProviderClient,
  ListUsersCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";

const { SHOP_POOL_ID, SHOP_CLIENT_ID, SHOP_JWKS } = process.env;
const [username, email] = process.argv.slice(2);
const client = new CognitoIdentityProviderClient();
await client.send(
  new SignUpCommand({
    ClientId: SHOP_CLIENT_ID,
    Username: username,
    Password: "Node-Horse-1",
    UserAttributes: [{ Name: "email", Value: email }],
  }),
);
const { Users } = await client.send(new ListUsersCommand({ UserPoolId: SHOP_POOL_ID }));
const keys = await (await fetch(SHOP_JWKS)).json();
console.log(JSON.stringify({ users: Users.map((user) => user.Username), keys: keys.keys.length }));
