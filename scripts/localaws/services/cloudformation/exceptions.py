"""CloudFormation's refusals and the failure of one resource."""

from moto.core.exceptions import ServiceException


def invalid(message: str) -> ServiceException:
    """The template or a request's value is wrong."""
    return ServiceException("ValidationError", message)


class ResourceFailed(Exception):  # noqa: N818 - it fails a resource, not the program
    """Why a resource cannot be made, changed or deleted; becomes its ResourceStatusReason."""
