"""A Locust script as somebody would write it by hand: pycognito signs in with a remembered device.

It takes the plan and the people of `cognito-harness load --prepare`, so that the benchmark compares
the same sign-ins. It is kind to the hand-written side: all users share one client of boto3, which
signs no requests and has a connection for each of them.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from locust import User, constant_throughput, task
from pycognito.aws_srp import AWSSRP

PLAN = json.loads(Path(os.environ["COGNITO_HARNESS_LOAD_PLAN"]).read_text(encoding="utf-8"))
PEOPLE = [
    person
    for person in json.loads(Path(PLAN["people"]).read_text(encoding="utf-8"))["people"]
    if person["device"] is not None
]
CLIENT = boto3.client(
    "cognito-idp",
    region_name=PLAN["region"],
    endpoint_url=PLAN["endpoint_url"],
    config=Config(signature_version=UNSIGNED, max_pool_connections=200),
)
_TURN = itertools.cycle(PEOPLE)


class DeviceSignIn(User):
    """Signs in with password and device, once a second."""

    wait_time = constant_throughput(float(os.environ.get("SIGN_INS_A_SECOND", "1")))

    @task
    def sign_in(self) -> None:
        """Sign in, and tell Locust how long it took."""
        person = next(_TURN)
        begun = time.perf_counter()
        failure: Exception | None = None
        try:
            _srp_of(person).authenticate_user()
        except Exception as error:
            failure = error
        fire: Any = self.environment.events.request.fire
        fire(
            request_type="cognito",
            name="device sign-in",
            response_time=(time.perf_counter() - begun) * 1000,
            response_length=0,
            exception=failure,
            context={},
        )


def _srp_of(person: dict[str, Any]) -> Any:
    device = person["device"]
    return AWSSRP(
        username=person["username"],
        password=person["password"],
        pool_id=PLAN["user_pool_id"],
        client_id=PLAN["client_id"],
        client=CLIENT,
        device_key=device["key"],
        device_group_key=device["group_key"],
        device_password=device["password"],
    )
