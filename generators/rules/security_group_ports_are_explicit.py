"""Rules of security groups."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

_SINGLE_RULES = ("AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress")
_ANYWHERE = ("0.0.0.0/0", "::/0")


class SecurityGroupPortsAreExplicit(PlatformRule):
    """Check every rule of a group, or the single rule that the resource is."""

    id = "E9022"
    shortdesc = "Security groups must name protocols, ports and peers, and never allow any address."
    description = "A group without egress rules allows all egress."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    controls = (60,)
    security_hub_ids = ("EC2.18", "EC2.19")
    types = ("AWS::EC2::SecurityGroup", *_SINGLE_RULES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        if resource.type in _SINGLE_RULES:
            for prop in resource.at(""):
                yield from _rule(prop)
            return
        for prop in resource.at("SecurityGroupEgress"):
            if prop.missing:
                yield prop.path, "no egress is named, so all is open; set SecurityGroupEgress"
        for property_path in ("SecurityGroupEgress.*", "SecurityGroupIngress.*"):
            for prop in resource.at(property_path):
                if not prop.missing:
                    yield from _rule(prop)


def _rule(prop: PropertyValue) -> Problems:
    if prop.unresolved:
        yield unresolved(prop, "the rule")
        return
    if str(prop.item("IpProtocol").value) == "-1":
        yield prop.path, "every protocol and port is open; name tcp and the ports"
    for key in ("CidrIp", "CidrIpv6"):
        address = prop.item(key)
        if address.value in _ANYWHERE:
            yield prop.path, f"{address.value} is anywhere; name a security group or a prefix list instead"
        elif not address.missing and not isinstance(address.value, str):
            yield unresolved(address, "the address range")
