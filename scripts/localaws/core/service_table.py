"""The supported services. Requests to any other service are refused. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """botocore's model name, IAM's action prefix, the folder in services ("" = moto alone), what is not emulated."""

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
        "sagemaker",
        "applications run nothing and are in service at once; settings are stored, not inherited; mount targets and "
        "security groups of the home file system; tag propagation; endpoints answer nothing, pipelines and monitors "
        "run nothing; traffic shifts at once, and auto-rollback alarms are read once.",
    ),
    "codebuild": Service("codebuild", "codebuild", "codebuild"),
    "states": Service("stepfunctions", "states", "stepfunctions"),
    "lambda": Service("lambda", "lambda", "lambda_"),
    "ssm": Service("ssm", "ssm", "ssm"),
    "ec2": Service("ec2", "ec2", "ec2"),
    "kms": Service("kms", "kms", ignores="grant constraints on other principals; keys are not rotated."),
    "logs": Service("logs", "logs", ignores="retention is stored; nothing expires."),
    "sns": Service("sns", "sns", ignores="deliveries to endpoints outside of this process."),
    "sqs": Service("sqs", "sqs", ignores="redrive to other accounts; FIFO throughput limits."),
    "events": Service("events", "events", ignores="rules are stored; only targets that moto supports are called."),
    "scheduler": Service("scheduler", "scheduler", ignores="schedules are stored; they start nothing."),
    "application-autoscaling": Service("application-autoscaling", "application-autoscaling", "stored"),
    "secretsmanager": Service("secretsmanager", "secretsmanager", ignores="rotation and replicas do nothing."),
    "monitoring": Service(
        "cloudwatch", "cloudwatch", ignores="alarms are stored; nothing sets their state but SetAlarmState."
    ),
    "ecr": Service("ecr", "ecr", ignores="images have no layers; scanning finds nothing."),
    "elasticfilesystem": Service("efs", "elasticfilesystem", ignores="there is no file system behind the id."),
    "cloudtrail": Service("cloudtrail", "cloudtrail", ignores="nothing is recorded."),
    "config": Service("config", "config", ignores="rules are stored; nothing is recorded or evaluated."),
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
    "elasticmapreduce": Service("emr", "elasticmapreduce", "emr", "a cluster has no instances and runs no steps."),
    "emr-serverless": Service("emr-serverless", "emr-serverless", "emr", "an application runs no jobs."),
    "ram": Service("ram", "ram", ignores="a resource share gives no access."),
    "servicequotas": Service("service-quotas", "servicequotas", "stored"),
    "tagging": Service("resourcegroupstaggingapi", "tag", ignores="resources of services that moto does not answer."),
}
S3_CONTROL = Service("s3control", "s3", ignores="access point policies and storage lenses are stored, not evaluated.")


def folders() -> tuple[str, ...]:
    """The folders in services, in table order."""
    return tuple(dict.fromkeys(row.folder for row in SERVICES.values() if row.folder))
