"""Member accounts with an id that is the same in every new embedded AWS."""

import hashlib
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations import models, utils

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def account_id(email: str) -> str:
    """Twelve digits derived from the address."""
    return str(10**11 + int(hashlib.sha256(email.lower().encode()).hexdigest(), 16) % (9 * 10**11))


class Account(models.FakeAccount):
    """moto's account with its access role, to which AWS attaches AdministratorAccess."""

    def __init__(self, organization: Any, **kwargs: Any) -> None:
        management = kwargs["Email"] == organization.master_account_email
        self._id = organization.master_account_id if management else account_id(kwargs["Email"])
        super().__init__(organization, **kwargs)
        role = kwargs.get("RoleName", "OrganizationAccountAccessRole")
        iam_backends[self.id]["aws"].attach_role_policy(_ADMINISTRATOR, role)

    @property
    def id(self) -> str:
        """The derived id."""
        return self._id

    @id.setter
    def id(self, random: str) -> None:
        """Ignored: moto sets a random id."""


class Backend(models.OrganizationsBackend):
    """Fails a second account of the same address as AWS does: with the state FAILED, not with an error."""

    def _reset(self) -> None:
        super()._reset()
        self.failed: dict[str, dict[str, Any]] = {}

    def create_account(self, **kwargs: Any) -> dict[str, Any]:
        if not any(account.email.lower() == kwargs["Email"].lower() for account in self.accounts):
            return dict(super().create_account(**kwargs))
        status = {"Id": utils.make_random_create_account_status_id(), "AccountName": kwargs["AccountName"]}
        status |= {"State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"}
        self.failed[status["Id"]] = {"CreateAccountStatus": status}
        return self.failed[status["Id"]]

    def describe_create_account_status(self, **kwargs: Any) -> dict[str, Any]:
        status = self.failed.get(kwargs["CreateAccountRequestId"])
        return status or dict(super().describe_create_account_status(**kwargs))
