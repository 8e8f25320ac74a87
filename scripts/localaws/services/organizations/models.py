"""Member accounts with an id that is the same in every new embedded AWS."""

import hashlib
import threading
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations import models, utils

from scripts.localaws.core import clock

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
    """Creates accounts after the delay that the clock has for CreateAccount.

    Fails a second account of the same address as AWS does: with the state FAILED, not with an error.
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccountStatus.html
    """

    def _reset(self) -> None:
        super()._reset()
        self.statuses: dict[str, dict[str, Any]] = {}  # of requests without an account, by id
        self.pending: dict[str, str] = {}  # id of the request by address

    def create_account(self, **kwargs: Any) -> dict[str, Any]:
        delay, email = clock.DELAYS["CreateAccount"], kwargs["Email"].lower()
        exists = email in self.pending or any(account.email.lower() == email for account in self.accounts)
        if not delay and not exists:
            return dict(super().create_account(**kwargs))
        status = {"Id": utils.make_random_create_account_status_id(), "AccountName": kwargs["AccountName"]}
        status["RequestedTimestamp"] = clock.now().timestamp()
        status |= {"State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"} if exists else {"State": "IN_PROGRESS"}
        self.statuses[status["Id"]] = status
        if not exists:
            self.pending[email] = status["Id"]
            threading.Thread(target=self._create_after, args=(delay, kwargs), daemon=True).start()
        return {"CreateAccountStatus": {**status}}

    def _create_after(self, delay: float, request: dict[str, Any]) -> None:
        clock.Event().wait(delay)
        super().create_account(**request)
        self.accounts[-1].create_account_status_id = self.pending.pop(request["Email"].lower())
        del self.statuses[self.accounts[-1].create_account_status_id]

    def describe_create_account_status(self, **kwargs: Any) -> dict[str, Any]:
        status = self.statuses.get(kwargs["CreateAccountRequestId"])
        return {"CreateAccountStatus": status} if status else dict(super().describe_create_account_status(**kwargs))

    def list_create_account_status(self, **kwargs: Any) -> dict[str, Any]:
        response, states = dict(super().list_create_account_status(**kwargs)), kwargs.get("States")
        own = [status for status in self.statuses.values() if not states or status["State"] in states]
        return {**response, "CreateAccountStatuses": response["CreateAccountStatuses"] + own}
