"""The six other products of the catalogue, launched in parallel where none needs another.

The environment is upgraded before: clusters need a security group that its first version does not have.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ruamel.yaml import YAML

from scripts.demo import aws_reader, commands
from scripts.demo.product_checks import CHECKS
from scripts.demo.runner import require
from scripts.demo.state import LEAD, SPOKE, DemoState

# parameter set of the product's .taskcat.yml, by product; the provisioned product has the product's name
_PARAMETER_SETS = {
    "training-pipeline": "connected",
    "inference-pipeline": "endpoint",
    "model-deployment-pipeline": "scores",
    "monitoring": "model",
    "emr-cluster": "cluster",
}
_PROJECT, _PROJECT_PARAMETERS = "churn", "tabular"
_SAGEMAKER_PARAMETERS = ("SageMakerProjectName", "SageMakerProjectId")  # SageMaker sets these
_TIMEOUT = 120.0  # seconds


def launch(state: DemoState) -> str:
    """Launch them: a model is approved before it is deployed, and deployed before it is monitored."""
    project: list[str] = []
    _in_parallel(_launch_model, lambda: _provision("emr-cluster"), lambda: project.append(_create_project()))
    state.other_products += [*project, *_PARAMETER_SETS]
    evidence = []
    for name in state.other_products:
        stack = aws_reader.stack_of(SPOKE, name)
        require(stack["StackStatus"] == "CREATE_COMPLETE", f"the stack of {name} is {stack['StackStatus']}")
        product = name if name in _PARAMETER_SETS else "ml-project"
        evidence.append(f"{product}: {CHECKS[product](_outputs(stack))}")
    return f"{len(evidence)} stacks CREATE_COMPLETE in the spoke; " + "; ".join(sorted(evidence))


def create_project(state: DemoState) -> str:
    """The developer creates a project in SageMaker; its repository has a first commit."""
    state.other_products.append(_create_project())
    return CHECKS["ml-project"](project_outputs(state))


def project_outputs(state: DemoState) -> dict[str, str]:
    """The outputs of the project's stack."""
    [name] = [name for name in state.other_products if name not in _PARAMETER_SETS]
    return _outputs(aws_reader.stack_of(SPOKE, name))


def terminate(names: list[str]) -> None:
    """Terminate provisioned products in parallel, as the technical lead, whoever launched them."""
    _in_parallel(*(lambda name=name: commands.catalog("terminate", name, "--account", SPOKE) for name in names))


def remains() -> list[str]:
    """Resources of the six products that a termination should have deleted and did not."""
    sagemaker, emr = aws_reader.client("sagemaker", SPOKE), aws_reader.client("emr", SPOKE)
    schedules = sagemaker.list_monitoring_schedules()["MonitoringScheduleSummaries"]
    pipelines = aws_reader.client("codepipeline", SPOKE).list_pipelines()["pipelines"]
    clusters = emr.list_clusters()["Clusters"]
    return [
        *(endpoint["EndpointName"] for endpoint in sagemaker.list_endpoints()["Endpoints"]),
        *(schedule["MonitoringScheduleName"] for schedule in schedules),
        *(project["ProjectName"] for project in sagemaker.list_projects()["ProjectSummaryList"]),
        *(pipeline["name"] for pipeline in pipelines),
        *(cluster["Id"] for cluster in clusters if not cluster["Status"]["State"].startswith("TERMINAT")),
    ]


def _launch_model() -> None:
    """Launch the products from training to monitoring; each gets a name from the outputs of the one before."""
    _provision("training-pipeline")
    group = _outputs(aws_reader.stack_of(SPOKE, "training-pipeline"))["ModelGroup"]
    _approve_model(group)
    _in_parallel(
        lambda: _provision("inference-pipeline", ModelGroup=group),
        lambda: _provision("model-deployment-pipeline", ModelPackageGroup=group),
    )
    endpoint = _outputs(aws_reader.stack_of(SPOKE, "inference-pipeline"))["EndpointName"]
    _provision("monitoring", Endpoint=endpoint)


def _approve_model(group: str) -> None:
    """The developer registers a version and cannot approve it; the model approver does."""
    developer = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    approver = aws_reader.client("sagemaker", SPOKE, "model-approver", "bob")
    pending = {"ModelPackageGroupName": group, "ModelApprovalStatus": "PendingManualApproval"}
    version = developer.create_model_package(**pending)["ModelPackageArn"]
    approval = {"ModelPackageArn": version, "ModelApprovalStatus": "Approved"}
    code = aws_reader.refusal(developer.update_model_package, **approval)
    require(code.startswith("AccessDenied"), f"the developer approved their own model ({code or 'accepted'})")
    approver.update_model_package(**approval)


def _create_project() -> str:
    """The developer creates a project in SageMaker, which launches the product; the provisioned product's name."""
    sagemaker = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    values = _parameters("ml-project", _PROJECT_PARAMETERS)
    parameters = [{"Key": key, "Value": value} for key, value in values.items() if key not in _SAGEMAKER_PARAMETERS]
    product_id = aws_reader.product(SPOKE, LEAD, "ml-project")["id"]
    details = {"ProductId": product_id, "ProvisioningParameters": parameters}
    project = sagemaker.create_project(ProjectName=_PROJECT, ServiceCatalogProvisioningDetails=details)
    deadline = time.monotonic() + _TIMEOUT
    while (state := sagemaker.describe_project(ProjectName=_PROJECT))["ProjectStatus"].endswith("InProgress"):
        require(time.monotonic() < deadline, f"the project is {state['ProjectStatus']} after {_TIMEOUT:.0f} seconds")
        time.sleep(0.2)
    reason = state["ServiceCatalogProvisionedProductDetails"].get("ProvisionedProductStatusMessage", "")
    require(state["ProjectStatus"] == "CreateCompleted", f"the project is {state['ProjectStatus']}: {reason}")
    return f"{_PROJECT}-{project['ProjectId']}"


def _provision(product: str, **overrides: str) -> None:
    values = {**_parameters(product, _PARAMETER_SETS[product]), **overrides}
    options = [option for key, value in values.items() for option in ("--param", f"{key}={value}")]
    commands.catalog("provision", product, "--name", product, "--account", SPOKE, *options)


def _parameters(product: str, parameter_set: str) -> dict[str, str]:
    """The values of a parameter set in the product's .taskcat.yml."""
    file = commands.CHECKOUT / "products" / product.replace("-", "_") / ".taskcat.yml"
    values = YAML(typ="safe").load(file)["tests"][parameter_set]["parameters"]
    return {key: str(value) for key, value in values.items()}


def _outputs(stack: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _in_parallel(*functions: Callable[[], object]) -> None:
    """Call the functions at the same time; raise the first failure after all have ended."""
    with ThreadPoolExecutor(len(functions)) as pool:
        futures = [pool.submit(function) for function in functions]
    for future in futures:
        future.result()
