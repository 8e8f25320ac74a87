"""The way of an approved model from development to production: a pipeline that the registry starts."""

from pathlib import Path
from textwrap import indent
from typing import Any

from troposphere import Ref, Sub, Template, sns

from generators import kit

HERE = Path(__file__).parent
YOURS = "Your model"
CHOSEN = {name: f"#{{Chosen.{name}}}" for name in ("CHOSEN", "DIGEST", "MODEL")}


def build() -> Template:
    """What the technical lead gets."""
    t = Template("Takes each approved version of a model to pre-production, tests it, asks, and takes it to production")
    add_parameters(t)
    shop = kit.build_environment(t, "deployment", promotion(t))
    topic = kit.topic(t, "Topic", "deployment")
    steps = builds(t, shop)
    made = kit.pipeline(t, shop, "Deployment", *stages(shop, steps, topic))
    ended = kit.notify_on_completion(t, made, topic)
    person = sns.SubscriptionResource("Person", TopicArn=Ref(topic), Protocol="email", Endpoint=Ref("ApproverAddress"))
    t.add_resource([*shop, *(it.project for it in steps.values()), *made, topic, person])
    t.add_resource([ended, kit.topic_policy(topic, ended), *decision(t, made)])
    outputs(t, shop, made)
    return t


def add_parameters(t: Template) -> None:
    """All that the user is asked."""
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
    kit.add_parameter(t, YOURS, "Model group", "ModelPackageGroup", Type="String", **group)
    kit.add_parameter(t, YOURS, "Folder of the test data", "TestDataPrefix", Type="String", Default="tests", **data)
    kit.add_parameter(t, YOURS, "Address of who releases", "ApproverAddress", Type="String", **address)


def builds(t: Template, shop: kit.BuildEnvironment) -> dict[str, kit.Build]:
    """Three builds under the account's promotion role, which may take one role in each of the other accounts.

    What they run stands in the projects: the source, which people can write, is data for the tests and nothing else.
    """
    prefix = "arn:${AWS::Partition}:iam::${Account}:role"
    accounts = {"PRE_PRODUCTION": "pre_production_account_id", "PRODUCTION": "production_account_id"}
    variables = {
        name: Sub(f"{prefix}/{kit.promotion_target()}", Account=kit.contract(t, "spoke", key))
        for name, key in accounts.items()
    }
    variables |= {"MODEL_GROUP": Ref("ModelPackageGroup"), "FACTS": kit.ssm_path_prefix()}
    found = {}
    for title, about, commands in (
        ("Choose", "Reads the registry again and names the newest approved version", choose()),
        ("Promote", "Copies the version into another account and deploys it", promote()),
        ("Test", "Asks the deployed model, by its endpoint and as a batch", test()),
    ):
        found[title] = kit.build(t, shop, title, about, commands, variables=variables, role=promotion(t))
    return found


def promotion(t: Template) -> Any:
    """The platform's role, which may read the registry and can never approve."""
    return kit.contract(t, "spoke", "promotion_role_arn")


def choose() -> str:
    """The version and its digest become variables of the run, which nobody can write."""
    return spec(["registry.py", "promote.py"], "python3 promote.py choose", ". ./chosen.sh", exported=tuple(CHOSEN))


def promote() -> str:
    """Copy, then deploy; both read the registry and the digest again."""
    return spec(["registry.py", "promote.py"], "python3 promote.py copy", "python3 promote.py deploy")


def test() -> str:
    """The team's cases against the model where it was deployed."""
    return spec(["registry.py", "promote.py", "inference_tests.py"], "python3 inference_tests.py")


def spec(files: list[str], *commands: str, exported: tuple[str, ...] = ()) -> str:
    """A buildspec that carries its programs, beside the source and not in it.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    texts = {name: (HERE / name).read_text(encoding="utf-8") for name in files}
    written = [f"cat > ~/{name} <<'END_OF_{name}'\n{text}END_OF_{name}\n" for name, text in texts.items()]
    moved = [it.replace("python3 ", "python3 ~/") for it in commands]
    shown = "\n".join(f"      - |\n{indent(it, ' ' * 8)}" for it in (*written, *moved))
    names = "".join(f"\n    - {name}" for name in exported)
    variables = f"\n  exported-variables:{names}" if exported else ""
    head = f"version: 0.2\nenv:\n  shell: bash{variables}\nphases:\n  build:\n    on-failure: ABORT\n"
    return f"{head}    commands:\n{shown}\n"


def stages(shop: kit.BuildEnvironment, steps: dict[str, kit.Build], topic: sns.Topic) -> list[kit.Stage]:
    """Choose, pre-production, tests, the technical lead, production."""
    question = "Shall #{Chosen.MODEL} with digest #{Chosen.DIGEST} go to production? It has passed its tests."
    pre = [
        kit.run(steps["Promote"], TARGET="PRE_PRODUCTION", **CHOSEN),
        kit.run(steps["Test"], order=2, TARGET="PRE_PRODUCTION", **CHOSEN),
    ]
    return [
        kit.stage("Source", kit.from_bucket(Ref(shop.bucket), "${TestDataPrefix}/test-data.zip")),
        kit.stage("Choose", kit.run(steps["Choose"], namespace="Chosen")),
        kit.stage("PreProduction", *pre),
        kit.approval(question, Ref(topic)),
        kit.stage("Production", kit.run(steps["Promote"], TARGET="PRODUCTION", **CHOSEN)),
    ]


def decision(t: Template, made: kit.Pipeline) -> list[Any]:
    """Starts it when the approver decides. A version that is rejected later makes the one before the newest again.

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
    return kit.start_rule(t, made, "Decision", "Starts the deployment when a version is approved or rejected", pattern)


def outputs(t: Template, shop: kit.BuildEnvironment, made: kit.Pipeline) -> None:
    """What the user works with."""
    kit.add_output(t, "DeploymentPipeline", "Pipeline that takes approved versions to production", Ref(made.pipeline))
    archive = Sub("s3://${Bucket}/${TestDataPrefix}/test-data.zip", Bucket=Ref(shop.bucket))
    kit.add_output(t, "TestData", "Where the archive of the test data belongs", archive)
    page = "https://${AWS::Region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${Name}/view"
    kit.add_output(t, "PipelineUrl", "Page on which the technical lead releases", Sub(page, Name=Ref(made.pipeline)))
