"""May a caller from another account ask about this? The policies on the things themselves say so. Reads the store only.

https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
"""

from generators.policy.evaluate import Decision, Question, decide
from scripts.localaws import identity
from scripts.localaws.generic.store import Store
from scripts.localaws.iam import names
from scripts.localaws.iam.keys import context
from scripts.localaws.request import Call


def shared(at: Store, call: Call) -> bool:
    """Whether a stored policy of the owner allows the call, and none denies it."""
    documents = [
        record["policyDocument"]
        for noun in at.api.nouns
        for record in at.all(noun)
        if "policyDocument" in record and all(call.params.get(part) == record[part] for part in noun.key)
    ]
    caller = identity.caller(call.access_key)
    who = tuple(name for name in (caller.arn, caller.role_arn) if name)
    arns = names.resources(at.api.scope, call.operation, call.params, at.region, at.account)
    asked = f"{at.api.scope}:{call.operation}"
    question = Question(asked, arns[0] if arns else None, context(caller, call.region), {"AWS": who}, caller.account)
    return decide(documents, question) in (Decision.ALLOW, Decision.DIRECT)
