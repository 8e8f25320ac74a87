"""ARN templates of the resources in requests, which arn_templates.txt lists, and other facts about ARNs.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
# The lines of arn_templates.txt, in order: IAM prefix, part of the operation's name, templates.
ARN_TEMPLATES = tuple(tuple(line.split()) for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
# Prefix of an EC2 identifier -> resource type in ARNs.
_EC2 = """
eni=network-interface fl=vpc-flow-log i=instance igw=internet-gateway nat=natgateway rtb=route-table sg=security-group
subnet=subnet vpc=vpc vpce=vpc-endpoint
"""
EC2_RESOURCE_TYPES = dict(pair.split("=") for pair in _EC2.split())
ARN_SERVICES = {"servicecatalog": "catalog"}  # IAM prefix -> service in ARNs, where they differ
OWNER_PARAMETERS = {"codeartifact": "domainOwner", "ecr": "registryId"}  # parameters with the owning account
# Services to which a role can be passed (iam:PassRole).
_SERVICES = "sagemaker lambda events cloudformation states codebuild codepipeline config cloudtrail"
ROLE_PASSING_SERVICES = frozenset((*_SERVICES.split(), "elasticmapreduce", "scheduler"))
