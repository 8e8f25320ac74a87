"""The operation handlers of SageMaker."""

from scripts.localaws.services.sagemaker import monitors, projects, serving, studio
from scripts.localaws.services.sagemaker.jobs import operations as jobs

HANDLERS = {**studio.HANDLERS, **serving.HANDLERS, **monitors.HANDLERS, **projects.HANDLERS, **jobs.HANDLERS}
