"""The rows of Studio, and of all of SageMaker. Pure."""

from scripts.localaws.generic.noun import Api, Noun
from scripts.localaws.sagemaker.monitors import MONITORS
from scripts.localaws.sagemaker.projects import NOUNS as PROJECTS
from scripts.localaws.sagemaker.serving import SERVING

_IN_SERVICE = {"Status": "InService"}
_APP = ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName")
_PROFILE = ("DomainId", "UserProfileName")
_CONFIG = "StudioLifecycleConfig"
STUDIO = Api(
    "sagemaker",
    "sagemaker",
    (
        Noun("Domain", ("DomainId",), "domain/{DomainId}", _IN_SERVICE),
        Noun("UserProfile", _PROFILE, "user-profile/{DomainId}/{UserProfileName}", _IN_SERVICE, parent="Domain"),
        Noun("Space", ("DomainId", "SpaceName"), "space/{DomainId}/{SpaceName}", _IN_SERVICE, parent="Domain"),
        Noun("App", _APP, "app/{DomainId}/{Owner}/{AppType}/{AppName}", _IN_SERVICE, parent="Domain"),
        Noun(_CONFIG, (f"{_CONFIG}Name",), "studio-lifecycle-config/{StudioLifecycleConfigName}"),
        Noun("AppImageConfig", ("AppImageConfigName",), "app-image-config/{AppImageConfigName}"),
        Noun("Image", ("ImageName",), "image/{ImageName}", {"ImageStatus": "CREATED"}),
        Noun(
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
