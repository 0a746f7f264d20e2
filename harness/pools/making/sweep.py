"""Deletes what a killed run left in a real account: its pools, and its users in existing pools.

A name alone or an entry in a list is never enough. A pool must have the name prefix and the tags of
the run that created it, and its domain the prefix of such domains. A user has no tags: they must be
in the run's journal, and the account must show a name with the run's prefix. What only the journal
says is not believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.pools.making.domains import delete_pool, domains_of, foreign_domain
from harness.pools.making.journal import Belonging, WrittenJournal
from harness.pools.making.ownership import PREFIX, Ownership, is_named_for
from harness.pools.making.run_users import delete_user

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Leftover", "Sweep", "SweepScope"]

#: How long a call of a killed run can still be on its way, in seconds.
UNSETTLED_SECONDS = 300
# The largest page of ListUserPools.
_PAGE = 60
_UNNAMED = "the user with its sub has no name that shows that the run created it"
_UNPROVED = "its name and tags no longer show that the run created it"


@dataclass(frozen=True)
class SweepScope:
    """The account, region and endpoint of a sweep; journals of others are skipped."""

    account: str
    region: str
    endpoint: str

    def covers(self, journal: WrittenJournal) -> bool:
        """Return whether a journal belongs to this scope.

        A run without signed calls does not know its account. It creates only users, in a pool whose
        id is unique worldwide.
        """
        account = journal.run.get("account") or self.account
        found = (account, journal.run.get("region"), journal.run.get("endpoint"))
        return found == (self.account, self.region, self.endpoint)


@dataclass(frozen=True)
class Leftover:
    """A pool or user to delete, and the reason.

    Attributes:
        what: the pool or user.
        reason: who left it, in words.
        journal: the journal that records it, if there is one.
        obstacle: why it cannot be deleted; empty if it can.
        domain: the domain of a pool, which is deleted before it; empty without one.
    """

    what: Belonging
    reason: str
    journal: WrittenJournal | None = None
    obstacle: str = ""
    domain: str = ""

    def __str__(self) -> str:
        """Return one line that describes it."""
        where = f" in user pool {self.what.user_pool_id}" if self.what.user_pool_id else ""
        known = f" ({self.what.id})" if self.what.kind == "user_pool" else ""
        known += f" with the domain {self.domain}" if self.domain else ""
        return f"{self.what.kind.replace('_', ' ')} {self.what.name}{known}{where}: {self.reason}"


class Sweep:
    """Finds and deletes what runs left in one account and region.

    Args:
        client: a boto3 client with an administrator's credentials.
        scope: the account, region and endpoint that the client uses.
        journals: the journals of all runs.
        now: the current time in epoch seconds; tags expire by it.
    """

    def __init__(
        self,
        client: CognitoIdentityProviderClient,
        scope: SweepScope,
        journals: Iterable[WrittenJournal],
        now: float,
    ) -> None:
        self._client = client
        here = []
        for journal in journals:
            if scope.covers(journal):
                here.append(journal)
            else:
                journal.close()
        self._alive = {journal.run.get("run") for journal in here if journal.is_alive()}
        self._dead = [journal for journal in here if journal.run.get("run") not in self._alive]
        self._now = now
        self._listed: list[tuple[str, str]] | None = None
        self._gone: list[tuple[WrittenJournal, Belonging]] = []
        self._described: dict[str, Any] = {}

    def find(self) -> list[Leftover]:
        """Return everything that is left, each once; change nothing, not even a journal."""
        self._gone.clear()
        found: dict[tuple[str, str, str], Leftover] = {}
        for item in (*self._written_down(), *self._expired()):
            what = item.what
            # Items from a journal come first: the journal must record their deletion.
            found.setdefault((what.kind, what.user_pool_id, what.id or what.name), item)
        return list(found.values())

    def remove(self, leftovers: Sequence[Leftover]) -> Iterator[tuple[Leftover, str | None]]:
        """Delete each item, and yield it with the reason why that failed, or ``None``.

        Also removes from the journals what :meth:`find` no longer found.
        """
        for journal, belonging in self._gone:
            journal.gone(belonging)
        self._gone.clear()
        for leftover in leftovers:
            if leftover.obstacle:
                yield leftover, leftover.obstacle
                continue
            try:
                obstacle = self._delete(leftover)
            except (BotoCoreError, ClientError) as error:
                yield leftover, str(error)
                continue
            if obstacle:
                yield leftover, obstacle
                continue
            if leftover.journal is not None:
                leftover.journal.gone(leftover.what)
            yield leftover, None

    def clear_away(self) -> int:
        """Delete the journals of runs that ended and left nothing; return how many."""
        finished = [journal for journal in self._dead if not journal.left]
        for journal in finished:
            journal.remove()
        return len(finished)

    def _written_down(self) -> Iterator[Leftover]:
        for journal in self._dead:
            reason = f"left by run {journal.run.get('run')}"
            for belonging in journal.left:
                if belonging.kind == "user":
                    if is_named_for(belonging.name, journal.run["prefix"]):
                        yield Leftover(belonging, reason, journal)
                    continue
                pools = list(self._pools_of(belonging, journal, reason))
                if not pools and self._is_settled(belonging, journal):
                    self._gone.append((journal, belonging))
                yield from pools

    def _is_settled(self, belonging: Belonging, journal: WrittenJournal) -> bool:
        """Return whether a missing pool can no longer appear."""
        return bool(belonging.id) or self._now > journal.written_at + UNSETTLED_SECONDS

    def _pools_of(
        self, belonging: Belonging, journal: WrittenJournal, reason: str
    ) -> Iterator[Leftover]:
        """Yield the pools of a journal entry: by id, or by name if the id is not known.

        A name is not a proof, so the tags must show that the same run created the pool.
        """
        ids = [belonging.id] if belonging.id else self._ids_of(belonging.name)
        for pool_id in ids:
            leftover = Leftover(replace(belonging, id=pool_id), reason, journal)
            try:
                ownership = self._ownership(pool_id, belonging.name)
            except self._client.exceptions.ResourceNotFoundException:
                continue
            except ClientError as error:
                yield replace(leftover, obstacle=str(error))
                continue
            if ownership is not None and ownership.run == journal.run["run"]:
                yield self._with_domain(leftover)
            elif belonging.id:
                # The run recorded that it created exactly this pool.
                yield replace(leftover, obstacle=_UNPROVED)

    def _expired(self) -> Iterator[Leftover]:
        """Yield pools whose journal is missing, for example on a machine that no longer exists."""
        for pool_id, name in self._pools():
            if not name.startswith(PREFIX):
                continue
            what = Belonging("user_pool", name, id=pool_id)
            try:
                ownership = self._ownership(pool_id, name)
            except self._client.exceptions.ResourceNotFoundException:
                continue
            except ClientError as error:
                yield Leftover(what, f"its name starts with {PREFIX}", obstacle=str(error))
                continue
            if ownership is None or ownership.run in self._alive:
                continue
            if ownership.expires_at < self._now:
                reason = f"created by {ownership.owner} in run {ownership.run}, and expired"
                yield self._with_domain(Leftover(what, reason))

    def _with_domain(self, leftover: Leftover) -> Leftover:
        """Return a pool with its domain, or with the obstacle that no run has made its domain."""
        pool = self._described[leftover.what.id]
        if domain := foreign_domain(pool):
            obstacle = f"it has the domain {domain}, which no run has made; delete that first"
            return replace(leftover, obstacle=obstacle)
        return replace(leftover, domain=next(iter(domains_of(pool)), ""))

    def _ownership(self, pool_id: str, name: str) -> Ownership | None:
        """Return the ownership of a pool, if its name and tags both show that a run created it."""
        pool: Any = self._client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        self._described[pool_id] = pool
        if pool["Name"] != name or not name.startswith(PREFIX):
            return None
        return Ownership.of_tags(pool.get("UserPoolTags", {}))

    def _ids_of(self, name: str) -> list[str]:
        return [pool_id for pool_id, found in self._pools() if found == name]

    def _pools(self) -> list[tuple[str, str]]:
        if self._listed is None:
            pages = self._client.get_paginator("list_user_pools").paginate(
                PaginationConfig={"PageSize": _PAGE}
            )
            self._listed = [
                (pool["Id"], pool["Name"]) for page in pages for pool in page["UserPools"]
            ]
        return self._listed

    def _delete(self, leftover: Leftover) -> str:
        """Delete something; return why it must stay, or an empty text."""
        what = leftover.what
        try:
            if leftover.journal is not None and what.kind == "user":
                return self._delete_user(what, leftover.journal.run["prefix"])
            delete_pool(self._client, what.id, leftover.domain)
        except self._client.exceptions.ResourceNotFoundException:
            # Deleting a pool deletes its users. But the pool could also be in another account.
            if leftover.journal is not None and not leftover.journal.run.get("account"):
                raise
        return ""

    def _delete_user(self, user: Belonging, prefix: str) -> str:
        """Delete a user by a name of the run, or by sub if the account shows such a name for it.

        The sub is only in the journal, and could be that of any user of the pool.
        """
        shown = self._names_of(user)
        if shown and not any(is_named_for(name, prefix) for name in shown):
            return _UNNAMED
        delete_user(self._client, user if shown else replace(user, id=""))
        return ""

    def _names_of(self, user: Belonging) -> list[str]:
        """Return the names of the user with the sub in the journal; empty if there is none."""
        if not user.id:
            return []
        try:
            found = self._client.admin_get_user(UserPoolId=user.user_pool_id, Username=user.id)
        except self._client.exceptions.UserNotFoundException:
            return []
        attributes = {item["Name"]: item.get("Value", "") for item in found["UserAttributes"]}
        aliases = [attributes.get(name, "") for name in ("email", "preferred_username")]
        return [found["Username"], *aliases]
