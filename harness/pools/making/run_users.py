"""Tracks the users that a run creates in an existing pool, and deletes them at its end.

Protects everything else in the pool: a call that would change the pool, or a user that the run did
not create, is not sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import ConfigurationError, HarnessError
from harness.pools.making.journal import Belonging, Journal
from harness.pools.making.ownership import is_named_for

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.users.person import SignInName

__all__ = ["RunUsers", "delete_user", "require_own_names"]

_SERVICE = "cognito-identity-provider"
_CREATING = ("SignUp", "AdminCreateUser")
#: Calls with a pool's id that do not change the pool start with one of these.
_HARMLESS = ("Admin", "Describe", "Get", "List")
#: Administrator's calls that do not change a user start with one of these.
_FOR_EVERY_USER = (
    "AdminGet",
    "AdminInitiateAuth",
    "AdminList",
    "AdminRespondToAuthChallenge",
)
#: Calls that need only an app client, and that send a message to a user or change them.
_BY_CLIENT = (
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "ForgotPassword",
    "ResendConfirmationCode",
    "SignUp",
)


def require_own_names(user_pool_id: str, sign_in_name: SignInName) -> None:
    """Refuse an existing pool in which no username can show that the run created the user.

    Args:
        user_pool_id: the pool.
        sign_in_name: what its users sign up with.

    Raises:
        ConfigurationError: they sign up with phone numbers.
    """
    if sign_in_name == "phone_number":
        raise ConfigurationError(
            "user pool",
            given=user_pool_id,
            hint="its users sign up with phone numbers, which do not show whether a run created "
            "the user; test a pool that the run makes from a file of it instead",
        )


class RunUsers:
    """The users that a run creates in an existing pool; threads may share them.

    Args:
        client: the boto3 client of the run.
        user_pool_id: the existing pool, which also has other users.
        prefix: the start of the usernames of the run; no other user is ever changed.
        journal: records each user before they are created.
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
        # The subs of the same users, so that looking one up takes no time in a large run.
        self._ids: set[str] = set()
        self._lock = threading.Lock()

    def watch(self, client: CognitoIdentityProviderClient | None = None) -> None:
        """Record every new user from now on, and protect all others; a second call does nothing.

        Args:
            client: makes the calls; by default the client of the run.
        """
        events = (client or self._client).meta.events
        handlers: dict[str, Callable[..., None]] = {
            f"provide-client-params.{_SERVICE}": self._protect
        }
        for operation in _CREATING:
            handlers[f"provide-client-params.{_SERVICE}.{operation}"] = self._announce
            handlers[f"after-call.{_SERVICE}.{operation}"] = self._note
        for event, handler in handlers.items():
            events.register(event, handler, unique_id=f"{_key(self)}-{event}")

    @property
    def names(self) -> list[str]:
        """The usernames of the users that may exist."""
        return [user.name for user in self._all()]

    def delete_all(self) -> None:
        """Delete all users of the run, as an administrator.

        Raises:
            HarnessError: some users could not be deleted; names them.
        """
        left = [found for user in self._all() if (found := self._delete(user))]
        if left:
            raise HarnessError(
                f"users are left behind in user pool {self.user_pool_id}: {'; '.join(left)}"
            )

    def _protect(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if self._names_the_pool(params) and not model.name.startswith(_HARMLESS):
            raise HarnessError(
                f"{model.name} is not sent: it would change user pool {self.user_pool_id}, which "
                "existed before the run"
            )
        by_administrator = params.get("UserPoolId") == self.user_pool_id and model.name.startswith(
            "Admin"
        )
        if not by_administrator and model.name not in _BY_CLIENT:
            return
        name = _username_in(params)
        if not (model.name.startswith(_FOR_EVERY_USER) or self._is_ours(name)):
            raise HarnessError(
                f"{model.name} is not sent: the run did not create the user {name!r} in user pool "
                f"{self.user_pool_id}; the usernames of the run start with {self.prefix}"
            )

    def _names_the_pool(self, params: Mapping[str, Any]) -> bool:
        by_arn = str(params.get("ResourceArn", "")).endswith(f"/{self.user_pool_id}")
        return by_arn or params.get("UserPoolId") == self.user_pool_id

    def _is_ours(self, name: str) -> bool:
        if is_named_for(name, self.prefix):
            return True
        with self._lock:
            return name in self._ids

    def _all(self) -> list[Belonging]:
        with self._lock:
            return list(self._users.values())

    def _announce(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        name = str(params.get("Username", ""))
        if not is_named_for(name, self.prefix):
            # The call names an existing user by sub, or it is not sent at all.
            return
        if params.get("UserPoolId", self.user_pool_id) != self.user_pool_id:
            return
        context[_key(self)] = name
        with self._lock:
            if name not in self._users:
                self._users[name] = Belonging("user", name, self.user_pool_id)
                self._journal.planned(self._users[name])

    def _note(
        self, http_response: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        name = context.get(_key(self))
        if name is None or http_response.status_code >= 300:
            return
        # A username can stop working when an address changes; the sub stays.
        sub = parsed.get("UserSub") or parsed.get("User", {}).get("Username", "")
        with self._lock:
            user = self._users[name] = replace(self._users[name], id=str(sub))
            # A user that is only planned has no sub yet.
            self._ids.update(filter(None, [user.id]))
        self._journal.made(user)

    def _delete(self, user: Belonging) -> str | None:
        try:
            delete_user(self._client, user)
        except (BotoCoreError, ClientError) as error:
            return f"{user.name} ({error})"
        self._journal.gone(user)
        with self._lock:
            self._ids.discard(self._users.pop(user.name).id)
        return None


def delete_user(client: CognitoIdentityProviderClient, user: Belonging) -> None:
    """Delete a user by username, or by sub if the username no longer works."""
    for name in filter(None, (user.name, user.id)):
        try:
            client.admin_delete_user(UserPoolId=user.user_pool_id, Username=name)
            return
        except client.exceptions.UserNotFoundException:
            continue


def _username_in(params: Mapping[str, Any]) -> str:
    """Return the username in a request; AdminLinkProviderForUser and similar calls nest it."""
    inside = params.get("DestinationUser") or params.get("User") or {}
    return str(params.get("Username") or inside.get("ProviderAttributeValue", ""))


def _key(users: RunUsers) -> str:
    return f"harness-run-users-{id(users)}"
