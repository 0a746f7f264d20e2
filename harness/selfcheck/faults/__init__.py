"""The faults, by area: the sins of the real world first."""

from __future__ import annotations

from harness.selfcheck.fault import Fault
from harness.selfcheck.faults import (
    client_settings,
    clients,
    details,
    devices,
    finer_answers,
    finer_rules,
    passwords,
    pool_settings,
    proofs,
    second_factor,
    sessions,
    sign_up,
    tokens,
    users,
)

__all__ = ["FAULTS"]

FAULTS: tuple[Fault, ...] = (
    *sign_up.FAULTS,
    *passwords.FAULTS,
    *proofs.FAULTS,
    *second_factor.FAULTS,
    *sessions.FAULTS,
    *devices.FAULTS,
    *tokens.FAULTS,
    *clients.FAULTS,
    *users.FAULTS,
    *details.FAULTS,
    *finer_answers.FAULTS,
    *finer_rules.FAULTS,
    *pool_settings.FAULTS,
    *client_settings.FAULTS,
)
