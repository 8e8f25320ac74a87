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
SERVICES: dict[str, Service] = {
    "sts": Service("sts", "sts", "sts"),
    "iam": Service("iam", "iam", "iam"),
    "s3": Service("s3", "s3", "s3"),
    "organizations": Service("organizations", "organizations", "organizations"),
    "servicecatalog": Service("servicecatalog", "servicecatalog", "servicecatalog"),
    "cloudformation": Service("cloudformation", "cloudformation", "cloudformation"),
    "sagemaker": Service(
        "sagemaker",
        "sagemaker",
        "stored",
        "applications run nothing and are in service at once; settings are stored, not inherited; mount targets and "
        "security groups of the home file system; tag propagation; endpoints answer nothing, pipelines and monitors "
        "run nothing; traffic moves at once, and alarms that guard it are asked once.",
    ),
    "codebuild": Service("codebuild", "codebuild", "codebuild"),
    "states": Service("stepfunctions", "states", "stepfunctions"),
    "lambda": Service("lambda", "lambda", "lambda_"),
    "ssm": Service("ssm", "ssm", "ssm"),
    "ec2": Service("ec2", "ec2", "ec2"),
    "kms": Service("kms", "kms", ignores="constraints of grants on other principals; rotation does not happen."),
    "logs": Service("logs", "logs", ignores="retention is stored; nothing expires."),
    "sns": Service("sns", "sns", ignores="deliveries to addresses outside of this process."),
    "sqs": Service("sqs", "sqs", ignores="redrive to other accounts; FIFO throughput limits."),
    "events": Service("events", "events", ignores="rules are stored; only moto's own targets are called."),
    "scheduler": Service("scheduler", "scheduler", ignores="schedules are stored; they start nothing."),
    "application-autoscaling": Service("application-autoscaling", "application-autoscaling", "stored"),
    "secretsmanager": Service("secretsmanager", "secretsmanager", ignores="rotation and replicas do nothing."),
    "monitoring": Service("cloudwatch", "cloudwatch", ignores="alarms are stored; they do not fire by themselves."),
    "ecr": Service("ecr", "ecr", ignores="images have no layers; scanning finds nothing."),
    "elasticfilesystem": Service("efs", "elasticfilesystem", ignores="there is no file system behind the id."),
    "cloudtrail": Service("cloudtrail", "cloudtrail", ignores="nothing is recorded."),
    "config": Service("config", "config", ignores="rules are stored; nothing is recorded or judged."),
    "guardduty": Service("guardduty", "guardduty", ignores="detectors find nothing."),
    "route53resolver": Service("route53resolver", "route53resolver", ignores="names are not resolved."),
    "codeartifact": Service("codeartifact", "codeartifact", "stored"),
    "codecommit": Service("codecommit", "codecommit", "codecommit"),
    "codepipeline": Service("codepipeline", "codepipeline", "stored"),
    "codeconnections": Service("codeconnections", "codeconnections", "stored"),
    "codestar-connections": Service("codestar-connections", "codestar-connections", "stored"),
    "securityhub": Service("securityhub", "securityhub", "stored"),
    "access-analyzer": Service("accessanalyzer", "access-analyzer", "stored"),
    "budgets": Service("budgets", "budgets", "stored"),
    "elasticmapreduce": Service("emr", "elasticmapreduce", "stored", "a cluster has no machines and runs no steps."),
    "emr-serverless": Service("emr-serverless", "emr-serverless", "stored", "an application runs no jobs."),
    "ram": Service("ram", "ram", ignores="a share gives nobody anything."),
    "servicequotas": Service("service-quotas", "servicequotas", "stored"),
    "tagging": Service("resourcegroupstaggingapi", "tag", ignores="resources of services that are ours."),
}
S3_CONTROL = Service("s3control", "s3", ignores="access point policies and storage lenses are stored, not judged.")


def folders() -> tuple[str, ...]:
    """Our service folders, in table order."""
    return tuple(dict.fromkeys(row.folder for row in SERVICES.values() if row.folder))
