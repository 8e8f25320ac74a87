"""Who uses a key belongs to its account."""

from generators.plans import doors
from generators.plans.check import Answers, Check, Facts, wrong
from generators.plans.plan import Plan, Resource


class KeyPolicyIsFenced(Check):
    """A key policy lets in its own account and services that act for us: a stranger's trail or log group opens nothing.

    Control 57. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html
    """

    types = ("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_key_policy")

    def judge(self, resource: Resource, plan: Plan, facts: Facts) -> Answers:
        """Asked for a stranger, and for each service that works for one."""
        if plan.beside(resource, "aws_kms_key_policy", "key_id"):
            return
        policy = resource.at("policy")
        if trouble := tuple(doors.unasked(policy)):
            yield from trouble
            return
        callers = {"anybody": doors.STRANGER}
        callers |= {f"{it} for any account": doors.service(it) for it in doors.services(policy)}
        for who, caller in callers.items():
            if found := doors.opened(policy, caller):
                yield wrong(f"the key policy opens {found[0][0]} to {who}; fence it with a condition")
        if len(named := doors.accounts(policy)) > 1:
            yield wrong(f"the key policy names the accounts {', '.join(sorted(named))}; name the key's own only")
