"""Flows of passkeys: register one, list and delete them (N040 to N047)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError, UnexpectedResult
from harness.flows.actions import Actions
from harness.flows.tokens import Tokens
from harness.redaction import Secret
from harness.users.passkey import Passkey

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import WebAuthnCredentialDescriptionTypeDef

__all__ = ["delete_passkey", "every_passkey", "register_passkey"]

# Cognito gives pages of at most 20 (N046), and a user has at most 20 (N045).
_MOST_PAGES = 20


def register_passkey(actions: Actions, tokens: Tokens | Secret | str, **how: Any) -> Passkey:
    """Register a new passkey for a signed-in user, and return it.

    Args:
        actions: operations of the app client that the user signed in through.
        tokens: the user's tokens, or their access token.
        how: how the passkey is made; the arguments of :meth:`Passkey.create`.

    Raises:
        UnexpectedResult: StartWebAuthnRegistration returned no options.
        ConfigurationError: ``tokens`` is something else, such as a person.
    """
    access = _access(tokens)
    options = actions.start_web_authn_registration(access).get("CredentialCreationOptions")
    if not isinstance(options, dict):
        raise UnexpectedResult(
            "StartWebAuthnRegistration returned no CredentialCreationOptions that are a JSON object"
        )
    passkey = Passkey.create(options, **how)
    actions.complete_web_authn_registration(access, passkey.registration)
    return passkey


def every_passkey(
    actions: Actions, tokens: Tokens | Secret | str
) -> list[WebAuthnCredentialDescriptionTypeDef]:
    """Return the descriptions of all passkeys of a signed-in user, from every page.

    Raises:
        UnexpectedResult: the pages do not end.
    """
    access, found = _access(tokens), list["WebAuthnCredentialDescriptionTypeDef"]()
    token: str | None = None
    for _ in range(_MOST_PAGES):
        page = actions.list_web_authn_credentials(access, next_token=token)
        found.extend(page.get("Credentials", ()))
        token = page.get("NextToken")
        if token is None:
            return found
    raise UnexpectedResult(f"ListWebAuthnCredentials has more than {_MOST_PAGES} pages")


def delete_passkey(actions: Actions, tokens: Tokens | Secret | str, passkey: Passkey | str) -> None:
    """Delete a passkey of a signed-in user, given as itself or by its CredentialId."""
    credential_id = passkey if isinstance(passkey, str) else passkey.credential_id
    actions.delete_web_authn_credential(_access(tokens), credential_id)


def _access(tokens: object) -> Secret | str:
    if isinstance(tokens, Tokens):
        return tokens.access
    if isinstance(tokens, Secret | str):
        return tokens
    hint = "it must be Tokens of a sign-in, or an access token"
    raise ConfigurationError("tokens", given=type(tokens).__name__, hint=hint)
