"""Finishing what a killed run has left on a real account: its pools, and its users elsewhere.

Nothing is deleted for its name alone, and nothing that is only found in a list. A pool needs the
prefix in its name and the tags of the run that made it; a user needs the run's journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.pools.making.journal import Belonging, WrittenJournal
from harness.pools.making.ownership import PREFIX, Ownership, is_named_for
from harness.pools.making.run_users import delete_user

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Leftover", "Sweep", "SweepScope"]

#: How long a call that a killed run has sent may still be on its way, in seconds.
UNSETTLED_SECONDS = 300
# The most that ListUserPools gives on a page.
_PAGE = 60
_UNPROVED = "its name and tags do not say any more that the run has made it"


@dataclass(frozen=True)
class SweepScope:
    """Where something was made; the journals of other places are left alone."""

    account: str
    region: str
    endpoint: str

    def covers(self, journal: WrittenJournal) -> bool:
        """Return whether a journal was written here.

        A run that signs nothing does not know its account; it makes only users, in a pool whose id
        there is once in the world.
        """
        account = journal.run.get("account") or self.account
        found = (account, journal.run.get("region"), journal.run.get("endpoint"))
        return found == (self.account, self.region, self.endpoint)


@dataclass(frozen=True)
class Leftover:
    """Something that is to be deleted, and why.

    Attributes:
        what: the pool or the user.
        reason: whose it was, as a person reads it.
        journal: where it was written down, if that is known.
        obstacle: why it must stay all the same; empty where it may go.
    """

    what: Belonging
    reason: str
    journal: WrittenJournal | None = None
    obstacle: str = ""

    def __str__(self) -> str:
        """Return one line about it."""
        where = f" in user pool {self.what.user_pool_id}" if self.what.user_pool_id else ""
        known = f" ({self.what.id})" if self.what.kind == "user_pool" else ""
        return f"{self.what.kind.replace('_', ' ')} {self.what.name}{known}{where}: {self.reason}"


class Sweep:
    """Finds and deletes what runs have left in one account and region.

    Args:
        client: with an administrator's credentials.
        scope: the account, region and endpoint that the client uses.
        journals: of runs here and elsewhere.
        now: epoch seconds, by which tags expire.
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

    def find(self) -> list[Leftover]:
        """Return what is left, each once; nothing is changed, not even a journal."""
        self._gone.clear()
        found: dict[tuple[str, str, str], Leftover] = {}
        for item in (*self._written_down(), *self._expired()):
            what = item.what
            # What is written down comes first: its journal has to learn that it is gone.
            found.setdefault((what.kind, what.user_pool_id, what.id or what.name), item)
        return list(found.values())

    def remove(self, leftovers: Sequence[Leftover]) -> Iterator[tuple[Leftover, str | None]]:
        """Delete each, and yield it with the reason why it could not be, or ``None``.

        What :meth:`find` did not find any more is crossed out of its journal as well.
        """
        for journal, belonging in self._gone:
            journal.gone(belonging)
        self._gone.clear()
        for leftover in leftovers:
            if leftover.obstacle:
                yield leftover, leftover.obstacle
                continue
            try:
                self._delete(leftover)
            except (BotoCoreError, ClientError) as error:
                yield leftover, str(error)
                continue
            if leftover.journal is not None:
                leftover.journal.gone(leftover.what)
            yield leftover, None

    def clear_away(self) -> int:
        """Delete the journals of runs that are over and left nothing; return how many."""
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
        """Return whether a pool that is not there will not come any more."""
        return bool(belonging.id) or self._now > journal.written_at + UNSETTLED_SECONDS

    def _pools_of(
        self, belonging: Belonging, journal: WrittenJournal, reason: str
    ) -> Iterator[Leftover]:
        """Yield the pools that a journal's entry means: by the id, or before it was known by name.

        A journal's entry names a pool of this name only; the tags say that the same run made it.
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
                yield leftover
            elif belonging.id:
                # Of this very pool the run wrote that it had made it.
                yield replace(leftover, obstacle=_UNPROVED)

    def _expired(self) -> Iterator[Leftover]:
        """Yield pools whose journal is not here, such as that of a machine that is gone."""
        for pool_id, name in self._pools():
            if not name.startswith(PREFIX):
                continue
            what = Belonging("user_pool", name, id=pool_id)
            try:
                ownership = self._ownership(pool_id, name)
            except self._client.exceptions.ResourceNotFoundException:
                continue
            except ClientError as error:
                yield Leftover(what, f"its name begins with {PREFIX}", obstacle=str(error))
                continue
            if ownership is None or ownership.run in self._alive:
                continue
            if ownership.expires_at < self._now:
                reason = f"made by {ownership.owner} in run {ownership.run}, and expired"
                yield Leftover(what, reason)

    def _ownership(self, pool_id: str, name: str) -> Ownership | None:
        """Return whose a pool is, if its name and its tags both say that it is ours."""
        pool: Any = self._client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
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

    def _delete(self, leftover: Leftover) -> None:
        what = leftover.what
        try:
            if what.kind == "user":
                delete_user(self._client, what)
            else:
                self._client.delete_user_pool(UserPoolId=what.id)
        except self._client.exceptions.ResourceNotFoundException:
            # With a pool go its users; but it may also be a pool of another account.
            if leftover.journal is not None and not leftover.journal.run.get("account"):
                raise
