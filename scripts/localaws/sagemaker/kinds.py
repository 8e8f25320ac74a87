"""The table: one row for each noun of the API that is stored. Pure.

A row says what names a thing, its ARN, and what it says when it is ready; the rest is botocore's model.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One noun: Create<noun>, Describe<noun>, Update<noun>, Delete<noun>, List<plural>."""

    noun: str
    key: tuple[str, ...]
    arn: str
    ready: tuple[tuple[str, str], ...] = ()
    parent: str = ""  # the noun that must exist, named by the first part of the key

    @property
    def plural(self) -> str:
        """As in ListUserProfiles."""
        return f"{self.noun}s"


_IN_SERVICE = (("Status", "InService"),)
KINDS = {
    kind.noun: kind
    for kind in (
        Kind("Domain", ("DomainId",), "domain/{DomainId}", _IN_SERVICE),
        Kind(
            "UserProfile",
            ("DomainId", "UserProfileName"),
            "user-profile/{DomainId}/{UserProfileName}",
            _IN_SERVICE,
            "Domain",
        ),
        Kind("Space", ("DomainId", "SpaceName"), "space/{DomainId}/{SpaceName}", _IN_SERVICE, "Domain"),
        Kind(
            "App",
            ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
            "app/{DomainId}/{Owner}/{AppType}/{AppName}",
            _IN_SERVICE,
            "Domain",
        ),
        Kind(
            "StudioLifecycleConfig",
            ("StudioLifecycleConfigName",),
            "studio-lifecycle-config/{StudioLifecycleConfigName}",
        ),
        Kind("AppImageConfig", ("AppImageConfigName",), "app-image-config/{AppImageConfigName}"),
        Kind("Image", ("ImageName",), "image/{ImageName}", (("ImageStatus", "CREATED"),)),
        Kind(
            "ImageVersion",
            ("ImageName", "Version"),
            "image-version/{ImageName}/{Version}",
            (("ImageVersionStatus", "CREATED"),),
            "Image",
        ),
    )
}
