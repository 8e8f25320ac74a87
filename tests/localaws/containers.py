"""Accounts in which SageMaker runs containers: a bucket, a role, an image of plain Python in ECR."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.localaws.services.ecr import images
from tests.localaws.conftest import REGION, Aws

MANAGEMENT = "123456789012"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DOCKERFILE = 'FROM python:3.11-slim\nENTRYPOINT ["python"]\n'
RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}


@dataclass(frozen=True)
class Workshop:
    """An account with a bucket `bucket`, a role `role` and an image `image`."""

    aws: Aws
    account: str

    @property
    def bucket(self) -> str:
        return f"workshop-{self.account}"

    @property
    def role(self) -> str:
        return f"arn:aws:iam::{self.account}:role/jobs"

    @property
    def image(self) -> str:
        return f"{self.account}.dkr.ecr.{REGION}.amazonaws.com/python:1"

    def __call__(self, service: str) -> Any:
        return self.aws(service, None if self.account == MANAGEMENT else self.account)

    def build(self) -> "Workshop":
        """Make the bucket, the role and the image."""
        location = {"LocationConstraint": REGION}
        self("s3").create_bucket(Bucket=self.bucket, CreateBucketConfiguration=location)
        self.make_role("jobs", ALL)
        self("ecr").create_repository(repositoryName="python")
        return self

    def make_role(self, name: str, *statements: Mapping[str, Any], service: str = "sagemaker.amazonaws.com") -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        self("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        self("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return f"arn:aws:iam::{self.account}:role/{name}"

    def push(self, folder: Path, tag: str, dockerfile: str = DOCKERFILE, **files: str) -> str:
        """The address of an image that is built of a Dockerfile and pushed."""
        (folder / "Dockerfile").write_text(dockerfile)
        for name, text in files.items():
            (folder / name).write_text(text)
        digest = images.push(self("ecr"), "python", tag, images.build(folder, {}, self("ecr")))
        return f"{self.image.rpartition(':')[0]}@{digest}"

    def put(self, key: str, text: str) -> str:
        self("s3").put_object(Bucket=self.bucket, Key=key, Body=text.encode())
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        return bytes(self("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def process(self, name: str, program: str, **more: Any) -> dict[str, Any]:
        """The description of a processing job of a program, once it has ended."""
        self.start(name, program, **more)
        return ended(self("sagemaker").describe_processing_job, "ProcessingJob", name)

    def start(self, name: str, program: str, **more: Any) -> None:
        self("sagemaker").create_processing_job(**self.processing(name, program, **more))

    def processing(self, name: str, program: str, **more: Any) -> dict[str, Any]:
        """The request of a processing job of a program, which is its first input."""
        code = {
            "S3Uri": self.put(f"code/{name}/main.py", program),
            "LocalPath": "/opt/ml/processing/code",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
        }
        inputs = [{"InputName": "code", "S3Input": code}, *more.pop("ProcessingInputs", ())]
        return {
            "ProcessingJobName": name,
            "RoleArn": self.role,
            "AppSpecification": {"ImageUri": self.image, "ContainerArguments": ["/opt/ml/processing/code/main.py"]},
            "ProcessingInputs": inputs,
            "ProcessingResources": {"ClusterConfig": RESOURCES},
            **more,
        }

    def training(self, name: str, program: str, **more: Any) -> dict[str, Any]:
        """The request of a training job of a program, which is its channel `code`."""
        code = self.channel("code", self.put(f"code/{name}/main.py", program))
        return {
            "TrainingJobName": name,
            "RoleArn": self.role,
            "AlgorithmSpecification": {
                "TrainingImage": self.image,
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["python", "/opt/ml/input/data/code/main.py"],
            },
            "InputDataConfig": [code],
            "OutputDataConfig": {"S3OutputPath": f"s3://{self.bucket}/models"},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **more,
        }

    def channel(self, name: str, uri: str) -> dict[str, Any]:
        source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
        return {"ChannelName": name, "DataSource": {"S3DataSource": source}}

    def train(self, name: str, program: str, **more: Any) -> dict[str, Any]:
        """The description of a training job of a program, once it has ended."""
        self("sagemaker").create_training_job(**self.training(name, program, **more))
        return ended(self("sagemaker").describe_training_job, "TrainingJob", name)


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def ended(describe: Callable[..., dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The description of a job at its end."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        description = describe(**{f"{kind}Name": name})
        if description[f"{kind}Status"] in ("Completed", "Failed", "Stopped"):
            return description
        time.sleep(0.02)
    raise AssertionError(f"{name} has not ended: {description}")


def received(sqs: Any, queue: str, count: int) -> list[dict[str, Any]]:
    """The first events that a rule has sent to the queue."""
    events: list[dict[str, Any]] = []
    deadline = time.monotonic() + 60
    while len(events) < count and time.monotonic() < deadline:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ())
        events += [json.loads(message["Body"]) for message in messages]
    return events
