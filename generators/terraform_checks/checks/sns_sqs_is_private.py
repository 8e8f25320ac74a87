"""Topics and queues are encrypted and private."""

from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, must_be_key, wrong
from generators.terraform_checks.plan import Plan, Resource

# Type -> the type of a policy beside it, and that one's argument.
_BESIDE = {"aws_sns_topic": ("aws_sns_topic_policy", "arn"), "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url")}


class SnsSqsIsPrivate(Check):
    """A message may carry what its sender knows. Without a policy of one's own AWS lets in the owner alone.

    Control 70 [SNS.1, SQS.1]. https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    """

    types = tuple(_BESIDE)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """A customer key, and policies that let no stranger in."""
        yield from must_be_key(resource, plan, "kms_master_key_id")
        for it in (resource, *plan.beside(resource, *_BESIDE[resource.type])):
            policy = it.at("policy")
            if policy is None:
                continue
            trouble = tuple(policy_exposure.undecidable(policy))
            yield from trouble
            if not trouble and (found := policy_exposure.exposed_actions(policy, policy_exposure.STRANGER)):
                yield wrong(f"its policy opens {found[0][0]} to anybody; name who comes in")
