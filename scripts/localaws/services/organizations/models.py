"""A member account: moto's, with an id that is the same in every fresh embedded AWS."""

import hashlib
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations import models, utils

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def account_id(email: str) -> str:
    """Twelve digits that follow from the address."""
    return str(10**11 + int(hashlib.sha256(email.lower().encode()).hexdigest(), 16) % (9 * 10**11))


class Account(models.FakeAccount):
    """Creating it creates its access role, which AWS gives AdministratorAccess."""

    def __init__(self, organization: Any, **given: Any) -> None:
        management = given["Email"] == organization.master_account_email
        self._id = organization.master_account_id if management else account_id(given["Email"])
        super().__init__(organization, **given)
        role = given.get("RoleName", "OrganizationAccountAccessRole")
        iam_backends[self.id]["aws"].attach_role_policy(_ADMINISTRATOR, role)

    @property
    def id(self) -> str:
        """What follows from the address."""
        return self._id

    @id.setter
    def id(self, drawn: str) -> None:
        """moto draws a random one; ours stays."""


class Backend(models.OrganizationsBackend):
    """Refuses a second account of the same address, as AWS does: by a failed request, not by an error."""

    def _reset(self) -> None:
        super()._reset()
        self.failed: dict[str, dict[str, Any]] = {}

    def create_account(self, **given: Any) -> dict[str, Any]:
        if not any(account.email.lower() == given["Email"].lower() for account in self.accounts):
            return dict(super().create_account(**given))
        status = {"Id": utils.make_random_create_account_status_id(), "AccountName": given["AccountName"]}
        status |= {"State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"}
        self.failed[status["Id"]] = {"CreateAccountStatus": status}
        return self.failed[status["Id"]]

    def describe_create_account_status(self, **given: Any) -> dict[str, Any]:
        found = self.failed.get(given["CreateAccountRequestId"])
        return found or dict(super().describe_create_account_status(**given))
