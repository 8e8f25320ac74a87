"""Experiments, code repositories and who may look at a model group. Rows. Pure.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""

from scripts.localaws.generic.noun import Noun

_GROUP = "arn:aws:sagemaker:{region}:{account}:model-package-group/{ModelPackageGroupName}"
NOUNS = (
    Noun("Experiment", ("ExperimentName",), "experiment/{ExperimentName}"),
    Noun("CodeRepository", ("CodeRepositoryName",), "code-repository/{CodeRepositoryName}"),
    Noun(
        "ModelPackageGroupPolicy",
        ("ModelPackageGroupName",),
        born={"ModelPackageGroupArn": _GROUP},
        parent="ModelPackageGroup",
    ),
)
