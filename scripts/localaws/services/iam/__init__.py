"""IAM: moto stores users, roles and policies; authorization/ applies them to every request.

users.py finds the user of an access key. In authorization/: required_actions.py lists the actions of a request
(resource_arns.py and arn_templates.py name its resources, kms_dependencies.py the keys that it uses),
authorization_request.py adds condition keys (condition_keys.py, request_condition_keys.py) and resources
(resource_lookup.py), principal_policies.py finds the caller's policies; authorize.py evaluates with generators.iam.
"""

from typing import Any

IGNORES = (
    "boundaries and passwords of users; a one-time code can be used again while it is valid. A key that IAM or STS "
    "could not have issued is the administrator's."
)


def install() -> None:
    """EnableMFADevice needs two different current codes; the second may be that of the next thirty seconds.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    ListServiceSpecificCredentials returns none: Terraform calls it before it deletes a user.
    """
    from moto.core.responses import ActionResult
    from moto.iam.models import IAMBackend
    from moto.iam.responses import IamResponse

    from scripts.localaws.core.errors import AwsError
    from scripts.localaws.services.iam.users import is_current_code

    enable_in_moto = IAMBackend.enable_mfa_device

    def enable_mfa_device(self: Any, user_name: str, serial_number: str, *args: str, **kwargs: str) -> None:
        codes = (*args, *kwargs.values())
        device = self.virtual_mfa_devices.get(serial_number)
        if device and (len(set(codes)) != 2 or not all(is_current_code(device, code) for code in codes)):
            raise AwsError(
                "InvalidAuthenticationCode", f"Authentication code for device {serial_number} is not valid", 403
            )
        enable_in_moto(self, user_name, serial_number, *codes)

    IAMBackend.enable_mfa_device = enable_mfa_device
    IamResponse.list_service_specific_credentials = lambda self: ActionResult({"ServiceSpecificCredentials": []})
