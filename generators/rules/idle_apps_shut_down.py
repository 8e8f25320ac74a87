"""Idle shutdown of Studio applications."""

from generators.rules._property_values import integer
from generators.rules._rule import PlatformRule, Problems, require_value, unresolved
from generators.rules._template import Resource, Template

_APPS = ("CodeEditorAppSettings", "JupyterLabAppSettings")
_MAX_MINUTES = 480  # a working day


class IdleAppsShutDown(PlatformRule):
    """Check JupyterLab always, the code editor when the domain configures it."""

    id = "E9023"
    shortdesc = "Studio applications must shut down when idle, after a working day at most."
    description = (
        "An idle application costs as much as a busy one; users must not be able to postpone the shutdown further."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html"
    controls = ()
    security_hub_ids = ()
    types = ("AWS::SageMaker::Domain",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for app in _APPS:
            configured = any(not prop.missing for prop in resource.at(f"DefaultUserSettings.{app}"))
            if configured or app == "JupyterLabAppSettings":
                yield from _idle(resource, template, f"DefaultUserSettings.{app}.AppLifecycleManagement.IdleSettings")


def _idle(resource: Resource, template: Template, property_path: str) -> Problems:
    for prop in resource.at(f"{property_path}.LifecycleManagement"):
        yield from require_value(template, prop, "LifecycleManagement", "ENABLED")
    for key in ("IdleTimeoutInMinutes", "MaxIdleTimeoutInMinutes"):
        for prop in resource.at(f"{property_path}.{key}"):
            texts = template.possible_values(prop.value) if prop.reached else None
            minutes = [integer(text) for text in texts or ()]
            if prop.missing:
                yield (*prop.path, key), f"{key} is not set; set it to at most {_MAX_MINUTES}"
            elif not minutes or None in minutes:
                yield unresolved(prop, key)
            elif longest := max((number for number in minutes if number and number > _MAX_MINUTES), default=0):
                yield prop.path, f"{key} may be {longest}; allow at most {_MAX_MINUTES}"
