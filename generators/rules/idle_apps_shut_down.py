"""Nobody pays for idle applications."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, undecided
from generators.rules._template import Resource, Template

_APPS = ("CodeEditorAppSettings", "JupyterLabAppSettings")
_LONGEST = 480  # minutes: a working day


class IdleAppsShutDown(PlatformRule):
    """Applications stop when idle, and users cannot postpone that beyond a working day.

    https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
    """

    id = "E9023"
    types = ("AWS::SageMaker::Domain",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """JupyterLab always, the code editor when the domain configures it."""
        for app in _APPS:
            configured = any(not place.missing for place in resource.at(f"DefaultUserSettings.{app}"))
            if configured or app == "JupyterLabAppSettings":
                yield from _idle(resource, template, f"DefaultUserSettings.{app}.AppLifecycleManagement.IdleSettings")


def _idle(resource: Resource, template: Template, route: str) -> Verdicts:
    for place in resource.at(f"{route}.LifecycleManagement"):
        yield from must_be(template, place, "LifecycleManagement", "ENABLED")
    for key in ("IdleTimeoutInMinutes", "MaxIdleTimeoutInMinutes"):
        for place in resource.at(f"{route}.{key}"):
            minutes = template.possible(place.value) if place.reached else None
            if place.missing:
                yield (*place.path, key), f"{key} is not set; set it to at most {_LONGEST}"
            elif minutes is None:
                yield undecided(place, key)
            elif max(int(it) for it in minutes) > _LONGEST:
                yield place.path, f"{key} may be {max(int(it) for it in minutes)}; allow at most {_LONGEST}"
