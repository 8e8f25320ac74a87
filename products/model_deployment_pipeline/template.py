"""Promotion of approved model versions from development to production: a pipeline that the registry starts."""

from pathlib import Path
from textwrap import indent
from typing import Any

from troposphere import Ref, Sub, Template, sns

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your model"
CHOSEN = {name: f"#{{Chosen.{name}}}" for name in ("CHOSEN", "DIGEST", "MODEL")}


def build() -> Template:
    """The template of the product."""
    t = Template("Takes each approved version of a model to pre-production, tests it, asks, and takes it to production")
    add_parameters(t)
    environment = kit.build_environment(t, "deployment", promotion(t))
    topic = kit.topic(t, "Topic", "deployment")
    projects = builds(t, environment)
    pipeline = kit.pipeline(t, environment, "Deployment", *stages(environment, projects, topic))
    completion = kit.notify_on_completion(t, pipeline, topic)
    subscription = sns.SubscriptionResource(
        "Person", TopicArn=Ref(topic), Protocol="email", Endpoint=Ref("ApproverAddress")
    )
    t.add_resource([*environment, *(build.project for build in projects.values()), *pipeline, topic, subscription])
    t.add_resource([completion, kit.topic_policy(topic, completion), *start_on_decision(t, pipeline)])
    add_outputs(t, environment, pipeline)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    group: dict[str, Any] = {
        "AllowedPattern": "[a-z][a-z0-9-]{2,40}",
        "ConstraintDescription": "3 to 41 lower-case letters, digits and dashes, beginning with the name of the team",
        "Description": "Model group of the registry, as the training pipeline names it",
    }
    data: dict[str, Any] = {
        "AllowedPattern": "[a-z0-9][a-z0-9/-]{0,60}[a-z0-9]",
        "ConstraintDescription": "folders of lower-case letters, digits and dashes, without a slash at either end",
        "Description": "Folder of the pipeline's bucket in which the archive test-data.zip lies",
    }
    address: dict[str, Any] = {
        "AllowedPattern": r"[^@\s]+@[^@\s]+\.[^@\s]+",
        "ConstraintDescription": "an e-mail address",
        "Description": "E-mail address that is asked for each release and told how each ends; it confirms once",
    }
    kit.add_parameter(t, GROUP, "Model group", "ModelPackageGroup", Type="String", **group)
    kit.add_parameter(t, GROUP, "Folder of the test data", "TestDataPrefix", Type="String", Default="tests", **data)
    kit.add_parameter(t, GROUP, "Address of who releases", "ApproverAddress", Type="String", **address)


def builds(t: Template, environment: kit.BuildEnvironment) -> dict[str, kit.Build]:
    """Builds under the account's promotion role, which may assume one role in each of the other accounts.

    Their commands are part of the projects; the source, which people can write, is only data for the tests.
    """
    prefix = "arn:${AWS::Partition}:iam::${Account}:role"
    accounts = {"PRE_PRODUCTION": "pre_production_account_id", "PRODUCTION": "production_account_id"}
    variables = {
        name: Sub(f"{prefix}/{kit.promotion_target_role()}", Account=kit.contract(t, "spoke", key))
        for name, key in accounts.items()
    }
    variables |= {"MODEL_GROUP": Ref("ModelPackageGroup"), "FACTS": kit.ssm_path_prefix()}
    projects = {}
    for title, description, buildspec in (
        ("Choose", "Reads the registry again and names the newest approved version", choose()),
        ("Promote", "Copies the version into another account and deploys it", promote()),
        ("Test", "Asks the deployed model, by its endpoint and as a batch", test()),
    ):
        projects[title] = kit.build(
            t, environment, title, description, buildspec, variables=variables, role=promotion(t)
        )
    return projects


def promotion(t: Template) -> Any:
    """The platform's promotion role, which may read the registry and can never approve."""
    return kit.contract(t, "spoke", "promotion_role_arn")


def choose() -> str:
    """A buildspec that exports version and digest as variables, which people cannot write."""
    return spec(["registry.py", "promote.py"], "python3 promote.py choose", ". ./chosen.sh", exported=tuple(CHOSEN))


def promote() -> str:
    """A buildspec that copies and deploys; both commands verify registry and digest again."""
    return spec(["registry.py", "promote.py"], "python3 promote.py copy", "python3 promote.py deploy")


def test() -> str:
    """A buildspec that runs the team's test cases against the deployed model."""
    return spec(["registry.py", "promote.py", "inference_tests.py"], "python3 inference_tests.py")


def spec(files: list[str], *commands: str, exported: tuple[str, ...] = ()) -> str:
    """A buildspec that contains its programs, so that they are not part of the source.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    texts = {name: (HERE / name).read_text(encoding="utf-8") for name in files}
    heredocs = [f"cat > ~/{name} <<'END_OF_{name}'\n{text}END_OF_{name}\n" for name, text in texts.items()]
    calls = [command.replace("python3 ", "python3 ~/") for command in commands]
    entries = "\n".join(f"      - |\n{indent(command, ' ' * 8)}" for command in (*heredocs, *calls))
    names = "".join(f"\n    - {name}" for name in exported)
    variables = f"\n  exported-variables:{names}" if exported else ""
    head = f"version: 0.2\nenv:\n  shell: bash{variables}\nphases:\n  build:\n    on-failure: ABORT\n"
    return f"{head}    commands:\n{entries}\n"


def stages(environment: kit.BuildEnvironment, projects: dict[str, kit.Build], topic: sns.Topic) -> list[kit.Stage]:
    """Stages: choose, pre-production with tests, approval by the technical lead, production."""
    question = "Shall #{Chosen.MODEL} with digest #{Chosen.DIGEST} go to production? It has passed its tests."
    pre = [
        kit.build_step(projects["Promote"], TARGET="PRE_PRODUCTION", **CHOSEN),
        kit.build_step(projects["Test"], order=2, TARGET="PRE_PRODUCTION", **CHOSEN),
    ]
    return [
        kit.stage("Source", kit.s3_source(Ref(environment.bucket), "${TestDataPrefix}/test-data.zip")),
        kit.stage("Choose", kit.build_step(projects["Choose"], namespace="Chosen")),
        kit.stage("PreProduction", *pre),
        kit.approval(question, Ref(topic)),
        kit.stage("Production", kit.build_step(projects["Promote"], TARGET="PRODUCTION", **CHOSEN)),
    ]


def start_on_decision(t: Template, pipeline: kit.Pipeline) -> list[Any]:
    """A rule that starts the pipeline on approval or rejection; a rejection makes the previous version the newest.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {
            "ModelPackageGroupName": [Ref("ModelPackageGroup")],
            "ModelApprovalStatus": ["Approved", "Rejected"],
        },
    }
    return kit.start_rule(
        t, pipeline, "Decision", "Starts the deployment when a version is approved or rejected", pattern
    )


def add_outputs(t: Template, environment: kit.BuildEnvironment, pipeline: kit.Pipeline) -> None:
    """Add the outputs."""
    kit.add_output(
        t, "DeploymentPipeline", "Pipeline that takes approved versions to production", Ref(pipeline.pipeline)
    )
    archive = Sub("s3://${Bucket}/${TestDataPrefix}/test-data.zip", Bucket=Ref(environment.bucket))
    kit.add_output(t, "TestData", "Where the archive of the test data belongs", archive)
    url = "https://${AWS::Region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${Name}/view"
    kit.add_output(t, "PipelineUrl", "Page on which the technical lead releases", Sub(url, Name=Ref(pipeline.pipeline)))
