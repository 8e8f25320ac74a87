"""Amazon SageMaker Studio: domains and what lives in them, from one table and botocore's model.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""

from scripts.localaws.routes import take

IGNORES = (
    "applications run nothing and are in service at once; settings are stored, not inherited; mount targets and "
    "security groups of the home file system; tag propagation."
)


def install() -> None:
    """Answers for SageMaker from now on."""
    from scripts.localaws.sagemaker.responses import SageMakerResponse

    take("sagemaker", SageMakerResponse)
