"""The rows of Studio, and of all of SageMaker. Pure."""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.services.sagemaker.monitors import MONITORS
from scripts.localaws.services.sagemaker.projects import NOUNS as PROJECTS
from scripts.localaws.services.sagemaker.serving import SERVING

_IN_SERVICE = {"Status": "InService"}
_APP = ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName")
_PROFILE = ("DomainId", "UserProfileName")
_CONFIG = "StudioLifecycleConfig"
STUDIO = ServiceSpec(
    "sagemaker",
    "sagemaker",
    (
        ResourceSpec("Domain", ("DomainId",), "domain/{DomainId}", _IN_SERVICE),
        ResourceSpec(
            "UserProfile", _PROFILE, "user-profile/{DomainId}/{UserProfileName}", _IN_SERVICE, parent="Domain"
        ),
        ResourceSpec("Space", ("DomainId", "SpaceName"), "space/{DomainId}/{SpaceName}", _IN_SERVICE, parent="Domain"),
        ResourceSpec("App", _APP, "app/{DomainId}/{Owner}/{AppType}/{AppName}", _IN_SERVICE, parent="Domain"),
        ResourceSpec(_CONFIG, (f"{_CONFIG}Name",), "studio-lifecycle-config/{StudioLifecycleConfigName}"),
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
    absent="ResourceNotFound",
    taken="ResourceInUse",
    tagging=("AddTags", "DeleteTags", "ListTags"),
    merges=True,
    page=10,
)
