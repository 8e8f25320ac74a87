"""Who uses a key belongs to its account."""

from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, wrong
from generators.terraform_checks.plan import Plan, Resource


class KmsKeyPolicyIsRestricted(Check):
    """A key policy lets in its own account and services that act for us: a stranger's trail or log group opens nothing.

    Control 57. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html
    """

    types = ("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_key_policy")

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Asked for a stranger, and for each service that works for one."""
        if plan.beside(resource, "aws_kms_key_policy", "key_id"):
            return
        policy = resource.at("policy")
        if trouble := tuple(policy_exposure.undecidable(policy)):
            yield from trouble
            return
        callers = {"anybody": policy_exposure.STRANGER}
        callers |= {f"{it} for any account": policy_exposure.service(it) for it in policy_exposure.services(policy)}
        for who, caller in callers.items():
            if found := policy_exposure.exposed_actions(policy, caller):
                yield wrong(f"the key policy opens {found[0][0]} to {who}; fence it with a condition")
        if len(named := policy_exposure.accounts(policy)) > 1:
            yield wrong(f"the key policy names the accounts {', '.join(sorted(named))}; name the key's own only")
