"""ARN templates of the resources in requests: one line for each resource type. Pure data.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

# IAM prefix, part of the operation's name (- any), then the templates; a template whose parameters are missing is left
# out. The first line that gives an ARN applies. ~ is the beginning of a regional ARN, ~~ of a global one; {A.B} is the
# member B of A; {A:} ends before a colon; {A|x} is x without an A; @ is the resource type in the operation's name:
# CreateTrainingJob has training-job/{TrainingJobName}.
ARN_TEMPLATES = """
ssm Parameter ~parameter/{Name}
ssm Parameter ~parameter/{Names}
ssm Parameter ~parameter/{Path}
ssm Tags ~parameter/{ResourceId}
kms Alias ~{AliasName} ~key/{TargetKeyId}
kms ReEncrypt ~key/{DestinationKeyId}
kms - ~key/{KeyId}
iam ServiceLinkedRole ~~role/aws-service-role/{AWSServiceName}/*
iam Role ~~role/{RoleName}
iam InstanceProfile ~~instance-profile/{InstanceProfileName}
iam Group ~~group/{GroupName}
iam User ~~user/{UserName}
iam LoginProfile ~~user/{UserName}
iam AccessKey ~~user/{UserName}
iam Policy ~~policy/{PolicyArn}
iam CreatePolicy ~~policy/{PolicyName}
logs - ~log-group:{logGroupName}:log-stream:{logStreamName}
logs - ~log-group:{logGroupName}:log-stream:
logs - ~log-group:{logGroupIdentifier}:log-stream:
logs - ~log-group:{logGroupIdentifiers}:log-stream:
logs - {resourceArn}
lambda - ~function:{FunctionName}
lambda - {Resource}
sns - {TopicArn}
sns - {SubscriptionArn}
sns - {TargetArn}
sns - {ResourceArn}
sns CreateTopic ~{Name}
sqs CreateQueue ~{QueueName}
sqs - {QueueUrl}
states - {stateMachineArn}
states - {executionArn}
states - {mapRunArn}
states StateMachine ~stateMachine:{name}
states - {resourceArn}
codebuild - ~project/{projectName}
codebuild - ~project/{name}
codebuild BatchGetProjects ~project/{names}
codebuild BatchGetBuilds ~project/{ids:}
codebuild - ~project/{id:}
codebuild BatchGetReportGroups ~report-group/{reportGroupArns}
codebuild ReportGroup ~report-group/{name}
codebuild - {arn}
codebuild - {reportGroupArn}
codecommit - {resourceArn}
codecommit - ~{repositoryName}
codecommit UpdateRepositoryName ~{oldName}
codepipeline - ~{pipelineName}/{stageName}/{actionName}
codepipeline - ~{pipelineName}/{stageName}
codepipeline - ~{pipelineName}
codepipeline - ~{pipeline.name}
codepipeline - ~{name}
codepipeline - {resourceArn}
events PutEvents ~event-bus/{EventBusName|default}
events Rule ~rule/{EventBusName}/{Name}
events Rule ~rule/{Name}
events Targets ~rule/{EventBusName}/{Rule}
events Targets ~rule/{Rule}
events Permission ~event-bus/{EventBusName|default}
events EventBus ~event-bus/{Name}
events - {ResourceARN}
cloudwatch Alarm ~alarm:{AlarmName}
cloudwatch Alarm ~alarm:{AlarmNames}
cloudwatch - ~~dashboard/{DashboardName}
cloudwatch - ~~dashboard/{DashboardNames}
cloudwatch - {ResourceARN}
scheduler - ~schedule/{GroupName|default}/{Name}
budgets - ~~budget/{BudgetName}
budgets - ~~budget/{Budget.BudgetName}
budgets - ~~budget/{NewBudget.BudgetName}
application-autoscaling - {ResourceARN}
application-autoscaling - ~scalable-target/*
budgets DescribeBudgets ~~budget/*
budgets - {ResourceARN}
ecr - ~repository/{repositoryName}
ecr DescribeRepositories ~repository/{repositoryNames}
ecr - {resourceArn}
elasticfilesystem - ~file-system/{FileSystemId}
elasticfilesystem CreateFileSystem ~file-system/*
codeartifact - ~repository/{domain}/{repository}
codeartifact - ~domain/{domain}
codeartifact - {resourceArn}
codeconnections - {ConnectionArn}
codestar-connections - {ConnectionArn}
cloudformation - ~stack/{StackName}/*
elasticmapreduce - ~cluster/{ClusterId}
elasticmapreduce - ~cluster/{ResourceId}
elasticmapreduce TerminateJobFlows ~cluster/{JobFlowIds}
emr-serverless - {resourceArn}
emr-serverless - ~/applications/{applicationId}
cloudtrail - ~trail/{Name}
cloudtrail - ~trail/{TrailName}
config - ~config-rule/{ConfigRuleName}
config - ~config-rule/{ConfigRule.ConfigRuleName}
secretsmanager - ~secret:{SecretId}
secretsmanager CreateSecret ~secret:{Name}
servicecatalog Product ~product/{ProductId}
servicecatalog Product ~product/{Id}
servicecatalog Portfolio ~portfolio/{PortfolioId}
servicecatalog Portfolio ~portfolio/{Id}
servicecatalog ProvisioningArtifact ~product/{ProductId}
servicecatalog Constraint ~product/{ProductId}
ram - {resourceShareArn}
ec2 CreateSecurityGroup ~security-group/* ~vpc/{VpcId}
ec2 CreateNetworkInterfacePermission ~network-interface/{NetworkInterfaceId}
ec2 DeleteNetworkInterface ~network-interface/{NetworkInterfaceId}
ec2 CreateNetworkInterface ~network-interface/* ~subnet/{SubnetId} ~security-group/{Groups}
ec2 SecurityGroup ~security-group/{GroupId}
ec2 Instances ~instance/{InstanceIds}
ec2 Instances ~instance/{InstanceId}
ec2 DeleteFlowLogs ~vpc-flow-log/{FlowLogIds}
ec2 CreateTags {Resources}
ec2 DeleteTags {Resources}
ec2 DeleteVpc ~vpc/{VpcId}
sagemaker - {ResourceArn}
sagemaker App ~app/{DomainId}/{UserProfileName}/{AppType}/{AppName}
sagemaker App ~app/{DomainId}/{SpaceName}/{AppType}/{AppName}
sagemaker - ~user-profile/{DomainId}/{UserProfileName}
sagemaker - ~space/{DomainId}/{SpaceName}
sagemaker CreateDomain ~domain/*
sagemaker Domain ~domain/{DomainId}
sagemaker CreateImageVersion ~image/{ImageName}
sagemaker ImageVersion ~image-version/{ImageName}/{Version}
sagemaker ImageVersion ~image-version/{ImageName}/*
sagemaker ModelPackageGroup ~model-package-group/{ModelPackageGroupName}
sagemaker CreateModelPackage ~model-package/{ModelPackageName}
sagemaker CreateModelPackage ~model-package/{ModelPackageGroupName}/*
sagemaker - ~model-package/{ModelPackageArn}
sagemaker - ~model-package/{ModelPackageName}
sagemaker ListModelPackages ~model-package-group/{ModelPackageGroupName}
sagemaker PipelineExecution ~pipeline/{PipelineName}
sagemaker - {PipelineExecutionArn}
sagemaker DataQualityJobDefinition ~data-quality-job-definition/{JobDefinitionName}
sagemaker ModelQualityJobDefinition ~model-quality-job-definition/{JobDefinitionName}
sagemaker ModelBiasJobDefinition ~model-bias-job-definition/{JobDefinitionName}
sagemaker ModelExplainabilityJobDefinition ~model-explainability-job-definition/{JobDefinitionName}
sagemaker UpdateInferenceComponentRuntimeConfig ~inference-component/{InferenceComponentName}
sagemaker - ~@/{@Name}
sagemaker - ~pipeline/{PipelineName}
sagemaker ListAliases ~image/{ImageName}
sagemaker List ~@/*
"""
# Prefix of an EC2 identifier -> resource type in ARNs.
EC2_RESOURCE_TYPES = {
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
ARN_SERVICES = {"servicecatalog": "catalog"}  # IAM prefix -> service in ARNs, where they differ
OWNER_PARAMETERS = {"codeartifact": "domainOwner", "ecr": "registryId"}  # parameters with the owning account
# Services to which a role can be passed (iam:PassRole).
_SERVICES = "sagemaker lambda events cloudformation states codebuild codepipeline config cloudtrail"
ROLE_PASSING_SERVICES = frozenset((*_SERVICES.split(), "elasticmapreduce", "scheduler"))
