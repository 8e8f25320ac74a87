"""Who may ask Organizations: the management account all, a delegated administrator to read, a member what it is in.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

import threading

from moto.core.common_types import TYPE_RESPONSE
from moto.organizations import responses as stock
from moto.organizations.models import OrganizationsBackend, organizations_backends

from scripts.localaws.core.errors import AwsError

_ONE_AT_A_TIME = threading.RLock()  # two first registrations at once would each make an administrator of the account


class OrganizationsResponse(stock.OrganizationsResponse):
    """moto's answers, given only to those who may have them."""

    def call_action(self) -> TYPE_RESPONSE:
        """Raises AwsError AccessDeniedException for what only the management account may do."""
        reads = self._get_action().startswith(("List", "Describe"))
        if self._manager and not (reads and self._delegated) and self._get_action() != "DescribeOrganization":
            raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
        alone = not self._manager and self.organizations_backend.org is None
        if alone and self._get_action() != "CreateOrganization":
            raise AwsError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
        with _ONE_AT_A_TIME:
            return super().call_action()

    @property
    def organizations_backend(self) -> OrganizationsBackend:
        """The organisation that the caller may read."""
        account = self._manager if self._delegated else self.current_account
        return organizations_backends[account][self.partition]

    @property
    def _manager(self) -> str:
        """The management account of a member, "" for an account that is none."""
        return str(organizations_backends.master_accounts.get(self.current_account, ("", ""))[0])

    @property
    def _delegated(self) -> bool:
        if not self._manager:
            return False
        admins = organizations_backends[self._manager][self.partition].admins
        return any(admin.account.id == self.current_account for admin in admins)
