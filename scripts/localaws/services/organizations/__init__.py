"""Organizations: moto's, with account ids derived from the e-mail address and an access role with permissions.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
"""


def install() -> None:
    """Replace moto's account and backend classes."""
    from moto.organizations import models

    from scripts.localaws.services.organizations.models import Account, Backend

    services = models.FakeServiceAccess.TRUSTED_SERVICES  # moto allows a delegated administrator for six of them
    models.FakeDelegatedAdministrator.SUPPORTED_SERVICES = services
    models.FakeAccount, models.organizations_backends.backend = Account, Backend
