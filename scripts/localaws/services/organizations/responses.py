"""Access to Organizations: the management account has all operations, a delegated administrator the reads, a member
DescribeOrganization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

import threading

from moto.core.common_types import TYPE_RESPONSE
from moto.organizations import responses as stock
from moto.organizations.models import OrganizationsBackend, organizations_backends

from scripts.localaws.core.errors import AwsError

_LOCK = threading.RLock()  # concurrent first registrations would each add the account as administrator


class OrganizationsResponse(stock.OrganizationsResponse):
    """moto's responses, restricted by the account of the caller."""

    def call_action(self) -> TYPE_RESPONSE:
        """Raises AwsError AccessDeniedException for operations of the management account."""
        is_read = self._get_action().startswith(("List", "Describe"))
        if self._manager and not (is_read and self._delegated) and self._get_action() != "DescribeOrganization":
            raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
        is_outside = not self._manager and self.organizations_backend.org is None
        if is_outside and self._get_action() != "CreateOrganization":
            raise AwsError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
        with _LOCK:
            return super().call_action()

    @property
    def organizations_backend(self) -> OrganizationsBackend:
        """The organization that the caller may read."""
        account = self._manager if self._delegated else self.current_account
        return organizations_backends[account][self.partition]

    @property
    def _manager(self) -> str:
        """The management account of a member, "" for any other account."""
        return str(organizations_backends.master_accounts.get(self.current_account, ("", ""))[0])

    @property
    def _delegated(self) -> bool:
        if not self._manager:
            return False
        administrators = organizations_backends[self._manager][self.partition].admins
        return any(admin.account.id == self.current_account for admin in administrators)


RESPONSE = ("organizations", OrganizationsResponse)
