"""Security groups open named doors only."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

_SINGLE = ("AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress")
_ANYWHERE = ("0.0.0.0/0", "::/0")


class SecurityGroupPortsAreExplicit(PlatformRule):
    """A group names its ways out, since it would have all of them otherwise; no way leads to or from anywhere.

    Control 60 [EC2.18, EC2.19]. https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    id = "E9022"
    types = ("AWS::EC2::SecurityGroup", *_SINGLE)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every rule of the group, or the rule that the resource is."""
        if resource.type in _SINGLE:
            yield from _rule(PropertyValue(("Properties",), resource.raw.get("Properties", {})))
            return
        for place in resource.at("SecurityGroupEgress"):
            if place.missing:
                yield place.path, "no egress is named, so all is open; set SecurityGroupEgress"
        for route in ("SecurityGroupEgress.*", "SecurityGroupIngress.*"):
            for place in resource.at(route):
                if not place.missing:
                    yield from _rule(place)


def _rule(place: PropertyValue) -> Verdicts:
    if place.undecided:
        yield undecided(place, "the rule")
        return
    if str(place.value.get("IpProtocol")) == "-1":
        yield place.path, "every protocol and port is open; name tcp and the ports"
    for key in ("CidrIp", "CidrIpv6"):
        address = place.value.get(key)
        if address in _ANYWHERE:
            yield place.path, f"{address} is anywhere; name a security group or a prefix list instead"
        elif isinstance(address, dict):
            yield undecided(PropertyValue((*place.path, key), address), "the address range")
