"""The operation handlers of SageMaker."""

from scripts.localaws.services.sagemaker import experiments, monitors, projects, serving, studio
from scripts.localaws.services.sagemaker.jobs import operations as jobs
from scripts.localaws.services.sagemaker.pipelines import operations as pipelines

HANDLERS = {
    **studio.HANDLERS,
    **serving.HANDLERS,
    **monitors.HANDLERS,
    **projects.HANDLERS,
    **experiments.HANDLERS,
    **jobs.HANDLERS,
    **pipelines.HANDLERS,
}
