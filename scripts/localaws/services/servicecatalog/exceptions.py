"""Errors of Service Catalog; each takes a message, not_found the kind and the id of the resource.

https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
"""

from functools import partial

from moto.core.exceptions import ServiceException

invalid = partial(ServiceException, "InvalidParametersException")
duplicate = partial(ServiceException, "DuplicateResourceException")
in_use = partial(ServiceException, "ResourceInUseException")
limit = partial(ServiceException, "LimitExceededException")
wrong_state = partial(ServiceException, "InvalidStateException")
not_supported = partial(ServiceException, "OperationNotSupportedException")


def not_found(kind: str, identifier: str) -> ServiceException:
    """The resource does not exist, or the caller has no access to it; AWS returns the same error for both."""
    return ServiceException("ResourceNotFoundException", f"{kind} {identifier} not found.")
