// PreTokenGeneration, version 2, as it is deployed.
export const handler = async (event) => {
  console.log(`tokens for ${event.userName}`);
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: { tenant: "blue" } },
    accessTokenGeneration: { scopesToAdd: ["shop/read"] },
  };
  return event;
};
