"""The operation handlers of SageMaker."""

from scripts.localaws.services.sagemaker import monitors, projects, serving, studio

HANDLERS = {**studio.HANDLERS, **serving.HANDLERS, **monitors.HANDLERS, **projects.HANDLERS}
