"""Removes what a load run made: its people, the users that signed up, and its pool.

Only what is in a journal of the run is deleted, and of that only what the service still shows with
the run's name: a user by the start of their username, a pool by its name and tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError, ResultUnknown
from harness.load.record import LoadRecord
from harness.pools.making.domains import delete_pool, domains_of, foreign_domain
from harness.pools.making.journal import Belonging, WrittenJournal
from harness.pools.making.ownership import Ownership, is_named_for
from harness.pools.making.run_users import delete_user

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Removal"]

_THREADS = 8
_ATTEMPTS = 3
Found = tuple[WrittenJournal, Belonging]


class Removal:
    """Deletes what the journals of one load run name.

    Args:
        client: a boto3 client with an administrator's credentials.
        record: the run.
    """

    def __init__(self, client: CognitoIdentityProviderClient, record: LoadRecord) -> None:
        self._client = client
        self._record = record
        self._count = 0

    def remove(self, tell: Callable[[int, int], object]) -> int:
        """Delete everything, and return how much was deleted.

        The pools come first: their users go with them. On Ctrl-C, no further deletion is begun, and
        those that were begun are noted.

        Args:
            tell: called with how much is deleted, and how much there is.

        Raises:
            HarnessError: something is left behind; names it.
        """
        journals = self._record.written()
        try:
            left = list(self._remove(journals, tell))
        finally:
            for journal in journals:
                journal.close()
        if left:
            raise HarnessError(
                f"left behind: {'; '.join(left)}; on AWS, `cognito-harness sweep` deletes it later"
            )
        return self._count

    def _remove(
        self, journals: Iterable[WrittenJournal], tell: Callable[[int, int], object]
    ) -> Iterator[str]:
        """Delete what the journals name, and yield what has to stay with its reason."""
        found: list[Found] = []
        for journal in journals:
            if journal.is_alive():
                yield f"what {journal.path.name} names, because a process of the run is going on"
                continue
            found += [(journal, belonging) for belonging in journal.left]
            if not journal.left:
                journal.remove()
        found.sort(key=lambda item: item[1].kind != "user_pool")
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="removal") as pool:
            deletions = {pool.submit(self._delete, item[1]): item for item in found}
            try:
                for done in as_completed(list(deletions)):
                    if reason := self._noted(done, *deletions.pop(done)):
                        yield reason
                    else:
                        tell(self._count, len(found))
            except BaseException:
                # BaseException, because Ctrl-C must not leave hundreds of deletions to be sent.
                pool.shutdown(cancel_futures=True)
                for done, item in deletions.items():
                    if not done.cancelled() and done.exception() is None:
                        self._noted(done, *item)
                raise

    def _noted(
        self, done: Future[str], journal: WrittenJournal, belonging: Belonging
    ) -> str | None:
        """Note a deletion that has ended; return what has to stay with its reason."""
        if reason := done.result():
            return f"{belonging.kind.replace('_', ' ')} {belonging.name} ({reason})"
        journal.gone(belonging)
        self._count += 1
        return None

    def _delete(self, belonging: Belonging) -> str:
        """Delete something; return why it has to stay, or an empty text."""
        reason = ""
        # A load run may have brought the service to its limits: the next attempt can succeed.
        for _ in range(_ATTEMPTS):
            try:
                return self._delete_once(belonging)
            except (BotoCoreError, ClientError, ResultUnknown) as error:
                reason = str(error)
        return reason

    def _delete_once(self, belonging: Belonging) -> str:
        try:
            if belonging.kind == "user_pool":
                return self._delete_pool(belonging)
            if not is_named_for(belonging.name, self._record.namespace):
                return "its name is not one of this run"
            delete_user(self._client, belonging)
        except self._client.exceptions.ResourceNotFoundException:
            return ""
        return ""

    def _delete_pool(self, pool: Belonging) -> str:
        if not pool.id:
            return "it may have been made, but its id is not known"
        shown: Any = self._client.describe_user_pool(UserPoolId=pool.id)["UserPool"]
        ownership = Ownership.of_tags(shown.get("UserPoolTags", {}))
        if shown["Name"] != pool.name or ownership is None or ownership.run != self._record.run:
            return "its name and tags do not show that the run made it"
        if domain := foreign_domain(shown):
            return f"it has the domain {domain}, which no run has made"
        delete_pool(self._client, pool.id, next(iter(domains_of(shown)), ""))
        return ""
