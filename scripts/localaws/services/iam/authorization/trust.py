"""Trust of roles in AWS services. Reads IAM.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from scripts.localaws.services.iam.authorization.condition_keys import is_computed
from scripts.localaws.services.iam.authorization.principal_policies import find_role


def trusts_service(role_arn: str, service: str, source_account: str) -> bool:
    """Whether the role exists and its trust policy lets the AWS service assume it on behalf of the account."""
    values = {
        "aws:sourceaccount": (source_account,),
        "aws:principalisawsservice": ("true",),
        "aws:securetransport": ("true",),
    }
    context = Context(values, lambda key: is_computed(key) and key != "aws:sourcearn")
    request = AuthorizationRequest("sts:AssumeRole", role_arn, context, {"Service": (service,)})
    role = find_role(role_arn)
    return bool(role) and decide([role.assume_role_policy_document], request) in (
        Decision.ALLOW,
        Decision.ALLOW_PRINCIPAL,
    )
