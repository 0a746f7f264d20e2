"""The facts that the emulator covers only in part or not at all, and why."""

from __future__ import annotations

_NOTE = "a note on sources, not something that the service does"
_THREATS = "threat protection and WAF are not emulated"
_RACE = "a race between the service's own machines"
_STEP_UP = "step-up is not emulated: its parameters and settings get status 501"
_IDP = "federation is not emulated, so that no identity provider is asked"
_CLIENT = "what a client does that no test here runs"
_OWN_CLIENT = "what a client does, not Cognito; tests/foreign_clients runs it"
_ELSEWHERE = "about another emulator, not about Cognito"

_ORDER = "any order agrees with it, also the request's, and no other order is known"

#: Facts that no test of the emulator needs to prove, with the reason.
OUT_OF_SCOPE: dict[str, str] = {
    "A001": _NOTE,
    "A002": _NOTE,
    "A003": _NOTE,
    "A040": _RACE,
    "A131": "no operation leads to these states, and their behavior is unknown",
    "A135": "an observation from 2017; the documented lockout is emulated",
    "A222": "calls on one pool run one after another, so no calls are concurrent",
    "A273": _RACE,
    "A293": "there is no published limit to enforce",
    "A299": _THREATS,
    "A306": _THREATS,
    "A320": "a list of unknowns; the choices are below",
    "A321": _NOTE,
    "A322": _NOTE,
    "A323": _NOTE,
    "D018": _NOTE,
    "H036": _IDP,
    "H045": "the pages have the one form of the classic pages",
    "H046": "the pages have no script: both versions have the forms of the classic pages",
    "H052b": "a cookie without a known meaning",
    "H052c": "a cookie without a known meaning",
    "H064": f"{_IDP}; CreateTerms is not emulated either, so there is nothing to link",
    "H086": "the bytes of JSON: readers of JSON take a slash in either way",
    "H088": _IDP,
    "H098b": _IDP,
    "H101": _OWN_CLIENT,
    "H102": _OWN_CLIENT,
    "H103": _OWN_CLIENT,
    "H104": _OWN_CLIENT,
    "H105": _OWN_CLIENT,
    "H106": _CLIENT,
    "H108": _CLIENT,
    "H109": "a load balancer's calls; there is none here",
    "H110": "API Gateway's checks; moto has none",
    "H112": _CLIENT,
    "H113": _ELSEWHERE,
    "H114": _ELSEWHERE,
    "H115": _ELSEWHERE,
    "H116": _ELSEWHERE,
    "H117": "about earlier versions of this emulator",
    "M031": "no IAM role is assumed, so none can be unusable",
    "M067": "calls on one pool run one after another, so no writes collide",
    "M085": _ORDER,
    "M098": _ORDER,
    "N058": _STEP_UP,
    "N059": _STEP_UP,
    "N060": "sessions of users are not emulated: settings and operations get status 501",
}

_FEDERATED = "there are no federated users"

#: Facts that the emulator follows only in part: what it does not do, and no test proves.
PROVEN_IN_PART: dict[str, str] = {
    "A062": f"EXTERNAL_PROVIDER: {_FEDERATED}",
    "A070": f"four of the eight occur: {_FEDERATED}, and no operation leads to the other three",
    "A080": "pages are never empty, and nothing is eventually consistent",
    "H006": "no certificates are kept, so that none can be missing: its ARN is looked at",
    "H006b": "DNS is not asked: the number of labels decides",
    "H008": "a change holds at once",
    "H017": f"the rate of federation: {_FEDERATED}",
    "H020": f"another identity provider is an error page: {_FEDERATED}",
    "H037": f"identity providers get no hint: {_FEDERATED}",
    "H039": "`lang` is not obeyed: the pages are in English, and say so",
    "H041": f"passkeys and identity providers: their paths answer the error page; {_FEDERATED}",
    "H044": "the form is in the page once, and has no field cognitoAsfData",
    "H052": "there is no cookie `lang`: the pages are in English",
    "H059": f"passkeys on the pages get status 501; {_FEDERATED}",
    "H063": _FEDERATED,
    "H085": f"the automatic nonce: {_FEDERATED}",
    "H111": "go-oidc, Argo CD and Grafana are not run: what they ask is asked by a test",
    "H119": "which cookies a browser keeps is the browser's",
    "J014": "a file has at most 5 MB and 20,000 rows here",
    "A281": f"UserFederation: {_FEDERATED}",
    "A284": f"provider linking: {_FEDERATED}",
    "A287": "LimitManagement: its operations are not emulated",
    "T003": "handlers in Python are called once and may take as long as they need",
    "T015": "a pool of the emulator has no past with threat protection",
    "A292": "the maximum number of users is not enforced",
    "A302": "signatures are checked only if moto's access control is on; by default it is off",
    "D091": "the trigger gets the password and MFA results, but not the result of the device proof",
    "N014": "TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE get status 501: step-up is not emulated",
}
