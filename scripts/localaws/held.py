"""The table of services that the embedded AWS holds. A service that is not here is refused. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One row: botocore's model name, IAM's action prefix, and our folder ("" = moto as it is)."""

    model: str
    prefix: str
    folder: str = ""
    ignores: str = ""


# Key: the name in the credential scope of a signed request.
HELD: dict[str, Service] = {
    "sts": Service("sts", "sts", "sts"),
    "iam": Service("iam", "iam"),
    "s3": Service("s3", "s3", "s3"),
    "organizations": Service("organizations", "organizations", "organizations"),
    "servicecatalog": Service("servicecatalog", "servicecatalog", "servicecatalog"),
    "cloudformation": Service("cloudformation", "cloudformation", "cloudformation"),
    "sagemaker": Service("sagemaker", "sagemaker"),
    "lambda": Service("lambda", "lambda"),
    "ssm": Service("ssm", "ssm"),
    "ec2": Service("ec2", "ec2"),
    "kms": Service("kms", "kms"),
    "logs": Service("logs", "logs"),
    "sns": Service("sns", "sns"),
    "sqs": Service("sqs", "sqs"),
    "events": Service("events", "events"),
    "monitoring": Service("cloudwatch", "cloudwatch"),
    "ecr": Service("ecr", "ecr"),
    "codeartifact": Service("codeartifact", "codeartifact"),
    "elasticfilesystem": Service("efs", "elasticfilesystem"),
    "tagging": Service("resourcegroupstaggingapi", "tag"),
}
S3_CONTROL = Service("s3control", "s3")


def folders() -> tuple[str, ...]:
    """Our service folders, in table order."""
    return tuple(dict.fromkeys(row.folder for row in HELD.values() if row.folder))
