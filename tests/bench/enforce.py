"""Time of one authorization decision: `python -m tests.bench enforce`.

A developer's session in a team's account is authorized under the repository's policies: the developer's permissions
and the service control policies of the root and of the organizational unit. Four requests repeat: two decided by
identity policies, one that also needs the key policy, one that depends on the tags of a user profile.
"""

from __future__ import annotations

import json
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

from generators.access import access_matrix, service_control_policies
from scripts.localaws.__main__ import MOTO
from scripts.localaws.core import context
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.request import AwsRequest, read
from scripts.localaws.server.server import LOOPBACK, application
from scripts.localaws.services.iam.authorization.authorize import authorize
from scripts.localaws.services.iam.authorization.principal_policies import find_role
from scripts.localaws.services.sts import sessions
from tests.bench.measure import REPOSITORY, verdict

MILLISECONDS, ROUNDS, TIMES = 1.0, 5, 400
REGION = "eu-west-2"
Requests = dict[str, tuple[tuple[str, str, dict[str, str]], ...]]  # title -> calls: service, target, parameters
ROOT_POLICIES, UNIT_POLICIES = ("regions", "membership", "audit_trail", "sharing"), ("baseline", "sagemaker")


def main() -> int:
    """Exit code 0 when the bound is met, otherwise 2."""
    os.environ |= MOTO
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(LOOPBACK, 0, application(), threaded=True)
    context.set_endpoint(f"http://{LOOPBACK}:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    account = _account()
    admin = _administrator(account)
    key, domain = _resources(admin)
    caller = _developer(admin, account, key)
    verdicts = [_measure(title, calls, caller) for title, calls in _requests(key, domain).items()]
    return 0 if all(verdicts) else 2


def _requests(key: str, domain: str) -> Requests:
    opening = {"DomainId": domain, "UserProfileName": "alice"}
    return {
        "authorize by identity policies": (
            ("sagemaker", "SageMaker.ListPipelines", {}),
            ("sagemaker", "SageMaker.DescribePipeline", {"PipelineName": "train"}),
        ),
        "authorize with a key policy": (("kms", "TrentService.GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),),
        "authorize by the tags of a user profile": (("sagemaker", "SageMaker.CreatePresignedDomainUrl", opening),),
    }


def _measure(title: str, calls: tuple[tuple[str, str, dict[str, str]], ...], caller: Caller) -> bool:
    _each(calls, caller)
    figures = [_each(calls, caller) for _ in range(ROUNDS)]
    return verdict(f"{title}, milliseconds", figures, MILLISECONDS, " ms")


def _each(calls: tuple[tuple[str, str, dict[str, str]], ...], caller: Caller) -> float:
    """Milliseconds of one authorization, including the parsing of the request."""
    durations = []
    for number in range(TIMES):
        call = _request(*calls[number % len(calls)])
        start = time.perf_counter()
        authorize(call, caller)
        durations.append((time.perf_counter() - start) * 1000)
    return statistics.mean(durations)


def _account() -> str:
    """Id of an account in an organizational unit, with the service control policies that live/organization attaches."""
    organizations = _client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="development")["OrganizationalUnit"]["Id"]
    documents = service_control_policies.documents(
        REPOSITORY, service_control_policies.template_values("mlops", "mlops-logs", (REGION,))
    )
    for target, names in ((root, ROOT_POLICIES), (unit, UNIT_POLICIES)):
        for name in names:
            request = {"Name": name, "Description": name, "Type": "SERVICE_CONTROL_POLICY", "Content": documents[name]}
            policy = organizations.create_policy(**request)["Policy"]["PolicySummary"]["Id"]
            organizations.attach_policy(PolicyId=policy, TargetId=target)
    status = organizations.create_account(AccountName="team", Email="team@bank.example")["CreateAccountStatus"]
    organizations.move_account(AccountId=status["AccountId"], SourceParentId=root, DestinationParentId=unit)
    return str(status["AccountId"])


def _administrator(account: str) -> dict[str, str]:
    arn = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    credentials = _client("sts").assume_role(RoleArn=arn, RoleSessionName="bench")["Credentials"]
    return {
        "key": credentials["AccessKeyId"],
        "secret": credentials["SecretAccessKey"],
        "token": credentials["SessionToken"],
    }


def _resources(admin: dict[str, str]) -> tuple[str, str]:
    """ARN of a KMS key, and id of a domain with a user profile named alice."""
    key = str(_client("kms", **admin).create_key()["KeyMetadata"]["Arn"])
    ec2, sagemaker = _client("ec2", **admin), _client("sagemaker", **admin)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    response = sagemaker.create_domain(
        DomainName="lab", AuthMode="IAM", DefaultUserSettings={}, SubnetIds=[subnet], VpcId=vpc,
        AppNetworkAccessType="VpcOnly", KmsKeyId=key,
    )  # fmt: skip
    domain = str(response["DomainArn"].rpartition("/")[2])
    tags = [{"Key": "owner", "Value": "alice"}, {"Key": "profile-type", "Value": "developer"}]
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="alice", Tags=tags)
    return key, domain


def _developer(admin: dict[str, str], account: str, key: str) -> Caller:
    iam, persona = _client("iam", **admin), access_matrix.read(REPOSITORY).roles["developer"]
    document = persona.document.replace(access_matrix.example_values(REPOSITORY)["data_key_arn"], key).replace(
        access_matrix.ACCOUNT, account
    )
    principal = {"AWS": account}
    trust = json.dumps({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
    role = iam.create_role(RoleName="developer", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="developer", PolicyName="permissions", PolicyDocument=document)
    tags = (("owner", "alice"),)
    return sessions.open_session(role["Arn"], find_role(role["Arn"]).id, "bench", 3600, tags=tags).caller


def _request(service: str, target: str, params: dict[str, str]) -> AwsRequest:
    scope = f"Credential=ASIA/20260101/{REGION}/{service}/aws4_request"
    headers = {
        "X-Amz-Target": target,
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
    }
    return read(EnvironBuilder(method="POST", headers=headers, data=json.dumps(params)).get_environ())


def _client(service: str, key: str = "local", secret: str = "local", token: str | None = None) -> Any:
    return boto3.client(
        service, region_name=REGION, endpoint_url=context.endpoint(), aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
