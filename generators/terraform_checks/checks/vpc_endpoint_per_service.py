"""VPC endpoints of services in use."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, unknown
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_ENDPOINT = "aws_vpc_endpoint"
# IAM prefix of a service -> endpoints that its callers need; some have one for the API and one for the data.
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
    # https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html: SageMaker projects
    "servicecatalog": ("servicecatalog",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "states": ("states",),
    "sts": ("sts",),
}
# Not called from inside: iam:PassRole is no call, SageMaker and Lambda create network interfaces from outside.
_NEVER_CALLED = frozenset({"ec2", "iam"})


class VpcEndpointPerService(Check):
    """Expect an endpoint for each service that is called from inside the VPC."""

    id = "vpc-endpoint-per-service"
    shortdesc = "VPCs must have an endpoint for each AWS service that is called from inside."
    description = "Without a route to the internet, a service without an endpoint cannot be called."
    source_url = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"
    controls = (62,)
    security_hub_ids = ()
    types = ("aws_vpc",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        endpoints = plan.referring(resource, _ENDPOINT, "vpc_id")
        names = [endpoint.at("service_name") for endpoint in endpoints]
        present = {".".join(name.split(".")[3:]) for name in names if isinstance(name, str)}
        is_uncertain = UNKNOWN in names or bool(plan.unresolved(_ENDPOINT, "vpc_id"))
        for service in sorted(context.services - _NEVER_CALLED):
            required = _ENDPOINTS.get(service)
            if required is None:
                yield fail(f"{service} is used and nobody said which endpoint it has; say so in {__name__}")
            elif absent := [name for name in required if name not in present]:
                message = f"{service} is used inside the network and has no endpoint {absent[0]}; add it"
                yield unknown(f"whether {service} has an endpoint") if is_uncertain else fail(message)
