"""Service Catalog's refusals.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from moto.core.exceptions import ServiceException


def not_found(what: str, identifier: str) -> ServiceException:
    """No such thing, or not for this caller: AWS does not tell the two apart."""
    return ServiceException("ResourceNotFoundException", f"{what} {identifier} not found.")


def invalid(message: str) -> ServiceException:
    """One or more parameters are not valid."""
    return ServiceException("InvalidParametersException", message)


def duplicate(message: str) -> ServiceException:
    """The resource is there already."""
    return ServiceException("DuplicateResourceException", message)


def in_use(message: str) -> ServiceException:
    """Something still hangs on the resource."""
    return ServiceException("ResourceInUseException", message)


def limit(message: str) -> ServiceException:
    """A quota of the service is reached."""
    return ServiceException("LimitExceededException", message)


def wrong_state(message: str) -> ServiceException:
    """The resource cannot do that now."""
    return ServiceException("InvalidStateException", message)


def not_supported(message: str) -> ServiceException:
    """AWS has it, for other callers or by other means."""
    return ServiceException("OperationNotSupportedException", message)
