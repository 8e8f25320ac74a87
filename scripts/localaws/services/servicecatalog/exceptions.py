"""Errors of Service Catalog.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from moto.core.exceptions import ServiceException


def not_found(kind: str, identifier: str) -> ServiceException:
    """The resource does not exist, or the caller has no access to it; AWS returns the same error for both."""
    return ServiceException("ResourceNotFoundException", f"{kind} {identifier} not found.")


def invalid(message: str) -> ServiceException:
    """One or more parameters are not valid."""
    return ServiceException("InvalidParametersException", message)


def duplicate(message: str) -> ServiceException:
    """The resource exists already."""
    return ServiceException("DuplicateResourceException", message)


def in_use(message: str) -> ServiceException:
    """Other resources still use the resource."""
    return ServiceException("ResourceInUseException", message)


def limit(message: str) -> ServiceException:
    """A quota of the service is reached."""
    return ServiceException("LimitExceededException", message)


def wrong_state(message: str) -> ServiceException:
    """The resource is in a state that does not allow the operation."""
    return ServiceException("InvalidStateException", message)


def not_supported(message: str) -> ServiceException:
    """The operation is not available to this caller or in this way."""
    return ServiceException("OperationNotSupportedException", message)
