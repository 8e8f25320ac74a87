"""The calls, builds and pipelines of other services than SageMaker whose requirements are tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)


@dataclass(frozen=True)
class Call:
    """A call of boto3: the client's method, its parameters, and the ARN that the operation's own action needs.

    `refusal` is the code of the error that an authorized caller gets because of what the account lacks.
    """

    method: str
    params: dict[str, Any]
    service: str = "sagemaker"
    own: str = "*"
    refusal: str = ""


PROJECT: dict[str, Any] = {
    "name": "checks",
    "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases:\n  build:\n    commands: [true]\n"},
    "artifacts": {"type": "NO_ARTIFACTS"},
    "environment": {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    },
    "serviceRole": "<role>",
    "vpcConfig": {"vpcId": "<vpc>", "subnets": ["<subnet>"], "securityGroupIds": ["<group>"]},
    "logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}},
}
_SOURCE_ACTION = {
    "name": "Archive",
    "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
    "configuration": {"S3Bucket": "<bucket>", "S3ObjectKey": "code.zip", "PollForSourceChanges": "false"},
    "outputArtifacts": [{"name": "code"}],
}
_APPROVAL = {
    "name": "Approve",
    "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
}
PIPELINE: dict[str, Any] = {
    "name": "moves",
    "roleArn": "<role>",
    "pipelineType": "V2",
    "executionMode": "QUEUED",
    "artifactStore": {"type": "S3", "location": "<bucket>"},
    "stages": [{"name": "Source", "actions": [_SOURCE_ACTION]}, {"name": "Approve", "actions": [_APPROVAL]}],
}
OTHER_CALLS = {
    "CreateFunction": Call(
        "create_function",
        {
            "FunctionName": "function-#",
            "Role": "<role>",
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": EMPTY_ARCHIVE},
            "VpcConfig": {"SubnetIds": ["<subnet>"], "SecurityGroupIds": ["<group>"]},
        },
        service="lambda",
    ),
    "UpdateFunctionConfiguration": Call(
        "update_function_configuration",
        {
            "FunctionName": "updated",
            "Role": "<role>",
            "VpcConfig": {"SubnetIds": ["<subnet>"], "SecurityGroupIds": ["<group>"]},
        },
        service="lambda",
    ),
    "CopyPackageVersions": Call(
        "copy_package_versions",
        {
            "domain": "packages",
            "sourceRepository": "quarantine",
            "destinationRepository": "approved",
            "format": "pypi",
            "package": "absent",
            "versions": ["1.0"],
        },
        service="codeartifact",
        refusal="ResourceNotFoundException",
    ),
}
