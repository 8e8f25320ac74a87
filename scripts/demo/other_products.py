"""The rest of the catalogue at work: six more products, launched beside one another where none needs another.

The environment has been upgraded before: clusters need the security group that its first version did not have.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ruamel.yaml import YAML

from scripts.demo import aws_reader, commands
from scripts.demo.product_checks import PROMISED
from scripts.demo.runner import require
from scripts.demo.state import LEAD, SPOKE, DemoState

# product -> the set of parameters in its .taskcat.yml, launched under the product's own name
_CASES = {
    "training-pipeline": "connected",
    "inference-pipeline": "endpoint",
    "model-deployment-pipeline": "scores",
    "monitoring": "model",
    "emr-cluster": "cluster",
}
_PROJECT, _CASE = "churn", "tabular"
_OF_SAGEMAKER = ("SageMakerProjectName", "SageMakerProjectId")  # SageMaker fills these in
_PATIENCE = 120.0  # seconds


def launch(world: DemoState) -> str:
    """A model is approved before it serves, and serves before it is monitored; the rest needs nothing of the others."""
    _beside(_model_at_work, lambda: _provision("emr-cluster"), lambda: world.others.append(_begin_project()))
    world.others += _CASES
    told = []
    for name in world.others:
        stack = aws_reader.stack_of(SPOKE, name)
        require(stack["StackStatus"] == "CREATE_COMPLETE", f"the stack of {name} is {stack['StackStatus']}")
        product = name if name in _CASES else "ml-project"
        told.append(f"{product}: {PROMISED[product](_outputs(stack))}")
    return f"{len(told)} stacks CREATE_COMPLETE in the spoke; " + "; ".join(sorted(told))


def end(names: list[str]) -> None:
    """Terminate them beside one another: the lead's work, whoever began them."""
    _beside(*(lambda name=name: commands.catalog("terminate", name, "--account", SPOKE) for name in names))


def left() -> list[str]:
    """What a stack of the six should have taken with it and did not."""
    sagemaker, emr = aws_reader.client("sagemaker", SPOKE), aws_reader.client("emr", SPOKE)
    return [
        *(it["EndpointName"] for it in sagemaker.list_endpoints()["Endpoints"]),
        *(it["MonitoringScheduleName"] for it in sagemaker.list_monitoring_schedules()["MonitoringScheduleSummaries"]),
        *(it["ProjectName"] for it in sagemaker.list_projects()["ProjectSummaryList"]),
        *(it["name"] for it in aws_reader.client("codepipeline", SPOKE).list_pipelines()["pipelines"]),
        *(it["Id"] for it in emr.list_clusters()["Clusters"] if not it["Status"]["State"].startswith("TERMINAT")),
    ]


def _model_at_work() -> None:
    """From the pipeline that trains to the monitors: each takes the name that the one before gave."""
    _provision("training-pipeline")
    group = _outputs(aws_reader.stack_of(SPOKE, "training-pipeline"))["ModelGroup"]
    _approved(group)
    _beside(
        lambda: _provision("inference-pipeline", ModelGroup=group),
        lambda: _provision("model-deployment-pipeline", ModelPackageGroup=group),
    )
    endpoint = _outputs(aws_reader.stack_of(SPOKE, "inference-pipeline"))["EndpointName"]
    _provision("monitoring", Endpoint=endpoint)


def _approved(group: str) -> None:
    """The developer registers a version, which serves nobody until the model approver says so."""
    waits = {"ModelPackageGroupName": group, "ModelApprovalStatus": "PendingManualApproval"}
    developer, approver = (
        aws_reader.client("sagemaker", SPOKE, role, owner)
        for role, owner in (("developer", "alice"), ("model-approver", "bob"))
    )
    version = developer.create_model_package(**waits)["ModelPackageArn"]
    told = aws_reader.refusal(developer.update_model_package, ModelPackageArn=version, ModelApprovalStatus="Approved")
    require(told.startswith("AccessDenied"), f"the developer approved a model of their own ({told or 'accepted'})")
    approver.update_model_package(ModelPackageArn=version, ModelApprovalStatus="Approved")


def _begin_project() -> str:
    """The developer asks SageMaker, which launches the product; the name under which it was launched."""
    sagemaker = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    given = [{"Key": key, "Value": value} for key, value in _parameters("ml-project", _CASE).items()
             if key not in _OF_SAGEMAKER]  # fmt: skip
    product = {"ProductId": aws_reader.product(SPOKE, LEAD, "ml-project")["id"], "ProvisioningParameters": given}
    made = sagemaker.create_project(ProjectName=_PROJECT, ServiceCatalogProvisioningDetails=product)
    until = time.monotonic() + _PATIENCE
    while (state := sagemaker.describe_project(ProjectName=_PROJECT))["ProjectStatus"].endswith("InProgress"):
        require(time.monotonic() < until, f"the project is {state['ProjectStatus']} after {_PATIENCE:.0f} seconds")
        time.sleep(0.2)
    why = state["ServiceCatalogProvisionedProductDetails"].get("ProvisionedProductStatusMessage", "")
    require(state["ProjectStatus"] == "CreateCompleted", f"the project is {state['ProjectStatus']}: {why}")
    return f"{_PROJECT}-{made['ProjectId']}"


def _provision(product: str, **instead: str) -> None:
    words = [f"{key}={value}" for key, value in {**_parameters(product, _CASES[product]), **instead}.items()]
    given = [word for it in words for word in ("--param", it)]
    commands.catalog("provision", product, "--name", product, "--account", SPOKE, *given)


def _parameters(product: str, case: str) -> dict[str, str]:
    """What the product's own .taskcat.yml answers."""
    file = commands.CHECKOUT / "products" / product.replace("-", "_") / ".taskcat.yml"
    given = YAML(typ="safe").load(file)["tests"][case]["parameters"]
    return {key: str(value) for key, value in given.items()}


def _outputs(stack: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}


def _beside(*works: Callable[[], object]) -> None:
    """At the same time; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work) for work in works]
    for it in running:
        it.result()
