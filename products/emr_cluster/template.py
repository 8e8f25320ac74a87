"""Spark for a team's notebooks: an EMR cluster, or an EMR Serverless application."""

from pathlib import Path
from typing import Any

from troposphere import AWSObject, Equals, FindInMap, GetAtt, If, Ref, Sub, Template, emr, emrserverless, s3

from generators import kit

HERE = Path(__file__).parent
GROUP = "Your cluster"
CLUSTER, SERVERLESS = "OnMachines", "IsServerless"
RELEASE = "emr-7.13.0"
INSTANCE_TYPES = ("m6i.xlarge", "m5.xlarge", "m5a.xlarge")  # interchangeable when a zone lacks capacity of one
# Maximum capacity of each size; scaling is in place.
SIZES = {
    "small": {"Machines": 4, "Cpu": "16 vCPU", "Memory": "64 GB", "Disk": "400 GB"},
    "medium": {"Machines": 10, "Cpu": "40 vCPU", "Memory": "160 GB", "Disk": "1000 GB"},
    "large": {"Machines": 24, "Cpu": "96 vCPU", "Memory": "384 GB", "Disk": "2400 GB"},
}
IDLE_MINUTES = (15, 30, 60, 120, 240)


def build() -> Template:
    """The template of the product."""
    t = Template(
        "Spark for notebooks in the team's own network, encrypted on disk and between machines, ended when idle"
    )
    add_parameters(t)
    t.add_resource(bucket(t))
    t.add_resource(network(t))
    security = kit.cluster_security(t, "ClusterBucket", HERE / "certificate.py")
    t.add_resource(conditional(CLUSTER, [*security, cluster(t)]))
    t.add_resource(conditional(SERVERLESS, [application(t)]))
    add_outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """Add the parameters of the launch form."""
    flavour: dict[str, Any] = {
        "AllowedValues": ["cluster", "serverless"],
        "Description": "A cluster has machines of its own until it is idle; an application takes capacity for each job",
    }
    size: dict[str, Any] = {
        "AllowedValues": list(SIZES),
        "Description": "How far it may grow: " + ", ".join(f"{name} {limits['Cpu']}" for name, limits in SIZES.items()),
    }
    idle: dict[str, Any] = {
        "AllowedValues": list(IDLE_MINUTES),
        "Description": "After so many minutes without work a cluster ends for good and an application stops",
    }
    kit.add_parameter(t, GROUP, "Flavour", "Flavour", Type="String", Default="serverless", **flavour)
    kit.add_parameter(t, GROUP, "Size", "SizeClass", Type="String", Default="small", **size)
    kit.add_parameter(t, GROUP, "Minutes until it ends when idle", "IdleMinutes", Type="Number", Default=60, **idle)
    t.add_condition(CLUSTER, Equals(Ref("Flavour"), "cluster"))
    t.add_condition(SERVERLESS, Equals(Ref("Flavour"), "serverless"))
    t.add_mapping("Sizes", SIZES)
    t.add_mapping("Idle", {str(minutes): {"Seconds": 60 * minutes} for minutes in IDLE_MINUTES})


def conditional(condition: str, resources: list[AWSObject]) -> list[AWSObject]:
    """The resources with a condition."""
    for resource in resources:
        resource.Condition = condition
    return resources


def size(key: str) -> FindInMap:
    """A limit of the chosen size."""
    return FindInMap("Sizes", Ref("SizeClass"), key)


def bucket(t: Template) -> list[AWSObject]:
    """The bucket of logs (kept a year) and of the certificate archive, which only the instances may read."""
    resource, policy = kit.private_bucket(t, "ClusterBucket", "cluster")
    logs = s3.LifecycleRule(Id="forget-logs", Prefix="logs/", Status="Enabled", ExpirationInDays=kit.LOG_RETENTION_DAYS)
    resource.LifecycleConfiguration.Rules.append(logs)
    profile = kit.contract(t, "spoke", "cluster_instance_profile")
    instance_role = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}", Role=profile)
    read_archive = kit.allow(["s3:GetObject*"], [Sub(f"${{ClusterBucket.Arn}}/{kit.CERTIFICATE_KEY}")])
    others = {"Principal": {"AWS": "*"}, "Condition": {"ArnNotEquals": {"aws:PrincipalArn": instance_role}}}
    deny = {**read_archive, "Sid": "OnlyMachinesReadTheKey", "Effect": "Deny", **others}
    policy.PolicyDocument["Statement"].append(deny)
    return [resource, policy]


def network(t: Template) -> list[AWSObject]:
    """Security groups of the instances and of EMR; notebooks connect through the Studio environment's group.

    With every rule explicit, EMR adds none, which would prevent the deletion of the groups.
    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html
    """
    nodes = kit.security_group(t, "Nodes", "Machines of the cluster, or workers of the application")
    service = kit.security_group(t, "ServiceAccess", "EMR itself, as it reaches the machines")
    for group in (nodes, service):
        group.Tags = kit.tags(t, **kit.EMR_TAG)
    node_group, service_group = GetAtt(nodes, "GroupId"), GetAtt(service, "GroupId")
    orders = kit.allow_tcp_between("Orders", service_group, node_group, 8443)
    reports = kit.allow_tcp_between("Reports", node_group, service_group, 9443)
    tcp, udp = kit.allow_within_group(nodes, "Tcp", 0, 65535), kit.allow_within_group(nodes, "Udp", 0, 65535, "udp")
    return [
        nodes,
        *tcp,
        *udp,
        *kit.allow_within_group(nodes, "Icmp", -1, -1, "icmp"),
        *conditional(CLUSTER, [service, *orders, *reports]),
    ]


def cluster(t: Template) -> emr.Cluster:
    """One primary and two core instances; managed scaling adds task instances."""
    limits = {"MinimumCapacityUnits": 2, "MaximumCapacityUnits": size("Machines"), "MaximumCoreCapacityUnits": 2}
    rules = [f"{name}{end}" for name in ("Tcp", "Udp", "Icmp", "Orders", "Reports") for end in ("In", "Out")]
    return emr.Cluster(
        "Cluster",
        Name=kit.resource_name("cluster"),
        ReleaseLabel=RELEASE,
        Applications=[emr.Application(Name=name) for name in ("Hadoop", "Livy", "Spark")],
        ServiceRole=kit.contract(t, "spoke", "cluster_service_role_arn"),
        JobFlowRole=kit.contract(t, "spoke", "cluster_instance_profile"),
        SecurityConfiguration=Ref("ClusterSecurity"),
        Instances=emr.JobFlowInstancesConfig(
            Ec2SubnetIds=kit.contract(t, "spoke", "subnet_ids"),
            EmrManagedMasterSecurityGroup=GetAtt("Nodes", "GroupId"),
            EmrManagedSlaveSecurityGroup=GetAtt("Nodes", "GroupId"),
            AdditionalMasterSecurityGroups=[kit.contract(t, "studio", "cluster_group_id")],
            ServiceAccessSecurityGroup=GetAtt("ServiceAccess", "GroupId"),
            MasterInstanceFleet=fleet(1),
            CoreInstanceFleet=fleet(2),
            UnhealthyNodeReplacement=True,
        ),
        ManagedScalingPolicy=emr.ManagedScalingPolicy(
            ComputeLimits=emr.ComputeLimits(UnitType="InstanceFleetUnits", **limits)
        ),
        AutoTerminationPolicy=emr.AutoTerminationPolicy(IdleTimeout=FindInMap("Idle", Ref("IdleMinutes"), "Seconds")),
        EbsRootVolumeSize=50,
        LogUri=Sub("s3://${ClusterBucket}/logs/"),
        LogEncryptionKmsKeyId=kit.contract(t, "spoke", "data_key_arn"),
        Tags=kit.tags(t, **kit.EMR_TAG),
        DependsOn=rules,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",  # a replaced cluster finishes its work and ends when idle
    )


def fleet(instances: int) -> emr.InstanceFleetConfigProperty:
    """A fleet of so many instances, of any type with capacity."""
    types = [emr.InstanceTypeConfig(InstanceType=name, WeightedCapacity=1) for name in INSTANCE_TYPES]
    return emr.InstanceFleetConfigProperty(TargetOnDemandCapacity=instances, InstanceTypeConfigs=types)


def application(t: Template) -> emrserverless.Application:
    """A serverless application in the VPC; notebooks use its Livy endpoint.

    EMR Serverless encrypts the workers' disks; Spark encrypts traffic between workers.
    https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/encryption.html
    """
    encryption = {"spark.authenticate": "true", "spark.network.crypto.enabled": "true"}
    defaults = emrserverless.ConfigurationObject(Classification="spark-defaults", Properties=encryption)
    logs = emrserverless.S3MonitoringConfiguration(LogUri=Sub("s3://${ClusterBucket}/logs/"))  # under the bucket's key
    return emrserverless.Application(
        "Application",
        Name=kit.resource_name("cluster"),
        Type="SPARK",
        ReleaseLabel=RELEASE,
        NetworkConfiguration=emrserverless.NetworkConfiguration(
            SubnetIds=kit.contract(t, "spoke", "subnet_ids"), SecurityGroupIds=[GetAtt("Nodes", "GroupId")]
        ),
        MaximumCapacity=emrserverless.MaximumAllowedResources(
            Cpu=size("Cpu"), Memory=size("Memory"), Disk=size("Disk")
        ),
        AutoStartConfiguration=emrserverless.AutoStartConfiguration(Enabled=True),
        AutoStopConfiguration=emrserverless.AutoStopConfiguration(Enabled=True, IdleTimeoutMinutes=Ref("IdleMinutes")),
        InteractiveConfiguration=emrserverless.InteractiveConfiguration(LivyEndpointEnabled=True),
        RuntimeConfiguration=[defaults],
        MonitoringConfiguration=emrserverless.MonitoringConfiguration(
            S3MonitoringConfiguration=logs,
            ManagedPersistenceMonitoringConfiguration=emrserverless.ManagedPersistenceMonitoringConfiguration(
                Enabled=False  # AWS would keep a copy of the logs outside of the bucket
            ),
        ),
        Tags=kit.tags(t),
        DependsOn=["TcpIn", "TcpOut", "UdpIn", "UdpOut"],
    )


def add_outputs(t: Template) -> None:
    """Add the outputs, which notebooks refer to."""
    role = kit.contract(t, "spoke", "cluster_job_role_arn")
    resource_id = If(CLUSTER, Ref("Cluster"), Ref("Application"))
    kinds = ("emr connect --auth-type Basic_Access --cluster-id", "emr-serverless connect --application-id")
    connect = If(CLUSTER, *kinds)
    options = "--emr-execution-role-arn ${Role} --language python"
    command = Sub(f"%sm_analytics ${{Kind}} ${{Id}} {options}", Kind=connect, Id=resource_id, Role=role)
    kit.add_output(t, "ClusterOrApplicationId", "Id of the cluster or application", resource_id)
    kit.add_output(t, "JobRole", "Role under which jobs and notebooks' sessions run", role)
    kit.add_output(t, "Logs", "Where logs are kept for a year", Sub("s3://${ClusterBucket}/logs/"))
    kit.add_output(t, "Connect", "What a notebook's cell says to work on it", command)
