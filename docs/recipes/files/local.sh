#!/usr/bin/env bash
# Runs a command next to an emulator with the pool of template.yaml: bash local.sh npm run dev
set -euo pipefail

port=${COGNITO_PORT:-5000}
mkdir -p .cognito
cognito-harness serve --port "$port" --state .cognito/state.json --state-secrets &
emulator=$!
trap 'kill "$emulator"; wait "$emulator"' EXIT

export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=http://127.0.0.1:$port
export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=anything AWS_SECRET_ACCESS_KEY=anything
until cognito-harness clock >/dev/null 2>&1; do
    kill -0 "$emulator"
    sleep 0.1
done

# Create the pool once; after that, it is in the saved state.
if [[ ! -e .cognito/ids ]]; then
    cognito-harness provision --spec template.yaml >.cognito/ids.new
    mv .cognito/ids.new .cognito/ids
fi
USER_POOL_ID=$(sed -n 's/^UserPoolId=//p' .cognito/ids)
CLIENT_ID=$(sed -n 's/^ClientId=//p' .cognito/ids)
export USER_POOL_ID CLIENT_ID

"$@"
