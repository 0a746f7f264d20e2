"""The faults, by area: the sins of the real world first."""

from __future__ import annotations

from dataclasses import replace

from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.faults import (
    changed_tokens,
    client_settings,
    clients,
    custom_challenges,
    details,
    device_lists,
    device_sign_in,
    devices,
    finer_answers,
    finer_rules,
    first_codes,
    first_factors,
    lists,
    login_people,
    login_redirects,
    login_requests,
    login_sessions,
    migrations,
    oauth_codes,
    oauth_tokens,
    passkey_registration,
    passkeys,
    passwordless,
    passwords,
    pool_settings,
    proofs,
    refreshing,
    second_factor,
    secret_rotation,
    sent_codes,
    sessions,
    set_up,
    sign_out,
    sign_up,
    srp_parameters,
    tokens,
    user_import,
    users,
)
from harness.selfcheck.faults.messages import MESSAGES

__all__ = ["FAULTS"]

_FAULTS: tuple[PlantedFault, ...] = (
    *sign_up.FAULTS,
    *passwords.FAULTS,
    *proofs.FAULTS,
    *srp_parameters.FAULTS,
    *second_factor.FAULTS,
    *sent_codes.FAULTS,
    *set_up.FAULTS,
    *first_factors.FAULTS,
    *first_codes.FAULTS,
    *passkey_registration.FAULTS,
    *passkeys.FAULTS,
    *passwordless.FAULTS,
    *custom_challenges.FAULTS,
    *migrations.FAULTS,
    *sessions.FAULTS,
    *devices.FAULTS,
    *device_lists.FAULTS,
    *device_sign_in.FAULTS,
    *tokens.FAULTS,
    *changed_tokens.FAULTS,
    *refreshing.FAULTS,
    *sign_out.FAULTS,
    *login_people.FAULTS,
    *login_redirects.FAULTS,
    *login_requests.FAULTS,
    *login_sessions.FAULTS,
    *oauth_codes.FAULTS,
    *oauth_tokens.FAULTS,
    *clients.FAULTS,
    *secret_rotation.FAULTS,
    *users.FAULTS,
    *user_import.FAULTS,
    *lists.FAULTS,
    *details.FAULTS,
    *finer_answers.FAULTS,
    *finer_rules.FAULTS,
    *pool_settings.FAULTS,
    *client_settings.FAULTS,
)

#: Each with the words that show it.
FAULTS: tuple[PlantedFault, ...] = tuple(
    replace(fault, message=MESSAGES.get(fault.id, "")) for fault in _FAULTS
)
