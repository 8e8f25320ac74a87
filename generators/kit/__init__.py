"""What a template author imports. Functions return objects; `ask`, `give` and `contract` add to the template.

Pure but for terraform/*.yaml, which it reads through generators.catalog.
"""

from generators.kit.bucket import private_bucket
from generators.kit.cluster import ARCHIVE, cluster_security
from generators.kit.contents import studio_contents
from generators.kit.contract import contract
from generators.kit.function import private_function
from generators.kit.handover import hand_over
from generators.kit.iam import allow, document
from generators.kit.instances import hidden_instance_types
from generators.kit.logs import DAYS, log_group
from generators.kit.names import named
from generators.kit.network import door, inner_door, security_group
from generators.kit.parameters import ask, give
from generators.kit.tags import fixed_tags, tags

__all__ = [
    "ARCHIVE",
    "DAYS",
    "allow",
    "ask",
    "cluster_security",
    "contract",
    "document",
    "door",
    "fixed_tags",
    "give",
    "hand_over",
    "hidden_instance_types",
    "inner_door",
    "log_group",
    "named",
    "private_bucket",
    "private_function",
    "security_group",
    "studio_contents",
    "tags",
]
