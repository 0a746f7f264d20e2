"""Faults of user import jobs: what becomes of the rows, and whether a job ends."""

from __future__ import annotations

from typing import Any

from harness.emulator.domain.users import CONFIRMED, RESET_REQUIRED
from harness.emulator.rules import user_import
from harness.emulator.rules.registration import new_user
from harness.emulator.rules.user_import import advance
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, answers, function
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

WRONG = (Verdict.ANSWERED_OTHERWISE,)
#: Where a job is looked at.
_DESCRIBE = "DescribeUserImportJob"


def _confirmed(original: Any) -> Any:
    def create(*given: Any, status: str, **named: Any) -> Any:
        other = CONFIRMED if status == RESET_REQUIRED else status
        return original(*given, status=other, **named)

    return create


def _skipped_as_imported(service: Any, request: Any, answer: dict[str, Any]) -> None:
    job = answer["UserImportJob"]
    job["ImportedUsers"] += job["SkippedUsers"]
    job["SkippedUsers"] = 0


FAULTS = (
    PlantedFault(
        "imported-without-reset",
        "an imported user is confirmed without a password of their own",
        "imports",
        function(new_user, _confirmed, within=user_import),
        ("user_import::imported_user_chooses_a_password_and_signs_in",),
        WRONG,
    ),
    PlantedFault(
        "skipped-counted-as-imported",
        "users who exist are counted among the imported ones",
        "imports",
        answers(_DESCRIBE, _skipped_as_imported),
        ("user_import::user_who_exists_is_not_imported_again",),
        WRONG,
    ),
    PlantedFault(
        "import-never-ends",
        "a user import job that was started never ends",
        "imports",
        function(advance, always(None)),
        ("user_import::*",),
        WRONG,
        operations=(_DESCRIBE,),
    ),
)
