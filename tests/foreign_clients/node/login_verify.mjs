// aws-jwt-verify checks tokens of a sign-in on the pages. Its argument is JSON: base (where the
// emulator serves the keys of the pool), userPoolId, clientId, idToken, accessToken.
import { CognitoJwtVerifier } from "aws-jwt-verify";

const given = JSON.parse(process.argv[2]);
const { userPoolId, clientId } = given;
const jwks = await (await fetch(`${given.base}/.well-known/jwks.json`)).json();
const found = {};

async function verified(name, token, more) {
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, ...more });
  verifier.cacheJwks(jwks);
  try {
    const claims = await verifier.verify(token);
    found[name] = claims.username ?? claims["cognito:username"];
  } catch (problem) {
    found[name] = `refused: ${problem.constructor.name}`;
  }
}

const [head, , signature] = given.idToken.split(".");
const forged = [head, given.accessToken.split(".")[1], signature].join(".");
await verified("the ID token", given.idToken, { tokenUse: "id" });
await verified("the access token", given.accessToken, { tokenUse: "access" });
await verified("a scope that was granted", given.accessToken, {
  tokenUse: "access",
  scope: ["openid"],
});
await verified("a scope that no client has", given.accessToken, {
  tokenUse: "access",
  scope: ["shop/orders.write"],
});
await verified("the ID token in the place of the access token", given.idToken, {
  tokenUse: "access",
});
await verified("the token of another app client", given.idToken, {
  tokenUse: "id",
  clientId: "another",
});
await verified("claims that were changed", forged, { tokenUse: "id" });

console.log(JSON.stringify(found));
