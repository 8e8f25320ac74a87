"""The validation error of CloudFormation and the failure of one resource."""

from moto.core.exceptions import ServiceException


def invalid(message: str) -> ServiceException:
    """Return the ValidationError of a template or of a request value."""
    return ServiceException("ValidationError", message)


class ResourceFailed(Exception):  # noqa: N818 - it fails a resource, not the program
    """A resource cannot be created, updated or deleted; the message becomes its ResourceStatusReason."""
