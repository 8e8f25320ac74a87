"""Encryption and policies of topics and queues."""

from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, require_customer_key
from generators.terraform_checks.model.plan import Plan, Resource

# Type -> the type of its policy resources, and their argument that refers to it.
_POLICIES = {"aws_sns_topic": ("aws_sns_topic_policy", "arn"), "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url")}


class SnsSqsIsPrivate(Check):
    """Check the key, and evaluate the policies for an external caller."""

    id = "sns-sqs-is-private"
    shortdesc = "Topics and queues must use a customer key and allow no external caller."
    description = "Messages may contain data of their sender. Without a policy AWS allows the owner alone."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"
    controls = (70,)
    security_hub_ids = ("SNS.1", "SQS.1")
    types = tuple(_POLICIES)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        yield from require_customer_key(resource, plan, "kms_master_key_id")
        for source in (resource, *plan.referring(resource, *_POLICIES[resource.type])):
            policy = source.at("policy")
            if policy is None:
                continue
            problems = tuple(policy_exposure.undecidable(policy))
            yield from problems
            if not problems and (exposed := policy_exposure.exposed_actions(policy, policy_exposure.EXTERNAL_CALLER)):
                yield fail(f"its policy opens {exposed[0][0]} to anybody; name who comes in")
