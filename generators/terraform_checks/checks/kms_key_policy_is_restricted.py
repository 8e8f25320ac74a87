"""Key policies of KMS keys."""

from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail
from generators.terraform_checks.model.plan import Plan, Resource


class KmsKeyPolicyIsRestricted(Check):
    """Evaluate the policy for an external caller, and for each service that acts for one."""

    id = "kms-key-policy-is-restricted"
    shortdesc = "Key policies must allow the key's own account, and AWS services that act for it."
    description = "A trail or log group of another account must not be able to use the key."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html"
    controls = (57,)
    security_hub_ids = ()
    types = ("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_key_policy")

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        if plan.referring(resource, "aws_kms_key_policy", "key_id"):
            return
        policy = resource.at("policy")
        if problems := tuple(policy_exposure.undecidable(policy)):
            yield from problems
            return
        callers = {"anybody": policy_exposure.EXTERNAL_CALLER}
        callers |= {
            f"{name} for any account": policy_exposure.service_caller(name) for name in policy_exposure.services(policy)
        }
        for label, caller in callers.items():
            if exposed := policy_exposure.exposed_actions(policy, caller):
                yield fail(f"the key policy opens {exposed[0][0]} to {label}; fence it with a condition")
        if len(accounts := policy_exposure.accounts(policy)) > 1:
            yield fail(f"the key policy names the accounts {', '.join(sorted(accounts))}; name the key's own only")
