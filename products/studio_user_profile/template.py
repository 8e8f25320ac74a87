"""One person's profile in the account's Studio domain."""

from typing import Any

from troposphere import Equals, If, Ref, Sub, Template
from troposphere import sagemaker as sm

from generators import kit

GROUP = "The profile"
APPROVER = "model-approver"


def build() -> Template:
    """The template of the product."""
    t = Template("One person's profile in SageMaker Studio, tagged with its owner and type")
    add_parameters(t)
    t.add_condition("IsApprover", Equals(Ref("Type"), APPROVER))
    t.add_resource(profile(t))
    t.add_resource(contents(t))
    add_outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    kit.add_parameter(
        t,
        GROUP,
        "User",
        "User",
        Type="String",
        AllowedPattern="[a-z][a-z0-9-]{1,30}[a-z0-9]",
        ConstraintDescription="3 to 32 lower-case letters, digits and dashes, as the person signs in",
        Description="Name with which the person signs in to AWS; only this person can open the profile",
    )
    kit.add_parameter(
        t,
        GROUP,
        "Type",
        "Type",
        Type="String",
        Default="developer",
        AllowedValues=["developer", APPROVER],
        Description="A developer trains and registers models; a model approver approves or rejects them",
    )
    kit.add_parameter(
        t,
        GROUP,
        "Storage of a new private space, in GB",
        "SpaceGigabytes",
        Type="Number",
        Default=10,
        AllowedValues=[10, 25, 50, 100],
        Description="How much a new private space holds if the person asks for no other size, up to 100 GB",
    )


def profile(t: Template) -> sm.UserProfile:
    """The profile; the domain sets the defaults: image, lifecycle configuration, idle shutdown, security group.

    Its tags decide who can open it: IAM allows a presigned URL only to the owner.
    """
    developer, approver = (
        kit.contract(t, "spoke", f"{persona}_execution_role_arn") for persona in ("developer", "model_approver")
    )
    sizes = sm.DefaultEbsStorageSettings(DefaultEbsVolumeSizeInGb=Ref("SpaceGigabytes"), MaximumEbsVolumeSizeInGb=100)
    return sm.UserProfile(
        "Profile",
        DomainId=kit.contract(t, "studio", "domain_id"),
        UserProfileName=Ref("User"),
        UserSettings=sm.UserSettings(
            ExecutionRole=If("IsApprover", approver, developer),
            DefaultLandingUri="studio::",
            SpaceStorageSettings=sm.DefaultSpaceStorageSettings(DefaultEbsStorageSettings=sizes),
        ),
        Tags=kit.tags(t, **{"owner": Ref("User"), "profile-type": Ref("Type")}),
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )


def contents(t: Template) -> Any:
    """The custom resource that stops the person's applications and deletes their private spaces at termination."""
    function, domain = kit.contract(t, "studio", "clean_up_function_arn"), kit.contract(t, "studio", "domain_id")
    return kit.studio_cleanup_resource(function, domain, ["Profile"], UserProfileName=Ref("User"))


def add_outputs(t: Template) -> None:
    """Add the outputs."""
    command = (
        "aws sagemaker create-presigned-domain-url --region ${AWS::Region}"
        " --domain-id ${StudioDomainId} --user-profile-name ${User}"
    )
    text = f"Sign in to AWS as ${{User}}, run: {command} and open the address that it prints within five minutes"
    kit.add_output(t, "ProfileName", "Name of the profile", Ref("User"))
    kit.add_output(t, "SignIn", "How the person opens Studio", Sub(text))
