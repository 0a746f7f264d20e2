"""The URLs that moto passes to the emulator; moto finds them by the name of this file."""

from harness.emulator.moto_backend.own_urls import DOMAIN, UPDATED_ISSUER, USER_IMPORT
from harness.emulator.moto_backend.responses import (
    TruthfulCognitoResponse,
    serve_domain,
    serve_json_web_keys,
    serve_openid_configuration,
    take_user_import,
)

# moto's server takes each path without its base, so none may have a host.
url_bases = [r"https?://cognito-idp\.(.+)\.amazonaws.com", UPDATED_ISSUER, USER_IMPORT, DOMAIN]

url_paths = {
    "{0}/$": TruthfulCognitoResponse.dispatch,
    "{0}/(?P<user_pool_id>[^/]+)/.well-known/jwks.json$": serve_json_web_keys,
    "{0}/(?P<user_pool_id>[^/]+)/.well-known/openid-configuration$": serve_openid_configuration,
    "{0}/_user-import/.*$": take_user_import,
    # Last, because it takes every path of a domain.
    "{0}/.+$": serve_domain,
}
