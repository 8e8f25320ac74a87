"""IAM: moto stores users, roles and policies; here they count.

users.py says whose key it is, asked.py what a request asks for (names.py and table.py how IAM calls it, uses.py which
keys it uses), keys.py and sent.py what is known of it, things.py what it is about, policies.py what counts for the
caller; authorise.py asks generators/policy, which decides.
"""

from typing import Any

IGNORES = (
    "boundaries and passwords of users; a one-time code counts more than once while it is shown. A key that IAM or STS "
    "could not have made is the administrator's."
)


def install() -> None:
    """A device is enabled only by two codes that it shows: the last one may be of the next thirty seconds.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    Nobody can make a credential of one service here, and Terraform asks for them before it deletes a user.
    """
    from moto.core.responses import ActionResult
    from moto.iam.models import IAMBackend
    from moto.iam.responses import IamResponse

    from scripts.localaws.core.errors import AwsError
    from scripts.localaws.services.iam.users import shows

    stock = IAMBackend.enable_mfa_device

    def enable_mfa_device(self: Any, user_name: str, serial_number: str, *codes: str, **named: str) -> None:
        given = (*codes, *named.values())
        device = self.virtual_mfa_devices.get(serial_number)
        if device and (len(set(given)) != 2 or not all(shows(device, code) for code in given)):
            raise AwsError(
                "InvalidAuthenticationCode", f"Authentication code for device {serial_number} is not valid", 403
            )
        stock(self, user_name, serial_number, *given)

    IAMBackend.enable_mfa_device = enable_mfa_device
    IamResponse.list_service_specific_credentials = lambda self: ActionResult({"ServiceSpecificCredentials": []})
