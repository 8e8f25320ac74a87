"""What it costs to judge a request: `python -m tests.bench enforce`.

A developer's session in a team's account, under the repository's own policies: the persona's, and those of the
organisation at the root and at the unit. The same questions are asked again and again, because a working day does so.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import threading
import time
from typing import Any

import boto3
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder

from generators.roles import control, matrix
from scripts.localaws import context, identity
from scripts.localaws.__main__ import MOTO
from scripts.localaws.iam.authorise import authorise
from scripts.localaws.iam.policies import find_role
from scripts.localaws.request import Call, read
from scripts.localaws.server import LOOPBACK, application
from tests.bench.measure import REPOSITORY, verdict

MILLISECONDS, ROUNDS, TIMES = 1.0, 5, 400
REGION = "eu-west-2"
ASKED = (("SageMaker.ListPipelines", "{}"), ("SageMaker.DescribePipeline", '{"PipelineName": "train"}'))
ROOT_POLICIES, UNIT_POLICIES = ("regions", "membership", "audit_trail", "sharing"), ("baseline", "sagemaker")


def main() -> int:
    """0 when the bound held."""
    os.environ |= MOTO
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(LOOPBACK, 0, application(), threaded=True)
    context.serve_at(f"http://{LOOPBACK}:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    caller = _developer(_account())
    _each(caller)
    figures = [_each(caller) for _ in range(ROUNDS)]
    return 0 if verdict("judge a request, milliseconds", figures, MILLISECONDS, " ms") else 2


def _each(caller: identity.Caller) -> float:
    """Milliseconds of one judgement, reading what the request asks included."""
    spent = []
    for number in range(TIMES):
        call = _call(*ASKED[number % len(ASKED)])
        began = time.perf_counter()
        authorise(call, caller)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.mean(spent)


def _account() -> str:
    """A team's account in a unit, with every policy where live/organization puts it."""
    organizations = _client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="development")["OrganizationalUnit"]["Id"]
    texts = control.documents(REPOSITORY, control.words("mlops", "mlops-logs", (REGION,)))
    for target, names in ((root, ROOT_POLICIES), (unit, UNIT_POLICIES)):
        for name in names:
            kind = {"Name": name, "Description": name, "Type": "SERVICE_CONTROL_POLICY", "Content": texts[name]}
            policy = organizations.create_policy(**kind)["Policy"]["PolicySummary"]["Id"]
            organizations.attach_policy(PolicyId=policy, TargetId=target)
    made = organizations.create_account(AccountName="team", Email="team@bank.example")["CreateAccountStatus"]
    organizations.move_account(AccountId=made["AccountId"], SourceParentId=root, DestinationParentId=unit)
    return str(made["AccountId"])


def _developer(account: str) -> identity.Caller:
    arn = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    given = _client("sts").assume_role(RoleArn=arn, RoleSessionName="bench")["Credentials"]
    iam = _client("iam", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    persona = matrix.read(REPOSITORY).roles["developer"]
    document = persona.document.replace(matrix.ACCOUNT, account)
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = iam.create_role(RoleName="developer", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="developer", PolicyName="permissions", PolicyDocument=document)
    return identity.open_session(role["Arn"], find_role(role["Arn"]).id, "bench", 3600).caller


def _call(target: str, body: str) -> Call:
    scope = f"Credential=ASIA/20260101/{REGION}/sagemaker/aws4_request"
    headers = {
        "X-Amz-Target": target,
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
    }
    return read(EnvironBuilder(method="POST", headers=headers, data=body).get_environ())


def _client(service: str, key: str = "local", secret: str = "local", token: str | None = None) -> Any:
    return boto3.client(
        service, region_name=REGION, endpoint_url=context.endpoint(), aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
