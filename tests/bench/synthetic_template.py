"""A product of 34 resources, as products of this platform are: Studio, buckets, keys, roles, a pipeline, alarms."""

from troposphere import Equals, GetAtt, If, Output, Parameter, Ref, Sub, Tags, Template
from troposphere.awslambda import Code, Environment, Function, Permission
from troposphere.cloudwatch import Alarm, MetricDimension
from troposphere.codebuild import Artifacts, Project, Source
from troposphere.codebuild import Environment as BuildEnvironment
from troposphere.codepipeline import (
    Actions,
    ActionTypeId,
    ArtifactStore,
    InputArtifacts,
    OutputArtifacts,
    Pipeline,
    Stages,
)
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupRule
from troposphere.events import Rule, Target
from troposphere.iam import Policy, Role
from troposphere.kms import Alias, Key
from troposphere.logs import LogGroup
from troposphere.s3 import (
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    NoncurrentVersionExpiration,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
    VersioningConfiguration,
)
from troposphere.sagemaker import Domain, UserProfile, UserSettings
from troposphere.sns import Topic
from troposphere.ssm import Parameter as Value

NUMBER = 0  # each copy has its own
KEEP = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
TAGS = Tags(team=Ref("Team"), environment=Ref("Stage"))


def key():
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
        "Action": "kms:*",
        "Resource": "*",
    }
    return Key("Key", EnableKeyRotation=True, KeyPolicy=document(root), Tags=TAGS, **KEEP)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def bucket(index):
    default = ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=GetAtt("Key", "Arn"))
    days = If("IsProduction", 365, 30)
    return Bucket(
        f"Bucket{index}",
        BucketEncryption=BucketEncryption(
            ServerSideEncryptionConfiguration=[ServerSideEncryptionRule(ServerSideEncryptionByDefault=default)]
        ),
        VersioningConfiguration=VersioningConfiguration(Status="Enabled"),
        PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        LifecycleConfiguration=LifecycleConfiguration(
            Rules=[
                LifecycleRule(
                    Id="old-versions",
                    Status="Enabled",
                    NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=days),
                )
            ]
        ),
        Tags=TAGS,
        **KEEP,
    )


def bucket_policy(index):
    arn = GetAtt(f"Bucket{index}", "Arn")
    plain = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [arn, Sub(f"${{Bucket{index}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return BucketPolicy(f"BucketPolicy{index}", Bucket=Ref(f"Bucket{index}"), PolicyDocument=document(plain))


def role(index, service):
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return Role(
        f"Role{index}",
        AssumeRolePolicyDocument=document(trust),
        Policies=[
            Policy(
                PolicyName="work",
                PolicyDocument=document(
                    allow(["s3:GetObject", "s3:PutObject"], Sub("${Bucket0.Arn}/*")),
                    allow(["s3:ListBucket"], GetAtt("Bucket0", "Arn")),
                    allow(["kms:Decrypt", "kms:GenerateDataKey"], GetAtt("Key", "Arn")),
                    allow(["logs:CreateLogStream", "logs:PutLogEvents"], GetAtt("Logs0", "Arn")),
                ),
            )
        ],
        Tags=TAGS,
    )


def allow(actions, resource):
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def log_group(index):
    days = If("IsProduction", 365, 30)
    return LogGroup(f"Logs{index}", LogGroupName=f"/product/{NUMBER}/{index}", RetentionInDays=days, Tags=TAGS, **KEEP)


def network():
    yield SecurityGroup(
        "Group",
        GroupDescription="Studio",
        VpcId=Ref("Vpc"),
        SecurityGroupIngress=[SecurityGroupRule(IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/8")],
        Tags=TAGS,
    )
    yield SecurityGroupEgress(
        "Egress", GroupId=GetAtt("Group", "GroupId"), IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/8"
    )


def studio():
    settings = UserSettings(ExecutionRole=GetAtt("Role0", "Arn"), SecurityGroups=[GetAtt("Group", "GroupId")])
    yield Domain(
        "Domain",
        AuthMode="IAM",
        DomainName=f"studio-{NUMBER}",
        AppNetworkAccessType="VpcOnly",
        VpcId=Ref("Vpc"),
        SubnetIds=Ref("Subnets"),
        KmsKeyId=GetAtt("Key", "Arn"),
        DefaultUserSettings=settings,
        Tags=TAGS,
    )
    yield UserProfile("Profile", DomainId=Ref("Domain"), UserProfileName="first", UserSettings=settings, Tags=TAGS)


def function(index):
    yield Function(
        f"Function{index}",
        Code=Code(ZipFile="def handler(event, context):\n    return event\n"),
        Handler="index.handler",
        Runtime="python3.12",
        Role=GetAtt("Role1", "Arn"),
        Timeout=60,
        MemorySize=256,
        KmsKeyArn=GetAtt("Key", "Arn"),
        Environment=Environment(Variables={"BUCKET": Ref("Bucket0"), "STAGE": Ref("Stage")}),
        Tags=TAGS,
    )
    yield Permission(
        f"Permission{index}",
        FunctionName=Ref(f"Function{index}"),
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=GetAtt(f"Schedule{index}", "Arn"),
    )
    target = Target(Arn=GetAtt(f"Function{index}", "Arn"), Id="function")
    yield Rule(f"Schedule{index}", ScheduleExpression="rate(1 day)", State="ENABLED", Targets=[target])


def watch(index):
    yield Topic(f"Topic{index}", KmsMasterKeyId=Ref("Key"), Tags=TAGS)
    yield Alarm(
        f"Alarm{index}",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=If("IsProduction", 1, 10),
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[MetricDimension(Name="FunctionName", Value=Ref(f"Function{index}"))],
        AlarmActions=[Ref(f"Topic{index}")],
    )


def pipeline():
    yield Project(
        "Build",
        ServiceRole=GetAtt("Role2", "Arn"),
        EncryptionKey=GetAtt("Key", "Arn"),
        Artifacts=Artifacts(Type="CODEPIPELINE"),
        Environment=BuildEnvironment(
            ComputeType="BUILD_GENERAL1_SMALL", Image="aws/codebuild/standard:7.0", Type="LINUX_CONTAINER"
        ),
        Source=Source(Type="CODEPIPELINE", BuildSpec="version: 0.2\nphases: {build: {commands: [make]}}\n"),
        Tags=TAGS,
    )
    source = Actions(
        Name="source",
        ActionTypeId=ActionTypeId(Category="Source", Owner="AWS", Provider="S3", Version="1"),
        Configuration={"S3Bucket": Ref("Bucket1"), "S3ObjectKey": "source.zip"},
        OutputArtifacts=[OutputArtifacts(Name="code")],
    )
    build = Actions(
        Name="build",
        ActionTypeId=ActionTypeId(Category="Build", Owner="AWS", Provider="CodeBuild", Version="1"),
        Configuration={"ProjectName": Ref("Build")},
        InputArtifacts=[InputArtifacts(Name="code")],
    )
    yield Pipeline(
        "Pipeline",
        PipelineType="V2",
        RoleArn=GetAtt("Role3", "Arn"),
        ArtifactStore=ArtifactStore(Type="S3", Location=Ref("Bucket2")),
        Stages=[Stages(Name="Source", Actions=[source]), Stages(Name="Build", Actions=[build])],
        Tags=TAGS,
    )


def value(index):
    return Value(f"Value{index}", Type="String", Name=f"/product/{NUMBER}/{index}", Value=Ref("Bucket0"))


def build():
    t = Template(Description=f"Synthetic product {NUMBER}")
    t.add_parameter(Parameter("Team", Type="String", Description="Who owns it", AllowedPattern="^[a-z-]+$"))
    t.add_parameter(Parameter("Stage", Type="String", AllowedValues=["development", "production"]))
    t.add_parameter(Parameter("Vpc", Type="AWS::EC2::VPC::Id", Description="Network"))
    t.add_parameter(Parameter("Subnets", Type="List<AWS::EC2::Subnet::Id>", Description="Private subnets"))
    t.add_condition("IsProduction", Equals(Ref("Stage"), "production"))
    services = ("sagemaker", "lambda", "codebuild", "codepipeline", "events")
    t.add_resource([key(), Alias("Alias", AliasName=f"alias/product-{NUMBER}", TargetKeyId=Ref("Key"))])
    for index in range(3):
        t.add_resource([bucket(index), bucket_policy(index), log_group(index)])
        t.add_output(Output(f"Bucket{index}Name", Description="A bucket", Value=Ref(f"Bucket{index}")))
    t.add_resource([role(index, service) for index, service in enumerate(services)])
    t.add_resource([*network(), *studio(), *pipeline()])
    for index in range(2):
        t.add_resource([*function(index), *watch(index), value(index)])
    return t
