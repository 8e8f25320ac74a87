"""Topics and queues are encrypted and private."""

from generators.plans import doors
from generators.plans.check import Answers, Check, Facts, must_be_key, wrong
from generators.plans.plan import Plan, Resource

# Type -> the type of a policy beside it, and that one's argument.
_BESIDE = {"aws_sns_topic": ("aws_sns_topic_policy", "arn"), "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url")}


class MessageIsPrivate(Check):
    """A message may carry what its sender knows. Without a policy of one's own AWS lets in the owner alone.

    Control 70 [SNS.1, SQS.1]. https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    """

    types = tuple(_BESIDE)

    def judge(self, resource: Resource, plan: Plan, facts: Facts) -> Answers:
        """A customer key, and policies that let no stranger in."""
        yield from must_be_key(resource, plan, "kms_master_key_id")
        for it in (resource, *plan.beside(resource, *_BESIDE[resource.type])):
            policy = it.at("policy")
            if policy is None:
                continue
            trouble = tuple(doors.unasked(policy))
            yield from trouble
            if not trouble and (found := doors.opened(policy, doors.STRANGER)):
                yield wrong(f"its policy opens {found[0][0]} to anybody; name who comes in")
