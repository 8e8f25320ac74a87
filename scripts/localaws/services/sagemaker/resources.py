"""Resource specifications of SageMaker. Pure."""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.services.sagemaker.monitors import MONITORS
from scripts.localaws.services.sagemaker.projects import PROJECTS
from scripts.localaws.services.sagemaker.serving import SERVING

_IN_SERVICE = {"Status": "InService"}
_APP = ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName")
_PROFILE = ("DomainId", "UserProfileName")
_LIFECYCLE_CONFIG = "StudioLifecycleConfig"
SAGEMAKER = ServiceSpec(
    "sagemaker",
    "sagemaker",
    (
        ResourceSpec("Domain", ("DomainId",), "domain/{DomainId}", _IN_SERVICE),
        ResourceSpec(
            "UserProfile", _PROFILE, "user-profile/{DomainId}/{UserProfileName}", _IN_SERVICE, parent="Domain"
        ),
        ResourceSpec("Space", ("DomainId", "SpaceName"), "space/{DomainId}/{SpaceName}", _IN_SERVICE, parent="Domain"),
        ResourceSpec("App", _APP, "app/{DomainId}/{Owner}/{AppType}/{AppName}", _IN_SERVICE, parent="Domain"),
        ResourceSpec(
            _LIFECYCLE_CONFIG, (f"{_LIFECYCLE_CONFIG}Name",), "studio-lifecycle-config/{StudioLifecycleConfigName}"
        ),
        ResourceSpec("AppImageConfig", ("AppImageConfigName",), "app-image-config/{AppImageConfigName}"),
        ResourceSpec("Image", ("ImageName",), "image/{ImageName}", {"ImageStatus": "CREATED"}),
        ResourceSpec(
            "ImageVersion",
            ("ImageName", "Version"),
            "image-version/{ImageName}/{Version}",
            {"ImageVersionStatus": "CREATED"},
            parent="Image",
        ),
        *SERVING,
        *MONITORS,
        *PROJECTS,
    ),
    not_found_code="ResourceNotFound",
    conflict_code="ResourceInUse",
    tag_operations=("AddTags", "DeleteTags", "ListTags"),
    merges_updates=True,
    page_size=10,
)
