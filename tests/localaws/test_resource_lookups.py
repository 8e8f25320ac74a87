"""Authorization resolves each ARN of a request once, and only the ARNs that the request is about."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from werkzeug.serving import make_server

from scripts.localaws.core.caller import MANAGEMENT
from scripts.localaws.server.server import LOOPBACK, application
from scripts.localaws.services.iam.authorization.authorize import RESOURCES
from tests.localaws.conftest import REGION

pytestmark = pytest.mark.local_only
_CONFIG = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})


@dataclass
class Recorder:
    """An embedded AWS in this process; `lookups` has the look-ups of the newest request by ARN."""

    endpoint: str
    lookups: Counter[str]

    def client(self, service: str) -> Any:
        names = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, region_name=REGION, endpoint_url=self.endpoint, config=_CONFIG, **names)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    gateway, recorder = application(), Recorder("", Counter())

    def record(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = gateway(environ, start)
        recorder.lookups = environ[RESOURCES].lookups
        return body

    server = make_server(LOOPBACK, 0, record, threaded=True)
    recorder.endpoint = f"http://{LOOPBACK}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield recorder
    server.shutdown()


@pytest.fixture(scope="module")
def key(recorder: Recorder) -> str:
    """A KMS key with the alias alias/lookups."""
    kms = recorder.client("kms")
    arn = str(kms.create_key()["KeyMetadata"]["Arn"])
    kms.create_alias(AliasName="alias/lookups", TargetKeyId=arn)
    return arn


def test_get_object_resolves_the_object_and_its_key(recorder: Recorder, key: str) -> None:
    s3 = recorder.client("s3")
    s3.create_bucket(Bucket="lookups", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="lookups", Key="a", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    assert recorder.lookups == {"arn:aws:s3:::lookups/a": 1, key: 1}
    s3.get_object(Bucket="lookups", Key="a")
    assert recorder.lookups == {"arn:aws:s3:::lookups/a": 1, key: 1}


def test_decrypt_resolves_the_key_by_the_name_in_the_request(recorder: Recorder, key: str) -> None:
    kms = recorder.client("kms")
    ciphertext = kms.encrypt(KeyId="alias/lookups", Plaintext=b"1")["CiphertextBlob"]
    alias = f"{key.rpartition(':')[0]}:alias/lookups"
    assert recorder.lookups == {alias: 1}
    kms.decrypt(CiphertextBlob=ciphertext)
    assert recorder.lookups == {key: 1}
    kms.decrypt(CiphertextBlob=ciphertext, KeyId="alias/lookups")
    assert recorder.lookups == {alias: 1}


def test_send_message_resolves_the_queue_and_its_key(recorder: Recorder, key: str) -> None:
    sqs = recorder.client("sqs")
    url = sqs.create_queue(QueueName="lookups", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="1")
    assert recorder.lookups == {f"arn:aws:sqs:{REGION}:{MANAGEMENT}:lookups": 1, key: 1}


def test_publish_resolves_the_topic_and_its_key(recorder: Recorder, key: str) -> None:
    sns = recorder.client("sns")
    topic = sns.create_topic(Name="lookups", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    sns.publish(TopicArn=topic, Message="1")
    assert recorder.lookups == {topic: 1, key: 1}


def test_get_secret_value_resolves_the_secret_and_its_key(recorder: Recorder, key: str) -> None:
    secrets = recorder.client("secretsmanager")
    arn = secrets.create_secret(Name="lookups", SecretString="1", KmsKeyId=key)["ARN"]
    secrets.get_secret_value(SecretId=arn)
    assert recorder.lookups == {arn: 1, key: 1}
    secrets.get_secret_value(SecretId="lookups")
    assert recorder.lookups == {f"arn:aws:secretsmanager:{REGION}:{MANAGEMENT}:secret:lookups": 1, key: 1}


def test_a_presigned_domain_url_resolves_the_user_profile(recorder: Recorder) -> None:
    ec2, sagemaker = recorder.client("ec2"), recorder.client("sagemaker")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    settings: dict[str, Any] = {"AuthMode": "IAM", "DefaultUserSettings": {}}
    arn = sagemaker.create_domain(DomainName="lookups", SubnetIds=[subnet], VpcId=vpc, **settings)["DomainArn"]
    domain = arn.rpartition("/")[2]
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="alice")
    sagemaker.create_presigned_domain_url(DomainId=domain, UserProfileName="alice")
    assert recorder.lookups == {f"arn:aws:sagemaker:{REGION}:{MANAGEMENT}:user-profile/{domain}/alice": 1}
