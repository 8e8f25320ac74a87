"""AssumeRole and GetCallerIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

import re
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.core.caller import Caller, Tags
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sts import models, sessions

_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+")


def _assume_role(_: Store, params: Record, __: Any) -> Record:
    if not _ARN.fullmatch(params["RoleArn"]):
        raise AwsError("ValidationError", f"{params['RoleArn']} is invalid")
    caller = sessions.caller(context.current_caller())
    tags = tuple((tag["Key"], tag["Value"]) for tag in params.get("Tags") or ())
    transitive = tuple(params.get("TransitiveTagKeys") or ())
    _check_tags(caller, tags, transitive)
    session = models.assume_role(
        caller,
        params["RoleArn"],
        params["RoleSessionName"],
        params.get("DurationSeconds", 3600),
        params.get("ExternalId", ""),
        params.get("Policy", ""),
        tags,
        (params.get("SerialNumber", ""), params.get("TokenCode", "")),
        transitive,
    )
    credentials = {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": session.caller.expires,
    }
    user = {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn}
    packed = {"PackedPolicySize": 1} if params.get("Policy") or tags else {}
    return {"Credentials": credentials, "AssumedRoleUser": user, **packed}


def _check_tags(caller: Caller, tags: Tags, transitive: tuple[str, ...]) -> None:
    """Keys differ in more than case; transitive keys are among them; no inherited tag gets another value."""
    keys, inherited = [key.lower() for key, _ in tags], [key.lower() for key in caller.transitive_tag_keys]
    if len(set(keys)) < len(keys):
        raise AwsError(
            "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    if not {key.lower() for key in transitive} <= {*keys}:
        raise AwsError(
            "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags."
        )
    if {*keys} & {*inherited}:
        message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key"
        raise AwsError("InvalidParameterValue", f"{message} from the calling session.")


def _get_caller_identity(*_: Any) -> Record:
    caller = sessions.caller(context.current_caller())
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}


HANDLERS: Handlers = {("sts", "AssumeRole"): _assume_role, ("sts", "GetCallerIdentity"): _get_caller_identity}
