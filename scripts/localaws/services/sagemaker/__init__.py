"""Amazon SageMaker: Studio, the model registry, endpoints, monitors and projects, as stored resources.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""


def install() -> None:
    """Register the specification and the operation handlers."""
    from scripts.localaws.crud.registry import register_service
    from scripts.localaws.services.sagemaker import monitors, projects, serving, studio
    from scripts.localaws.services.sagemaker.resources import SAGEMAKER

    handlers = {**studio.HANDLERS, **serving.HANDLERS, **monitors.HANDLERS, **projects.HANDLERS}
    register_service(SAGEMAKER, handlers)
