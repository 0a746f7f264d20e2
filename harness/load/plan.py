"""The plan of a load run: all that a Locust process needs to know, in one file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.load.private_files import read_private, write_private
from harness.redaction import Secret

__all__ = ["PLAN_VARIABLE", "LoadPlan"]

#: The environment variable with the path of the plan, read by every Locust process.
PLAN_VARIABLE = "COGNITO_HARNESS_LOAD_PLAN"
_KIND = "the plan of a load run"


@dataclass(frozen=True)
class LoadPlan:
    """What a load run calls, with whom, and how.

    Attributes:
        endpoint_url: URL of the service.
        region: AWS region, for the names of SRP and the signatures of an administrator.
        app: the app client, with its secret if it has one.
        people: file of the prepared people.
        namespace: prefix of the usernames that the run makes itself.
        profile: the TOML text of the mix of flows; ``None`` for the default mix.
        quota_share: the share of the default quotas that the run keeps to, from above 0 to 1;
            ``None`` sends as fast as it can.
        outbox: whether the service has an outbox under ``/_harness/``, from which a sign-up storm
            reads its verification codes. Without one it signs up and does not confirm.
        journal: folder in which each process records the users that sign up, so that they can be
            deleted; ``None`` in a pool that the run made, which is deleted with its users.
        account: id of the AWS account, for that record; empty if there is none.
        target: server, endpoint or aws, to remove what was prepared.
        prepared: folder with the journal of the preparation, to remove what was prepared.
    """

    endpoint_url: str
    region: str
    app: AppClient
    people: Path
    namespace: str
    profile: str | None = None
    quota_share: float | None = None
    outbox: bool = False
    journal: Path | None = None
    account: str = ""
    target: str = "server"
    prepared: Path | None = None

    def write(self, path: Path) -> None:
        """Write the plan to a file that only its owner can read: it can have a client secret.

        Raises:
            HarnessError: the file cannot be written.
        """
        secret = self.app.client_secret
        write_private(
            path,
            {
                "endpoint_url": self.endpoint_url,
                "region": self.region,
                "user_pool_id": self.app.user_pool_id,
                "client_id": self.app.client_id,
                "client_secret": None if secret is None else secret.reveal(),
                "people": str(self.people),
                "namespace": self.namespace,
                "profile": self.profile,
                "quota_share": self.quota_share,
                "outbox": self.outbox,
                "journal": None if self.journal is None else str(self.journal),
                "account": self.account,
                "target": self.target,
                "prepared": None if self.prepared is None else str(self.prepared),
            },
        )

    @classmethod
    def read(cls, path: Path) -> LoadPlan:
        """Return the plan of a file; relative paths in it start at the folder of the file.

        Raises:
            HarnessError: the file cannot be read, or it is not a plan.
        """
        content = read_private(path, _KIND)
        try:
            plan = _from_plain(content)
        except (KeyError, TypeError, ValueError):
            raise HarnessError(f"{path} is not {_KIND}: a member is missing or wrong") from None
        folder = path.parent
        return replace(
            plan,
            people=folder / plan.people,
            journal=None if plan.journal is None else folder / plan.journal,
        )

    @classmethod
    def of_environment(cls, environment: dict[str, str]) -> LoadPlan:
        """Return the plan whose path is in the environment.

        Raises:
            ConfigurationError: the environment has no path.
            HarnessError: the file cannot be read, or it is not a plan.
        """
        path = environment.get(PLAN_VARIABLE)
        if not path:
            raise ConfigurationError(
                PLAN_VARIABLE,
                hint="set it to the plan that `cognito-harness load --prepare FILE` writes",
            )
        return cls.read(Path(path))


def _from_plain(content: dict[str, Any]) -> LoadPlan:
    secret, profile, share = content["client_secret"], content["profile"], content["quota_share"]
    return LoadPlan(
        endpoint_url=str(content["endpoint_url"]),
        region=str(content["region"]),
        app=AppClient(
            str(content["user_pool_id"]),
            str(content["client_id"]),
            None if secret is None else Secret(secret),
        ),
        people=Path(content["people"]),
        namespace=str(content["namespace"]),
        profile=None if profile is None else str(profile),
        quota_share=None if share is None else float(share),
        outbox=bool(content["outbox"]),
        journal=None if content["journal"] is None else Path(content["journal"]),
        account=str(content["account"]),
        target=str(content["target"]),
        prepared=None if content["prepared"] is None else Path(content["prepared"]),
    )
