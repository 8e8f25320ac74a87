"""Operations of IAM that moto answers wrongly or not at all. A handler that returns None lets moto answer.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from typing import Any

from moto.iam.models import ManagedPolicy, Role, User, iam_backends
from moto.iam.utils import random_role_id

from generators.iam.trust_policy import trust_policy_problem
from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.iam.simulation import simulate_principal_policy
from scripts.localaws.services.iam.users import is_current_code, principal_exists


def install_boundaries() -> None:
    """Let moto's users have a boundary as its roles have, and its policies the number of their uses as a boundary."""
    User.permissions_boundary_arn, Role.permissions_boundary = None, property(_boundary)
    ManagedPolicy.permissions_boundary_usage_count = property(
        lambda policy: len(_bounded(policy.account_id, policy.arn))
    )


def _boundary(principal: Any) -> Record | None:
    arn = principal.permissions_boundary_arn
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def _bounded(account: str, policy: str) -> list[Any]:
    """The roles and users whose boundary is this policy."""
    backend = iam_backends[account]["aws"]
    principals = (*list(backend.roles.values()), *list(backend.users.values()))
    return [each for each in principals if each.permissions_boundary_arn == policy]


def _create_role(store: Store, params: Record, _: Any) -> None:
    _check_trust_policy(params["AssumeRolePolicyDocument"])
    _check_boundary(store, params)


def _check_trust_policy(document: str) -> None:
    if message := trust_policy_problem(document, principal_exists):
        raise AwsError("MalformedPolicyDocument", message)


def _update_assume_role_policy(store: Store, params: Record, _: Any) -> None:
    _backend(store).get_role(params["RoleName"])
    _check_trust_policy(params["PolicyDocument"])


def _check_boundary(store: Store, params: Record, _: Any = None) -> None:
    arn = params.get("PermissionsBoundary")
    if arn and arn not in _backend(store).managed_policies:
        raise AwsError("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404)


def _check_policy_arn(_: Store, params: Record, __: Any) -> None:
    if not params["PolicyArn"].startswith("arn:"):
        raise AwsError("ValidationError", "Invalid ARN:  Could not be parsed!")


def _create_user(store: Store, params: Record, _: Any) -> Record:
    _check_boundary(store, params)
    user = _backend(store).create_user(store.region, params["UserName"], params.get("Path"), params.get("Tags") or [])
    user.permissions_boundary_arn = params.get("PermissionsBoundary")
    user.id = random_role_id(store.account).replace("AROA", "AIDA")
    return {"User": _description(store, user)}


def _get_user(store: Store, params: Record, _: Any) -> Record | None:
    key, backend = context.current_caller(), _backend(store)
    user = backend.get_user(params["UserName"]) if "UserName" in params else backend.get_user_from_access_key_id(key)
    return {"User": _description(store, user)} if user else None


def _description(store: Store, user: Any) -> Record:
    values = {"UserName": user.name, "UserId": user.id, "Arn": user.arn, "Path": user.path}
    tags = _backend(store).tagger.list_tags_for_resource(user.arn)["Tags"]
    values |= {"CreateDate": user.create_date, "PermissionsBoundary": _boundary(user)}
    return {**values, **({"Tags": tags} if tags else {})}


def _put_user_boundary(store: Store, params: Record, _: Any) -> Record:
    _check_boundary(store, params)
    _backend(store).get_user(params["UserName"]).permissions_boundary_arn = params["PermissionsBoundary"]
    return {}


def _delete_user_boundary(store: Store, params: Record, _: Any) -> Record:
    user = _backend(store).get_user(params["UserName"])
    if not user.permissions_boundary_arn:
        message = f"User {user.name} does not have permissions boundary."
        raise AwsError("NoSuchEntity", message, 404)
    user.permissions_boundary_arn = None
    return {}


def _enable_mfa_device(store: Store, params: Record, _: Any) -> None:
    """It needs two different current codes; the second may be that of the next thirty seconds.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    """
    device = _backend(store).virtual_mfa_devices.get(params["SerialNumber"])
    codes = {params["AuthenticationCode1"], params["AuthenticationCode2"]}
    if device and (len(codes) != 2 or not all(is_current_code(device, code) for code in codes)):
        message = f"Authentication code for device {params['SerialNumber']} is not valid"
        raise AwsError("InvalidAuthenticationCode", message, 403)


def _delete_policy(store: Store, params: Record, _: Any) -> None:
    if params["PolicyArn"] not in _backend(store).managed_policies:
        raise AwsError("NoSuchEntity", f"Policy {params['PolicyArn']} was not found.", 404)
    if _bounded(store.account, params["PolicyArn"]):
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)


def _backend(store: Store) -> Any:
    return iam_backends[store.account]["aws"]


HANDLERS: Handlers = {
    ("iam", "CreateRole"): _create_role,
    ("iam", "UpdateAssumeRolePolicy"): _update_assume_role_policy,
    ("iam", "PutRolePermissionsBoundary"): _check_boundary,
    ("iam", "CreateUser"): _create_user,
    ("iam", "GetUser"): _get_user,
    ("iam", "PutUserPermissionsBoundary"): _put_user_boundary,
    ("iam", "DeleteUserPermissionsBoundary"): _delete_user_boundary,
    ("iam", "DeletePolicy"): _delete_policy,
    ("iam", "EnableMFADevice"): _enable_mfa_device,
    # Terraform calls it before it deletes a user.
    ("iam", "ListServiceSpecificCredentials"): lambda *_: {"ServiceSpecificCredentials": []},
    ("iam", "SimulatePrincipalPolicy"): simulate_principal_policy,
    **{("iam", f"Attach{kind}Policy"): _check_policy_arn for kind in ("Group", "Role", "User")},
}
