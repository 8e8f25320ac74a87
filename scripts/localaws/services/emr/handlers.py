"""EMR operations on clusters. A cluster is WAITING at once and runs no steps.

https://docs.aws.amazon.com/emr/latest/APIReference/API_Operations.html
"""

import secrets
import string
from typing import Any

from scripts.localaws.crud.operations import OperationHandler
from scripts.localaws.crud.serialization import Record, tags_of
from scripts.localaws.crud.store import Store

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_TERMINATED = "TERMINATED"
_POLICIES = ("AutoTerminationPolicy", "ManagedScalingPolicy")


def _run_job_flow(store: Store, params: Record, _: Any) -> Record:
    """API_RunJobFlow."""
    if params.get("SecurityConfiguration"):
        store.get(store.resources["SecurityConfiguration"], {"Name": params["SecurityConfiguration"]})
    id = "j-" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(13))
    values = {"Ec2InstanceAttributes": _instance_attributes(params), "Status": {"State": "WAITING"}, "Id": id}
    record = store.create(store.resources["Cluster"], {**params, **values, "MasterPublicDnsName": f"{id}.internal"})
    return {"JobFlowId": id, "ClusterArn": record["@arn"]}


def _instance_attributes(params: Record) -> Record:
    instances = params["Instances"]
    names = ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup")
    return {
        **{name: instances[name] for name in names if name in instances},
        "RequestedEc2SubnetIds": instances.get("Ec2SubnetIds", []),
        "IamInstanceProfile": params["JobFlowRole"],
    }


def _running_cluster(store: Store, id: str) -> Record:
    """The cluster. Raises AwsError when it is terminated."""
    record = store.get(store.resources["Cluster"], {"Id": id})
    if record["Status"]["State"] == _TERMINATED:
        raise store.error("InvalidRequestException", f"Cluster {id} is terminated and cannot be changed.")
    return record


def _terminate(store: Store, params: Record, _: Any) -> Record:
    """API_TerminateJobFlows; a terminated cluster stays terminated."""
    for id in params["JobFlowIds"]:
        store.get(store.resources["Cluster"], {"Id": id})["Status"] = {"State": _TERMINATED}
    return {}


def _describe(store: Store, params: Record, _: Any) -> Record:
    """API_DescribeCluster."""
    record = store.get(store.resources["Cluster"], {"Id": params["ClusterId"]})
    values = {name: value for name, value in record.items() if not name.startswith("@")}
    tags = [{"Key": key, "Value": value} for key, value in store.tags[record["@arn"]].items()]
    return {"Cluster": {**values, "Tags": tags}}


def _put(policy: str) -> OperationHandler:
    def put(store: Store, params: Record, _: Any) -> Record:
        _running_cluster(store, params["ClusterId"])[policy] = params[policy]
        return {}

    return put


def _get(policy: str) -> OperationHandler:
    def get(store: Store, params: Record, _: Any) -> Record:
        value = store.get(store.resources["Cluster"], {"Id": params["ClusterId"]}).get(policy)
        return {policy: value} if value else {}

    return get


def _add_tags(store: Store, params: Record, _: Any) -> Record:
    """API_AddTags, by the cluster's id."""
    store.tags[_running_cluster(store, params["ResourceId"])["@arn"]].update(tags_of(params["Tags"]))
    return {}


def _remove_tags(store: Store, params: Record, _: Any) -> Record:
    """API_RemoveTags."""
    for name in params["TagKeys"]:
        store.tags[_running_cluster(store, params["ResourceId"])["@arn"]].pop(name, None)
    return {}


def _delete_security_configuration(store: Store, params: Record, _: Any) -> Record:
    """API_DeleteSecurityConfiguration."""
    store.delete(store.resources["SecurityConfiguration"], params)
    return {}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("elasticmapreduce", "RunJobFlow"): _run_job_flow,
    ("elasticmapreduce", "TerminateJobFlows"): _terminate,
    ("elasticmapreduce", "DescribeCluster"): _describe,
    ("elasticmapreduce", "AddTags"): _add_tags,
    ("elasticmapreduce", "RemoveTags"): _remove_tags,
    ("elasticmapreduce", "DeleteSecurityConfiguration"): _delete_security_configuration,
    **{("elasticmapreduce", f"Put{policy}"): _put(policy) for policy in _POLICIES},
    **{("elasticmapreduce", f"Get{policy}"): _get(policy) for policy in _POLICIES},
}
