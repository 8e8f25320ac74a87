"""Every service that is used has an endpoint in the network."""

from generators.terraform_checks.check import Answers, Check, CheckContext, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_KIND = "aws_vpc_endpoint"
# Service as IAM spells it -> endpoints that its callers need; some have one for the calls and one for the data.
_ENDPOINTS = {
    "cloudwatch": ("monitoring",),
    "codeartifact": ("codeartifact.api", "codeartifact.repositories"),
    "codebuild": ("codebuild",),
    "codecommit": ("codecommit", "git-codecommit"),
    "codeconnections": ("codeconnections.api",),
    "codepipeline": ("codepipeline",),
    "codestar-connections": ("codeconnections.api",),
    "dynamodb": ("dynamodb",),
    "ecr": ("ecr.api", "ecr.dkr"),
    "elasticfilesystem": ("elasticfilesystem",),
    "elasticmapreduce": ("elasticmapreduce",),
    "emr-serverless": ("emr-serverless", "emr-serverless-services.livy"),
    "events": ("events",),
    "kms": ("kms",),
    "logs": ("logs",),
    "s3": ("s3",),
    "sagemaker": ("sagemaker.api", "sagemaker.runtime"),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "states": ("states",),
    "sts": ("sts",),
}
# No call from inside: `iam` is passing a role along, SageMaker and Lambda make network interfaces from outside, and
# SageMaker asks Service Catalog for a project.
_NEVER_CALLED = frozenset({"ec2", "iam", "servicecatalog"})


class VpcEndpointPerService(Check):
    """Without a way to the internet a service that has no endpoint cannot be called at all.

    Control 62. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    types = ("aws_vpc",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """An endpoint for each service that is called from inside."""
        endpoints = plan.beside(resource, _KIND, "vpc_id")
        names = [it.at("service_name") for it in endpoints]
        held = {".".join(name.split(".")[3:]) for name in names if isinstance(name, str)}
        unsure = UNKNOWN in names or bool(plan.unclear(_KIND, "vpc_id"))
        for service in sorted(facts.services - _NEVER_CALLED):
            wanted = _ENDPOINTS.get(service)
            if wanted is None:
                yield wrong(f"{service} is used and nobody said which endpoint it has; say so in {__name__}")
            elif missing := [it for it in wanted if it not in held]:
                need = f"{service} is used inside the network and has no endpoint {missing[0]}; add it"
                yield undecided(f"whether {service} has an endpoint") if unsure else wrong(need)
