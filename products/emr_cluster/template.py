"""Spark for a team's notebooks: an EMR cluster on machines of its own, or a serverless application."""

from pathlib import Path
from typing import Any

from troposphere import AWSObject, Equals, FindInMap, GetAtt, If, Ref, Sub, Template, emr, emrserverless, s3

from generators import kit

HERE = Path(__file__).parent
YOURS = "Your cluster"
CLUSTER, SERVERLESS = "OnMachines", "IsServerless"
RELEASE = "emr-7.13.0"
MACHINES = ("m6i.xlarge", "m5.xlarge", "m5a.xlarge")  # alike, so that a zone that is short of one gives another
# How far it may grow; growing and shrinking is in place.
SIZES = {
    "small": {"Machines": 4, "Cpu": "16 vCPU", "Memory": "64 GB", "Disk": "400 GB"},
    "medium": {"Machines": 10, "Cpu": "40 vCPU", "Memory": "160 GB", "Disk": "1000 GB"},
    "large": {"Machines": 24, "Cpu": "96 vCPU", "Memory": "384 GB", "Disk": "2400 GB"},
}
MINUTES = (15, 30, 60, 120, 240)


def build() -> Template:
    """What the technical lead gets."""
    t = Template(
        "Spark for notebooks in the team's own network, encrypted on disk and between machines, ended when idle"
    )
    add_parameters(t)
    t.add_resource(bucket(t))
    t.add_resource(network(t))
    secured = kit.cluster_security(t, "ClusterBucket", HERE / "certificate.py")
    t.add_resource(only(CLUSTER, [*secured, cluster(t)]))
    t.add_resource(only(SERVERLESS, [application(t)]))
    outputs(t)
    return t


def add_parameters(t: Template) -> None:
    """All that the user is asked."""
    kind: dict[str, Any] = {
        "AllowedValues": ["cluster", "serverless"],
        "Description": "A cluster has machines of its own until it is idle; an application takes capacity for each job",
    }
    size: dict[str, Any] = {
        "AllowedValues": list(SIZES),
        "Description": "How far it may grow: " + ", ".join(f"{name} {it['Cpu']}" for name, it in SIZES.items()),
    }
    idle: dict[str, Any] = {
        "AllowedValues": list(MINUTES),
        "Description": "After so many minutes without work a cluster ends for good and an application stops",
    }
    kit.add_parameter(t, YOURS, "Flavour", "Flavour", Type="String", Default="serverless", **kind)
    kit.add_parameter(t, YOURS, "Size", "SizeClass", Type="String", Default="small", **size)
    kit.add_parameter(t, YOURS, "Minutes until it ends when idle", "IdleMinutes", Type="Number", Default=60, **idle)
    t.add_condition(CLUSTER, Equals(Ref("Flavour"), "cluster"))
    t.add_condition(SERVERLESS, Equals(Ref("Flavour"), "serverless"))
    t.add_mapping("Sizes", SIZES)
    t.add_mapping("Idle", {str(it): {"Seconds": 60 * it} for it in MINUTES})


def only(condition: str, resources: list[AWSObject]) -> list[AWSObject]:
    """Resources of one flavour."""
    for resource in resources:
        resource.Condition = condition
    return resources


def size(what: str) -> FindInMap:
    """What the chosen size says."""
    return FindInMap("Sizes", Ref("SizeClass"), what)


def bucket(t: Template) -> list[AWSObject]:
    """Logs for a year, and the certificate's archive, which only the machines read, whatever others may read."""
    made, policy = kit.private_bucket(t, "ClusterBucket", "cluster")
    logs = s3.LifecycleRule(Id="forget-logs", Prefix="logs/", Status="Enabled", ExpirationInDays=kit.DAYS)
    made.LifecycleConfiguration.Rules.append(logs)
    profile = kit.contract(t, "spoke", "cluster_instance_profile")
    machines = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}", Role=profile)
    secret = kit.allow(["s3:GetObject*"], [Sub(f"${{ClusterBucket.Arn}}/{kit.ARCHIVE}")])
    who = {"Principal": {"AWS": "*"}, "Condition": {"ArnNotEquals": {"aws:PrincipalArn": machines}}}
    policy.PolicyDocument["Statement"].append({**secret, "Sid": "OnlyMachinesReadTheKey", "Effect": "Deny", **who})
    return [made, policy]


def network(t: Template) -> list[AWSObject]:
    """Machines talk to each other, EMR to the machines; notebooks come in by the group of the Studio environment.

    With every rule said here, EMR adds none that would keep the groups from being deleted.
    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html
    """
    nodes = kit.security_group(t, "Nodes", "Machines of the cluster, or workers of the application")
    service = kit.security_group(t, "ServiceAccess", "EMR itself, as it reaches the machines")
    for group in (nodes, service):
        group.Tags = kit.tags(t, **kit.FOR_EMR)
    inside, outside = GetAtt(nodes, "GroupId"), GetAtt(service, "GroupId")
    doors = [
        *kit.allow_tcp_between("Orders", outside, inside, 8443),
        *kit.allow_tcp_between("Reports", inside, outside, 9443),
    ]
    inner = [*kit.allow_within_group(nodes, "Tcp", 0, 65535), *kit.allow_within_group(nodes, "Udp", 0, 65535, "udp")]
    return [nodes, *inner, *kit.allow_within_group(nodes, "Icmp", -1, -1, "icmp"), *only(CLUSTER, [service, *doors])]


def cluster(t: Template) -> emr.Cluster:
    """One machine leads, two hold data, the rest come and go."""
    limits = {"MinimumCapacityUnits": 2, "MaximumCapacityUnits": size("Machines"), "MaximumCoreCapacityUnits": 2}
    doors = [f"{name}{way}" for name in ("Tcp", "Udp", "Icmp", "Orders", "Reports") for way in ("In", "Out")]
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
        Tags=kit.tags(t, **kit.FOR_EMR),
        DependsOn=doors,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",  # work on a cluster that an upgrade replaces ends in peace; then it is idle
    )


def fleet(machines: int) -> emr.InstanceFleetConfigProperty:
    """So many machines, of the type that a zone has."""
    types = [emr.InstanceTypeConfig(InstanceType=name, WeightedCapacity=1) for name in MACHINES]
    return emr.InstanceFleetConfigProperty(TargetOnDemandCapacity=machines, InstanceTypeConfigs=types)


def application(t: Template) -> emrserverless.Application:
    """Workers in the team's network; notebooks reach it through its Livy endpoint.

    EMR Serverless encrypts what it keeps on workers' disks; Spark encrypts what workers send each other.
    https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/encryption.html
    """
    traffic = {"spark.authenticate": "true", "spark.network.crypto.enabled": "true"}
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
        RuntimeConfiguration=[emrserverless.ConfigurationObject(Classification="spark-defaults", Properties=traffic)],
        MonitoringConfiguration=emrserverless.MonitoringConfiguration(
            S3MonitoringConfiguration=logs,
            ManagedPersistenceMonitoringConfiguration=emrserverless.ManagedPersistenceMonitoringConfiguration(
                Enabled=False  # a copy of the logs with AWS, outside of the bucket
            ),
        ),
        Tags=kit.tags(t),
        DependsOn=["TcpIn", "TcpOut", "UdpIn", "UdpOut"],
    )


def outputs(t: Template) -> None:
    """What notebooks name."""
    role = kit.contract(t, "spoke", "cluster_job_role_arn")
    either = If(CLUSTER, Ref("Cluster"), Ref("Application"))
    kind = If(CLUSTER, "emr connect --auth-type Basic_Access --cluster-id", "emr-serverless connect --application-id")
    words = "--emr-execution-role-arn ${Role} --language python"
    command = Sub(f"%sm_analytics ${{Kind}} ${{Id}} {words}", Kind=kind, Id=either, Role=role)
    kit.add_output(t, "ClusterOrApplicationId", "Id of the cluster or application", either)
    kit.add_output(t, "JobRole", "Role under which jobs and notebooks' sessions run", role)
    kit.add_output(t, "Logs", "Where logs are kept for a year", Sub("s3://${ClusterBucket}/logs/"))
    kit.add_output(t, "Connect", "What a notebook's cell says to work on it", command)
