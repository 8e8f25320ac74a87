"""EMR's operations that no row can tell: its verbs are its own. A cluster waits for work at once and does none.

https://docs.aws.amazon.com/emr/latest/APIReference/API_Operations.html
"""

import secrets
import string
from collections.abc import Callable
from typing import Any

from scripts.localaws.crud.serialization import Record, tags_of
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
_LETTERS = string.ascii_uppercase + string.digits
_ENDED = "TERMINATED"
_POLICIES = ("AutoTerminationPolicy", "ManagedScalingPolicy")


def _run(at: Store, params: Record, _: Any) -> Record:
    """API_RunJobFlow."""
    if params.get("SecurityConfiguration"):
        at.get(at.nouns["SecurityConfiguration"], {"Name": params["SecurityConfiguration"]})
    id = "j-" + "".join(secrets.choice(_LETTERS) for _ in range(13))
    told = {"Ec2InstanceAttributes": _attributes(params), "Status": {"State": "WAITING"}, "Id": id}
    record = at.add(at.nouns["Cluster"], {**params, **told, "MasterPublicDnsName": f"{id}.internal"})
    return {"JobFlowId": id, "ClusterArn": record["@arn"]}


def _attributes(params: Record) -> Record:
    asked = params["Instances"]
    names = ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup")
    told = {name: asked[name] for name in names if name in asked}
    return {**told, "RequestedEc2SubnetIds": asked.get("Ec2SubnetIds", []), "IamInstanceProfile": params["JobFlowRole"]}


def _cluster(at: Store, id: str) -> Record:
    """A living cluster; refused when it ended."""
    record = at.get(at.nouns["Cluster"], {"Id": id})
    if record["Status"]["State"] == _ENDED:
        raise at.refusal("InvalidRequestException", f"Cluster {id} is terminated and cannot be changed.")
    return record


def _terminate(at: Store, params: Record, _: Any) -> Record:
    """API_TerminateJobFlows; one that ended already stays so."""
    for id in params["JobFlowIds"]:
        at.get(at.nouns["Cluster"], {"Id": id})["Status"] = {"State": _ENDED}
    return {}


def _describe(at: Store, params: Record, _: Any) -> Record:
    """API_DescribeCluster."""
    record = at.get(at.nouns["Cluster"], {"Id": params["ClusterId"]})
    own = {name: value for name, value in record.items() if not name.startswith("@")}
    tags = [{"Key": key, "Value": value} for key, value in at.tags[record["@arn"]].items()]
    return {"Cluster": {**own, "Tags": tags}}


def _put(policy: str) -> Particular:
    def put(at: Store, params: Record, _: Any) -> Record:
        _cluster(at, params["ClusterId"])[policy] = params[policy]
        return {}

    return put


def _get(policy: str) -> Particular:
    def get(at: Store, params: Record, _: Any) -> Record:
        found = at.get(at.nouns["Cluster"], {"Id": params["ClusterId"]}).get(policy)
        return {policy: found} if found else {}

    return get


def _tag(at: Store, params: Record, _: Any) -> Record:
    """API_AddTags, by the cluster's id."""
    at.tags[_cluster(at, params["ResourceId"])["@arn"]].update(tags_of(params["Tags"]))
    return {}


def _untag(at: Store, params: Record, _: Any) -> Record:
    """API_RemoveTags."""
    for name in params["TagKeys"]:
        at.tags[_cluster(at, params["ResourceId"])["@arn"]].pop(name, None)
    return {}


def _delete_security(at: Store, params: Record, _: Any) -> Record:
    """API_DeleteSecurityConfiguration."""
    at.remove(at.nouns["SecurityConfiguration"], params)
    return {}


PARTICULAR: dict[tuple[str, str], Particular] = {
    ("elasticmapreduce", "RunJobFlow"): _run,
    ("elasticmapreduce", "TerminateJobFlows"): _terminate,
    ("elasticmapreduce", "DescribeCluster"): _describe,
    ("elasticmapreduce", "AddTags"): _tag,
    ("elasticmapreduce", "RemoveTags"): _untag,
    ("elasticmapreduce", "DeleteSecurityConfiguration"): _delete_security,
    **{("elasticmapreduce", f"Put{policy}"): _put(policy) for policy in _POLICIES},
    **{("elasticmapreduce", f"Get{policy}"): _get(policy) for policy in _POLICIES},
}
