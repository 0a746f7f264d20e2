// Verifies a token with three libraries that know nothing but what a resource server is configured
// with, and prints what each found. Its argument is JSON: issuer, base (where the emulator serves the
// pool's documents), userPoolId, clientId, idToken, accessToken.

import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import * as jose from "jose";
import * as openid from "openid-client";

const given = JSON.parse(process.argv[2]);
const found = {};

async function tried(name, action) {
  try {
    found[name] = await action();
  } catch (problem) {
    found[name] = `refused: ${problem.code ?? problem.name}`;
  }
}

const jwksUri = `${given.base}/.well-known/jwks.json`;

// openid-client: the document below an address must name this address as the issuer.
await tried("openid-client", async () => {
  const options = { execute: [openid.allowInsecureRequests] };
  const where = new URL(given.base);
  const found = await openid.discovery(where, given.clientId, undefined, undefined, options);
  return found.serverMetadata().issuer;
});

// jose: the keys of the document, and the issuer that the app is configured with.
await tried("jose", async () => {
  const document = await (await fetch(`${given.base}/.well-known/openid-configuration`)).json();
  const keys = jose.createRemoteJWKSet(new URL(document.jwks_uri));
  const options = { issuer: given.issuer, audience: given.clientId };
  return (await jose.jwtVerify(given.idToken, keys, options)).payload["cognito:username"];
});
await tried("jose with another issuer", async () => {
  const keys = jose.createRemoteJWKSet(new URL(jwksUri));
  return (await jose.jwtVerify(given.idToken, keys, { issuer: "https://other" })).payload.iss;
});

// aws-jwt-verify reaches keys by HTTPS alone, so that the keys are fetched here.
const jwks = await (await fetch(jwksUri)).json();
await tried("aws-jwt-verify JwtVerifier", async () => {
  const { issuer, clientId: audience } = given;
  const verifier = JwtVerifier.create({ issuer, jwksUri, audience });
  verifier.cacheJwks(jwks);
  return (await verifier.verify(given.idToken))["cognito:username"];
});
await tried("aws-jwt-verify CognitoJwtVerifier", async () => {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: given.userPoolId,
    tokenUse: "access",
    clientId: given.clientId,
  });
  verifier.cacheJwks(jwks);
  return (await verifier.verify(given.accessToken)).username;
});

console.log(JSON.stringify(found));
