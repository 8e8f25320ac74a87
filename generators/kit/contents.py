"""The custom resource that empties Studio before CloudFormation deletes it. Pure.

Both the environment and each profile end with it; products/studio_environment/clean_up.py answers it.
"""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject

_TIMEOUT = 900  # seconds; the function itself has no longer


class _StudioContents(AWSObject):
    resource_type = "Custom::StudioContents"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "DomainId": (str, True),
        "UserProfileName": (str, False),
        "HomeRetention": (str, False),
    }


def studio_contents(service: Any, domain: Any, depends_on: list[str], **what: Any) -> AWSObject:
    """Empties a domain (HomeRetention=) or what one profile owns (UserProfileName=); it must depend on either."""
    return _StudioContents(
        "StudioContents", ServiceToken=service, ServiceTimeout=_TIMEOUT, DomainId=domain, DependsOn=depends_on, **what
    )
