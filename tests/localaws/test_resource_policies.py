"""Policies of keys, topics, queues, images, packages, functions, secrets and buses; keys that services use."""

import io
import itertools
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused
from tests.localaws.test_sts import make_role, trust

pytestmark = pytest.mark.local_only
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def owner(member: Callable[[str], str]) -> str:
    return member("things-owner")


@pytest.fixture(scope="module")
def guest(member: Callable[[str], str]) -> str:
    return member("things-guest")


@pytest.fixture
def acting(aws: Aws, owner: str) -> Callable[..., Any]:
    """acting("kms", statement, account=...) -> a client of a new role with these statements only, and its ARN."""

    def act(service: str, *statements: dict[str, Any], account: str = "") -> tuple[Any, str]:
        account = account or owner
        iam, name = aws("iam", account), f"acts-on-things-{next(_NUMBERS)}"
        arn = make_role(iam, name, trust(AWS=f"arn:aws:iam::{account}:root"))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return aws(service, account, name), arn

    return act


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def letting(who: str, *actions: str, **more: Any) -> dict[str, Any]:
    return allow(*actions, Principal={"AWS": who}, **more)


def key(aws: Aws, owner: str, *statements: dict[str, Any]) -> str:
    """A new key that its creator may administer."""
    own = letting(f"arn:aws:iam::{owner}:role/OrganizationAccountAccessRole", "kms:*")
    return str(aws("kms", owner).create_key(Policy=policy(own, *statements))["KeyMetadata"]["Arn"])


def test_identity_policies_apply_to_a_key_only_if_its_policy_allows_the_account(
    aws: Aws, owner: str, acting: Callable[..., Any]
) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    closed, open_ = key(aws, owner), key(aws, owner, letting(f"arn:aws:iam::{owner}:root", "kms:*"))
    kms, arn = acting("kms", allow("kms:*"))
    assert kms.encrypt(KeyId=open_, Plaintext=b"1")["KeyId"] == open_
    code, _, message = refused(kms.encrypt, KeyId=closed, Plaintext=b"1")
    assert code == "AccessDeniedException"
    assert f"kms:Encrypt on resource: {closed}" in message
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")
    assert f"assumed-role/{arn.rpartition('/')[2]}/" in message


def test_the_policy_of_a_model_package_group_allows_another_account_to_read_it_and_its_models(
    aws: Aws, owner: str, guest: str, acting: Callable[..., Any]
) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html"""
    reads = ("sagemaker:DescribeModelPackageGroup", "sagemaker:DescribeModelPackage")
    registry, (reader, arn) = aws("sagemaker", owner), acting("sagemaker", allow(*reads), account=guest)
    group = registry.create_model_package_group(ModelPackageGroupName="lent")["ModelPackageGroupArn"]
    code, _, message = refused(reader.describe_model_package_group, ModelPackageGroupName=group)
    assert code == "AccessDeniedException"
    assert "because no resource-based policy allows the sagemaker:DescribeModelPackageGroup action" in message
    registry.put_model_package_group_policy(ModelPackageGroupName="lent", ResourcePolicy=policy(letting(arn, *reads)))
    assert reader.describe_model_package_group(ModelPackageGroupName=group)["ModelPackageGroupArn"] == group


def test_a_ciphertext_contains_its_key_and_an_alias_names_one(aws: Aws, owner: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html"""
    closed, open_ = key(aws, owner), key(aws, owner, letting(f"arn:aws:iam::{owner}:root", "kms:*"))
    aws("kms", owner).create_alias(AliasName="alias/closed", TargetKeyId=closed)
    kms, _ = acting("kms", allow("kms:Decrypt", Resource=open_), allow("kms:DescribeKey"))
    read = aws("kms", owner).encrypt(KeyId=open_, Plaintext=b"1")["CiphertextBlob"]
    hidden = aws("kms", owner).encrypt(KeyId=closed, Plaintext=b"1")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=read)["Plaintext"] == b"1"
    assert f"kms:Decrypt on resource: {closed}" in refused(kms.decrypt, CiphertextBlob=hidden)[2]
    assert f"on resource: {closed}" in refused(kms.describe_key, KeyId="alias/closed")[2]


def test_another_accounts_key_needs_both_sides(aws: Aws, owner: str, guest: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"""
    shared = key(aws, owner, letting(f"arn:aws:iam::{guest}:root", "kms:Encrypt"))
    kms, _ = acting("kms", allow("kms:*"), account=guest)
    assert kms.encrypt(KeyId=shared, Plaintext=b"1")["KeyId"] == shared
    assert refused(kms.generate_data_key, KeyId=shared, KeySpec="AES_256")[0] == "AccessDeniedException"
    bare, _ = acting("kms", account=guest)
    message = refused(bare.encrypt, KeyId=shared, Plaintext=b"1")[2]
    assert message.endswith("because no identity-based policy allows the kms:Encrypt action")


def test_a_grant_allows_its_operations_to_its_principal(aws: Aws, owner: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"""
    closed = key(aws, owner)
    kms, arn = acting("kms")
    encrypted = {"EncryptionContext": {"team": "risk"}}
    aws("kms", owner).create_grant(
        KeyId=closed, GranteePrincipal=arn, Operations=["Encrypt"],
        Constraints={"EncryptionContextSubset": {"team": "risk"}},
    )  # fmt: skip
    assert kms.encrypt(KeyId=closed, Plaintext=b"1", **encrypted)["KeyId"] == closed
    assert refused(kms.encrypt, KeyId=closed, Plaintext=b"1")[0] == "AccessDeniedException"
    assert refused(kms.generate_data_key, KeyId=closed, KeySpec="AES_256", **encrypted)[0] == "AccessDeniedException"


def test_reading_or_writing_an_encrypted_object_needs_its_key(aws: Aws, owner: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms"""
    used, name = key(aws, owner, letting(f"arn:aws:iam::{owner}:root", "kms:*")), f"encrypted-{owner}"
    aws("s3", owner).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": used}}
    aws("s3", owner).put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    aws("s3", owner).put_object(Bucket=name, Key="a", Body=b"1")
    via = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    reads, _ = acting("s3", allow("s3:*"), allow("kms:Decrypt", Condition=via))
    assert reads.get_object(Bucket=name, Key="a")["Body"].read() == b"1"
    code, _, message = refused(reads.put_object, Bucket=name, Key="b", Body=b"1")
    assert code == "AccessDenied"
    assert f"kms:GenerateDataKey on resource: {used}" in message
    bare, _ = acting("s3", allow("s3:*"))
    assert f"kms:Decrypt on resource: {used}" in refused(bare.get_object, Bucket=name, Key="a")[2]
    copying = {"Bucket": name, "Key": "c", "CopySource": f"{name}/a", "ServerSideEncryption": "AES256"}
    assert f"kms:Decrypt on resource: {used}" in refused(bare.copy_object, **copying)[2]
    assert bare.put_object(Bucket=name, Key="d", Body=b"1", ServerSideEncryption="AES256")["ETag"]


def test_reading_a_secure_string_needs_its_key(aws: Aws, owner: str, acting: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html"""
    used = key(aws, owner, letting(f"arn:aws:iam::{owner}:root", "kms:*"))
    aws("ssm", owner).put_parameter(Name="/secret", Value="1", Type="SecureString", KeyId=used)
    bound = {"StringEquals": {"kms:EncryptionContext:PARAMETER_ARN": f"arn:aws:ssm:{REGION}:{owner}:parameter/secret"}}
    reads, _ = acting("ssm", allow("ssm:*"), allow("kms:Decrypt", Condition=bound))
    assert reads.get_parameter(Name="/secret", WithDecryption=True)["Parameter"]["Value"] == "1"
    writing = {"Name": "/new", "Value": "1", "Type": "SecureString", "KeyId": used}
    assert f"kms:Encrypt on resource: {used}" in refused(reads.put_parameter, **writing)[2]
    bare, _ = acting("ssm", allow("ssm:*"))
    assert bare.get_parameter(Name="/secret")["Parameter"]["Name"] == "/secret"
    for ask in (
        lambda: refused(bare.get_parameter, Name="/secret", WithDecryption=True),
        lambda: refused(bare.get_parameters_by_path, Path="/", Recursive=True, WithDecryption=True),
    ):
        assert f"kms:Decrypt on resource: {used}" in ask()[2]


def test_publishing_to_an_encrypted_topic_or_queue_needs_its_key(
    aws: Aws, owner: str, acting: Callable[..., Any]
) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"""
    used = key(aws, owner, letting(f"arn:aws:iam::{owner}:root", "kms:*"))
    topic = aws("sns", owner).create_topic(Name="encrypted", Attributes={"KmsMasterKeyId": used})["TopicArn"]
    queue = aws("sqs", owner).create_queue(QueueName="encrypted", Attributes={"KmsMasterKeyId": used})["QueueUrl"]
    sns, _ = acting("sns", allow("sns:*"))
    sqs, _ = acting("sqs", allow("sqs:*"))
    assert f"kms:GenerateDataKey on resource: {used}" in refused(sns.publish, TopicArn=topic, Message="1")[2]
    assert f"kms:GenerateDataKey on resource: {used}" in refused(sqs.send_message, QueueUrl=queue, MessageBody="1")[2]
    sends, _ = acting("sqs", allow("sqs:*"), allow("kms:GenerateDataKey", "kms:Decrypt"))
    assert sends.send_message(QueueUrl=queue, MessageBody="1")["MessageId"]


def _topic(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    topic = aws("sns", owner).create_topic(Name=f"t{next(_NUMBERS)}")["TopicArn"]
    aws("sns", owner).set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=policy({**statement, "Resource": topic})
    )
    return {"TopicArn": topic, "Message": "1"}


def _queue(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    text = policy({**statement, "Resource": "*"})
    queue = aws("sqs", owner).create_queue(QueueName=f"q{next(_NUMBERS)}", Attributes={"Policy": text})
    return {"QueueUrl": queue["QueueUrl"], "MessageBody": "1"}


def _images(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    name, ecr = f"r{next(_NUMBERS)}", aws("ecr", owner)
    ecr.create_repository(repositoryName=name)
    bare = {part: value for part, value in statement.items() if part != "Resource"}
    ecr.set_repository_policy(repositoryName=name, policyText=policy(bare))
    return {"registryId": owner, "repositoryName": name}


def _function(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    archive, name, functions = io.BytesIO(), f"f{next(_NUMBERS)}", aws("lambda", owner)
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", "def handler(event, context): return 1")
    role = make_role(aws("iam", owner), f"runs-{name}", trust(Service="lambda.amazonaws.com"))
    function = functions.create_function(
        FunctionName=name,
        Role=role,
        Handler="index.handler",
        Runtime="python3.13",
        Code={"ZipFile": archive.getvalue()},
    )
    if statement["Effect"] == "Allow":
        functions.add_permission(
            FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal=statement["Principal"]["AWS"]
        )
    return {"FunctionName": function["FunctionArn"], "Payload": b"{}"}


def _secret(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    secret = aws("secretsmanager", owner).create_secret(Name=f"s{next(_NUMBERS)}", SecretString="1")
    aws("secretsmanager", owner).put_resource_policy(
        SecretId=secret["ARN"], ResourcePolicy=policy({**statement, "Resource": "*"})
    )
    return {"SecretId": secret["ARN"]}


def _packages(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    index, name = aws("codeartifact", owner), f"d{next(_NUMBERS)}"
    index.create_domain(domain=name)
    index.create_repository(domain=name, repository="approved")
    index.put_repository_permissions_policy(
        domain=name, repository="approved", policyDocument=policy({**statement, "Resource": "*"})
    )
    return {"domain": name, "domainOwner": owner, "repository": "approved", "format": "pypi"}


def _bus(aws: Aws, owner: str, statement: dict[str, Any]) -> dict[str, Any]:
    bus = aws("events", owner).create_event_bus(Name=f"b{next(_NUMBERS)}")["EventBusArn"]
    text = policy({**statement, "Sid": "s", "Resource": bus})
    aws("events", owner).put_permission(EventBusName=bus.rpartition("/")[2], Policy=text)
    return {"Entries": [{"EventBusName": bus, "Source": "x", "DetailType": "x", "Detail": "{}"}]}


RESOURCES: dict[str, tuple[str, str, Callable[[Aws, str, dict[str, Any]], dict[str, Any]]]] = {
    "sns:Publish": ("sns", "publish", _topic),
    "sqs:SendMessage": ("sqs", "send_message", _queue),
    "ecr:DescribeImages": ("ecr", "describe_images", _images),
    "lambda:InvokeFunction": ("lambda", "invoke", _function),
    "secretsmanager:GetSecretValue": ("secretsmanager", "get_secret_value", _secret),
    "codeartifact:GetRepositoryEndpoint": ("codeartifact", "get_repository_endpoint", _packages),
    "events:PutEvents": ("events", "put_events", _bus),
}


@pytest.mark.parametrize("action", RESOURCES)
def test_a_resource_of_another_account_needs_both_sides(
    aws: Aws, owner: str, guest: str, acting: Callable[..., Any], action: str
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"""
    service, operation, make = RESOURCES[action]
    visible = make(aws, owner, letting(guest, action))
    hidden = make(aws, owner, letting("123456789012", action))
    called, _ = acting(service, allow(action), account=guest)
    assert getattr(called, operation)(**visible)["ResponseMetadata"]["HTTPStatusCode"] < 300
    code, _, message = refused(getattr(called, operation), **hidden)
    assert code in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    assert message.endswith(f"because no resource-based policy allows the {action} action")
    bare, _ = acting(service, account=guest)
    message = refused(getattr(bare, operation), **visible)[2]
    assert message.endswith(f"because no identity-based policy allows the {action} action")


@pytest.mark.parametrize("action", sorted(RESOURCES.keys() - {"lambda:InvokeFunction"}))  # its policies only allow
def test_a_resource_policy_can_deny_what_the_account_allows(
    aws: Aws, owner: str, acting: Callable[..., Any], action: str
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    service, operation, make = RESOURCES[action]
    called, arn = acting(service, allow(action))
    resource = make(aws, owner, {**letting(arn, action), "Effect": "Deny"})
    message = refused(getattr(called, operation), **resource)[2]
    assert message.endswith("with an explicit deny in a resource-based policy")
