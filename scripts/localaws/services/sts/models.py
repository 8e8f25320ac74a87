"""AssumeRole by principals and by AWS services. Reads IAM; writes nothing but the session.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from dataclasses import replace
from typing import Any

from moto.core.exceptions import ServiceException

from generators.iam.authorization import authorize
from generators.iam.evaluation import AuthorizationRequest, PolicyError, parse
from scripts.localaws.core.caller import Caller, Tags
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.iam import users
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies, find_role
from scripts.localaws.services.iam.authorization.trust import trusts_service
from scripts.localaws.services.sts.sessions import Credentials, open_session

_CHAINED_SECONDS = 3600  # the longest session of role chaining
_RENEWED_SECONDS = 10 * 365 * 24 * 3600


class AccessDenied(ServiceException):
    """Denied to an AWS service; the account's principals get AwsError."""

    code = "AccessDenied"


def _denied(principal: str, role_arn: str) -> AwsError:
    """The same error for every reason, so that it does not reveal which roles exist."""
    return AwsError(
        "AccessDenied", f"User: {principal} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", 403
    )


def assume_role(
    caller: Caller,
    role_arn: str,
    session_name: str,
    seconds: int,
    external_id: str = "",
    session_policy: str = "",
    tags: Tags = (),
    device: tuple[str, str] = ("", ""),
    transitive: tuple[str, ...] = (),
) -> Credentials:
    """AssumeRole by a principal; session tags need sts:TagSession as well. device: serial number and one-time code."""
    values: dict[str, tuple[str, ...]] = {"sts:rolesessionname": (session_name,)}
    values |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags}
    values |= {"aws:tagkeys": tuple(key for key, _ in tags)} if tags else {}
    values |= {"sts:transitivetagkeys": transitive} if transitive else {}
    if external_id:
        values["sts:externalid"] = (external_id,)
    values |= _mfa_values(caller, *device)
    request = authorization_request(caller, "", "sts:AssumeRole", role_arn, values)
    role = request.protected.source if request.protected else None
    requests = [request, *([replace(request, action="sts:TagSession")] if tags else [])]
    if role is None or not all(_may_assume(caller, role, each) for each in requests):
        raise _denied(caller.arn, role_arn)
    _check_duration(caller, role, seconds)
    _check_policy(session_policy)
    inherited = tuple(tag for tag in caller.tags if tag[0] in caller.transitive_tag_keys)
    keys = (*transitive, *(key for key, _ in inherited))
    session_tags = (*inherited, *tags)
    return open_session(role.arn, role.id, session_name, seconds, session_policy, session_tags, caller.endpoint, keys)


def _mfa_values(caller: Caller, serial: str, code: str) -> dict[str, tuple[str, ...]]:
    """The condition keys of a verified one-time code. Without a code the keys are absent, which is not `false`."""
    if not serial and not code:
        return {}
    if not users.verify_mfa_code(caller, serial, code):
        raise AwsError("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.", 403)
    return {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}


def _may_assume(caller: Caller, role: Any, request: AuthorizationRequest) -> bool:
    """Another account's role needs both sides; in the same account a trust policy that names the caller is enough."""
    cross_account = role.account_id != caller.account
    policies = applicable_policies(
        caller, role.assume_role_policy_document, cross_account=cross_account, requires_resource_policy=True
    )
    return authorize(request, policies).allowed


def _check_duration(caller: Caller, role: Any, seconds: int) -> None:
    if seconds > int(role.max_session_duration or 3600):
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    if caller.role_arn and seconds > _CHAINED_SECONDS:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        )


def _check_policy(document: str) -> None:
    try:
        if document:
            parse(document)
    except PolicyError as error:
        raise AwsError("MalformedPolicyDocument", str(error)) from None


def assume_for_service(role_arn: str, service_principal: str, session_name: str, source_account: str) -> str:
    """The access key of a session that an AWS service opens, such as servicecatalog.amazonaws.com.

    The service renews the session as long as it works, so that it does not end here.
    Raises moto's ServiceException AccessDenied when the role does not exist or does not trust the service.
    """
    if not trusts_service(role_arn, service_principal, source_account):
        raise AccessDenied(_denied(service_principal, role_arn).message.removeprefix("User: "))
    role = find_role(role_arn)
    return open_session(role.arn, role.id, session_name, _RENEWED_SECONDS).access_key
