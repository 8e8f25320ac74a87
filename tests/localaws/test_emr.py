"""EMR and EMR Serverless, KMS data key pairs, and S3 requests from a VPC."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.localaws.conftest import REGION, Aws, refused

pytestmark = pytest.mark.local_only
INSTANCES = {"KeepJobFlowAliveWhenNoSteps": True, "InstanceFleets": [{"InstanceFleetType": "MASTER"}]}


def cluster(emr: Any, **more: Any) -> str:
    return str(emr.run_job_flow(Name="spark", Instances=INSTANCES, JobFlowRole="machines", **more)["JobFlowId"])


def test_a_cluster_waits_for_work_until_it_is_terminated(aws: Aws) -> None:
    """API_RunJobFlow, API_DescribeCluster, API_TerminateJobFlows."""
    emr = aws("emr")
    id = cluster(emr, Tags=[{"Key": "team", "Value": "risk"}], ReleaseLabel="emr-7.13.0")
    described = emr.describe_cluster(ClusterId=id)["Cluster"]
    assert (described["Status"]["State"], described["ReleaseLabel"]) == ("WAITING", "emr-7.13.0")
    emr.add_tags(ResourceId=id, Tags=[{"Key": "cost", "Value": "1"}])
    emr.remove_tags(ResourceId=id, TagKeys=["team"])
    assert emr.describe_cluster(ClusterId=id)["Cluster"]["Tags"] == [{"Key": "cost", "Value": "1"}]
    emr.put_auto_termination_policy(ClusterId=id, AutoTerminationPolicy={"IdleTimeout": 900})
    assert emr.get_auto_termination_policy(ClusterId=id)["AutoTerminationPolicy"] == {"IdleTimeout": 900}
    limits = {"UnitType": "InstanceFleetUnits", "MinimumCapacityUnits": 1, "MaximumCapacityUnits": 4}
    emr.put_managed_scaling_policy(ClusterId=id, ManagedScalingPolicy={"ComputeLimits": limits})
    assert emr.get_managed_scaling_policy(ClusterId=id)["ManagedScalingPolicy"]["ComputeLimits"] == limits
    emr.terminate_job_flows(JobFlowIds=[id])
    assert emr.describe_cluster(ClusterId=id)["Cluster"]["Status"]["State"] == "TERMINATED"
    late = refused(emr.put_auto_termination_policy, ClusterId=id, AutoTerminationPolicy={"IdleTimeout": 900})
    assert late[:2] == ("InvalidRequestException", 400)


def test_a_cluster_needs_its_security_configuration(aws: Aws) -> None:
    """API_CreateSecurityConfiguration, API_DeleteSecurityConfiguration."""
    emr, name = aws("emr"), f"secure-{secrets.token_hex(4)}"
    assert refused(cluster, emr=emr, SecurityConfiguration=name)[0] == "InvalidRequestException"
    emr.create_security_configuration(Name=name, SecurityConfiguration="{}")
    assert emr.describe_security_configuration(Name=name)["SecurityConfiguration"] == "{}"
    cluster(emr, SecurityConfiguration=name)
    emr.delete_security_configuration(Name=name)
    assert refused(emr.describe_security_configuration, Name=name)[0] == "InvalidRequestException"


def test_an_application_is_updated_in_part_and_deleted(aws: Aws) -> None:
    """API_CreateApplication, API_UpdateApplication."""
    serverless = aws("emr-serverless")
    application = serverless.create_application(
        name="spark", type="SPARK", releaseLabel="emr-7.13.0", tags={"team": "risk"},
        autoStopConfiguration={"enabled": True, "idleTimeoutMinutes": 15},
    )  # fmt: skip
    id = application["applicationId"]
    serverless.update_application(applicationId=id, autoStopConfiguration={"idleTimeoutMinutes": 30})
    described = serverless.get_application(applicationId=id)["application"]
    assert described["autoStopConfiguration"] == {"enabled": True, "idleTimeoutMinutes": 30}
    assert serverless.list_tags_for_resource(resourceArn=application["arn"])["tags"] == {"team": "risk"}
    serverless.delete_application(applicationId=id)
    assert refused(serverless.get_application, applicationId=id)[0] == "ResourceNotFoundException"


def test_generate_data_key_pair_returns_a_pair_that_the_key_decrypts(aws: Aws) -> None:
    """API_GenerateDataKeyPair."""
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")
    private = serialization.load_der_private_key(pair["PrivateKeyPlaintext"], None)
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert (public, pair["KeyId"]) == (pair["PublicKey"], key)
    assert kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"] == pair["PrivateKeyPlaintext"]
    lost = key.replace(key[-4:], "0000")
    assert refused(kms.generate_data_key_pair, KeyId=lost, KeyPairSpec="RSA_2048")[0] == "NotFoundException"
    curve = refused(kms.generate_data_key_pair, KeyId=key, KeyPairSpec="ECC_NIST_P256")
    assert curve[:2] == ("ValidationException", 400)


CODE = """
import boto3
def handler(event, _):
    return boto3.client("s3").get_object(Bucket=event, Key="it")["Body"].read().decode()
"""


@pytest.mark.parametrize("inside", [True, False], ids=["in the VPC", "outside of it"])
def test_a_process_in_a_vpc_reaches_s3_through_its_endpoint(aws: Aws, inside: bool) -> None:
    """example-bucket-policies-vpc-endpoint, configuration-vpc."""
    ec2, s3, iam, tag = aws("ec2"), aws("s3"), aws("iam"), secrets.token_hex(4)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3")["VpcEndpoint"][
        "VpcEndpointId"
    ]
    bucket = f"closed-{tag}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key="it", Body=b"inside")
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    deny["Condition"] = {"StringNotEquals": {"aws:SourceVpce": endpoint}}
    s3.put_bucket_policy(Bucket=bucket, Policy=document(deny))
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=f"reader-{tag}", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    network = ["CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets"]
    network += ["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"]
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", *(f"ec2:{name}" for name in network)], "Resource": "*"}
    iam.put_role_policy(RoleName=f"reader-{tag}", PolicyName="read", PolicyDocument=document(allow))
    where = {"VpcConfig": {"SubnetIds": [subnet], "SecurityGroupIds": []}} if inside else {}
    functions = aws("lambda")
    functions.create_function(
        FunctionName=f"reader-{tag}", Runtime="python3.13", Role=role, Handler="index.handler",
        Code={"ZipFile": zipped(CODE)}, Timeout=30, **where,
    )  # fmt: skip
    answer = functions.invoke(FunctionName=f"reader-{tag}", Payload=json.dumps(bucket))["Payload"].read().decode()
    assert ("inside" in answer, "explicit deny" in answer) == (inside, not inside)


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def zipped(code: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("index.py", code)
    return stream.getvalue()
