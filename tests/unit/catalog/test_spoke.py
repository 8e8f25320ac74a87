"""Waiting for a launch that does not end."""

from __future__ import annotations

import pytest

from generators.aws.session import connect
from generators.catalog.spoke import LaunchOption, Spoke
from generators.errors import UserError
from tests.support.aws_stand_in import assume_role, json_response, stand_in
from tests.unit.conftest import REPOSITORY

RECORD = {"RecordId": "rec-1", "Status": "IN_PROGRESS", "RecordType": "PROVISION_PRODUCT"}
ANSWERS = {
    "AssumeRole": assume_role,
    "SearchProvisionedProducts": lambda _: json_response({"ProvisionedProducts": []}),
    "ProvisionProduct": lambda _: json_response({"RecordDetail": RECORD}),
    "DescribeRecord": lambda _: json_response({"RecordDetail": RECORD}),
}


def test_a_launch_that_does_not_end_is_given_up_at_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    option = LaunchOption("prod-1", "studio", {"1.0.0": "pa-1"}, {"1.0.0": "pa-1"}, "lp-1")
    with stand_in(ANSWERS) as server:
        monkeypatch.setenv("TARGET", "local")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        spoke = Spoke(connect(REPOSITORY), "300000000000", "eu-west-2", "technical-lead", timeout=0.6)
        with pytest.raises(UserError, match=r"is in progress after 0 minutes, and goes on in AWS; .*again") as caught:
            spoke.provision(option, "1.0.0", "endless", {}, lambda _: None)
    assert caught.value.exit_code == 3
    assert server.calls.count("DescribeRecord") >= 2
