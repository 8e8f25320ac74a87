"""Organizations: moto's, with account ids that follow from the e-mail address and an access role that may do something.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
"""

from scripts.localaws.core.routes import register

IGNORES = "tag policies are stored, not judged; accounts are ready at once."


def install() -> None:
    """From now on every new organisation and account is made by us."""
    from moto.organizations import models

    from scripts.localaws.services.organizations.models import Account, Backend
    from scripts.localaws.services.organizations.responses import OrganizationsResponse

    trusted = models.FakeServiceAccess.TRUSTED_SERVICES  # moto lets six of them have a delegated administrator
    models.FakeDelegatedAdministrator.SUPPORTED_SERVICES = trusted
    models.FakeAccount, models.organizations_backends.backend = Account, Backend
    register("organizations", OrganizationsResponse)
