"""SOFTWARE_TOKEN_MFA: a TOTP code from the authenticator app."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import SOFTWARE_TOKEN_MFA
from harness.emulator.domain.totp import TotpOutcome
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, put_challenge


def put(service: Service, attempt: Attempt) -> Result:
    """Ask for a code, with the token's friendly name if it has one (A171, A172)."""
    token = attempt.user.software_token
    name = {"FRIENDLY_DEVICE_NAME": token.friendly_name} if token and token.friendly_name else {}
    parameters = {**name, "USER_ID_FOR_SRP": attempt.user.username}
    return put_challenge(service, attempt, SOFTWARE_TOKEN_MFA, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Accept a correct code; a wrong or used one leaves the session usable (A224 to A229)."""
    session, attempt = response.pending()
    (code,) = response.responses.required("SOFTWARE_TOKEN_MFA_CODE")
    after = response.passed_factor(attempt)
    token = attempt.user.software_token
    if token is None:
        raise refusals.software_token_not_on_user()
    now = response.now
    verdict = token.accept(code, now)
    if verdict is TotpOutcome.USED:
        raise refusals.software_token_code_used().because(lambda: token.why_refused(code, now))
    if verdict is TotpOutcome.MISMATCH:
        raise refusals.software_token_code_mismatch().because(lambda: token.why_refused(code, now))
    response.service.sessions.use(session)
    return after
