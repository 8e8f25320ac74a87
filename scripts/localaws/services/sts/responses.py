"""STS over moto's response class."""

from moto.core.responses import ActionResult
from moto.sts import responses as stock

from scripts.localaws.services.sts import models, sessions


class TokenResponse(stock.TokenResponse):
    """The operations that hand out or explain an identity."""

    def assume_role(self) -> ActionResult:
        made = models.assume_role(
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
            "AccessKeyId": made.access_key,
            "SecretAccessKey": made.secret,
            "SessionToken": made.token,
            "Expiration": made.caller.expires,
        }
        user = {"AssumedRoleId": made.caller.user_id, "Arn": made.caller.arn}
        return ActionResult({"Credentials": credentials, "AssumedRoleUser": user, "PackedPolicySize": 1})

    def get_caller_identity(self) -> ActionResult:
        who = sessions.caller(self.access_key)
        return ActionResult({"UserId": who.user_id, "Account": who.account, "Arn": who.arn})
