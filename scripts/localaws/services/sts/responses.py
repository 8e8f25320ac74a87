"""STS over moto's response class."""

from moto.core.responses import ActionResult
from moto.sts import responses as stock

from scripts.localaws.services.sts import models, sessions


class TokenResponse(stock.TokenResponse):
    """AssumeRole and GetCallerIdentity."""

    def assume_role(self) -> ActionResult:
        session = models.assume_role(
            sessions.caller(self.access_key),
            self._get_param("RoleArn"),
            self._get_param("RoleSessionName"),
            self._get_int_param("DurationSeconds", 3600),
            self._get_param("ExternalId") or "",
            self._get_param("Policy") or "",
            tuple((tag["Key"], tag["Value"]) for tag in self._get_param("Tags") or ()),
            (self._get_param("SerialNumber") or "", self._get_param("TokenCode") or ""),
        )
        credentials = {
            "AccessKeyId": session.access_key,
            "SecretAccessKey": session.secret,
            "SessionToken": session.token,
            "Expiration": session.caller.expires,
        }
        user = {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn}
        return ActionResult({"Credentials": credentials, "AssumedRoleUser": user, "PackedPolicySize": 1})

    def get_caller_identity(self) -> ActionResult:
        caller = sessions.caller(self.access_key)
        return ActionResult({"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn})
