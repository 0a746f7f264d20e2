"""The users that a run makes in a pool that was there before, and their leaving at its end.

Nothing else there is touched: a call that would change the pool, or somebody whom the run has not
made, is not sent at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError
from harness.pools.making.journal import Belonging, Journal
from harness.pools.making.ownership import is_named_for

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["RunUsers", "delete_user"]

_SERVICE = "cognito-identity-provider"
_MAKING = ("SignUp", "AdminCreateUser")
#: What is called with a pool's id and leaves the pool as it is.
_HARMLESS = ("Admin", "Describe", "Get", "List")
#: Of the administrator's calls about somebody, those that change nobody who was there before.
_FOR_ANYBODY = (
    "AdminGet",
    "AdminInitiateAuth",
    "AdminList",
    "AdminRespondToAuthChallenge",
)
#: What everybody may call who knows an app client, and sends a message to somebody or changes him.
_BY_CLIENT = (
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "ForgotPassword",
    "ResendConfirmationCode",
    "SignUp",
)


class RunUsers:
    """Watches a client for users that it makes in one pool, and deletes them at the end.

    Args:
        client: the one client of the run.
        user_pool_id: the pool, in which other people's users are as well.
        prefix: begins the names of the run's own users; no other is ever touched.
        journal: is told of each before it is made.
    """

    def __init__(
        self,
        client: CognitoIdentityProviderClient,
        user_pool_id: str,
        prefix: str,
        journal: Journal,
    ) -> None:
        self._client = client
        self.user_pool_id = user_pool_id
        self.prefix = prefix.lower()
        self._journal = journal
        self._users: dict[str, Belonging] = {}

    def watch(self) -> None:
        """Note every user from now on, and let nobody else's be touched."""
        self._client.meta.events.register(f"provide-client-params.{_SERVICE}", self._protect)
        for operation in _MAKING:
            events = self._client.meta.events
            events.register(f"provide-client-params.{_SERVICE}.{operation}", self._announce)
            events.register(f"after-call.{_SERVICE}.{operation}", self._note)

    @property
    def names(self) -> list[str]:
        """The names of those who may be there."""
        return list(self._users)

    def delete_all(self) -> None:
        """Delete them all, as an administrator.

        Raises:
            HarnessError: some could not be deleted; names them.
        """
        left = [found for user in list(self._users.values()) if (found := self._delete(user))]
        if left:
            raise HarnessError(
                f"users are left behind in user pool {self.user_pool_id}: {'; '.join(left)}"
            )

    def _protect(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if self._is_about_the_pool(params) and not model.name.startswith(_HARMLESS):
            raise HarnessError(
                f"{model.name} is not sent: user pool {self.user_pool_id} was there before the "
                "run, and is not changed"
            )
        by_administrator = params.get("UserPoolId") == self.user_pool_id and model.name.startswith(
            "Admin"
        )
        if not by_administrator and model.name not in _BY_CLIENT:
            return
        name = _username_in(params)
        if not (model.name.startswith(_FOR_ANYBODY) or self._is_ours(name)):
            raise HarnessError(
                f"{model.name} is not sent: {name!r} is nobody whom the run has made in user pool "
                f"{self.user_pool_id}; the names of those begin with {self.prefix}"
            )

    def _is_about_the_pool(self, params: Mapping[str, Any]) -> bool:
        by_arn = str(params.get("ResourceArn", "")).endswith(f"/{self.user_pool_id}")
        return by_arn or params.get("UserPoolId") == self.user_pool_id

    def _is_ours(self, name: str) -> bool:
        # Whoever was planned only has no sub yet.
        by_id = bool(name) and any(user.id == name for user in self._users.values())
        return by_id or is_named_for(name, self.prefix)

    def _announce(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        name = str(params.get("Username", ""))
        if not is_named_for(name, self.prefix):
            # It is by the sub of somebody who was made already, or not sent at all.
            return
        if params.get("UserPoolId", self.user_pool_id) != self.user_pool_id:
            return
        context[_key(self)] = name
        if name not in self._users:
            self._users[name] = Belonging("user", name, self.user_pool_id)
            self._journal.planned(self._users[name])

    def _note(
        self, http_response: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        name = context.get(_key(self))
        if name is None or http_response.status_code >= 300:
            return
        # Names may come to mean nobody when an address changes; the sub stays.
        sub = parsed.get("UserSub") or parsed.get("User", {}).get("Username", "")
        self._users[name] = replace(self._users[name], id=str(sub))
        self._journal.made(self._users[name])

    def _delete(self, user: Belonging) -> str | None:
        try:
            delete_user(self._client, user)
        except (BotoCoreError, ClientError) as error:
            return f"{user.name} ({error})"
        self._journal.gone(user)
        del self._users[user.name]
        return None


def delete_user(client: CognitoIdentityProviderClient, user: Belonging) -> None:
    """Delete a user by name, and by the sub where the name no longer leads to it."""
    for name in filter(None, (user.name, user.id)):
        try:
            client.admin_delete_user(UserPoolId=user.user_pool_id, Username=name)
            return
        except client.exceptions.UserNotFoundException:
            continue


def _username_in(params: Mapping[str, Any]) -> str:
    """Return whom a call is about; AdminLinkProviderForUser and its like name him inside."""
    inside = params.get("DestinationUser") or params.get("User") or {}
    return str(params.get("Username") or inside.get("ProviderAttributeValue", ""))


def _key(users: RunUsers) -> str:
    return f"harness-run-users-{id(users)}"
