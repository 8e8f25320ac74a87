"""An organisation of 200 accounts, each with a provisioned product, as answers of a stand-in for AWS."""

from __future__ import annotations

from tests.support.aws_stand_in import Response, assume_role, json_response

ACCOUNTS = {f"team-{number:03}": f"{300000000000 + number}" for number in range(200)}
LOCKED = "team-007"  # refuses the reader
_PAGE = 20  # the most that ListAccounts returns


def _list_accounts(parameters: dict[str, str]) -> Response:
    start = int(parameters.get("NextToken", 0))
    rows = [{"Id": id_, "Name": name, "Status": "ACTIVE"} for name, id_ in ACCOUNTS.items()][start : start + _PAGE]
    more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(ACCOUNTS) else {}
    return json_response({"Accounts": rows, **more})


def _search(parameters: dict[str, str]) -> Response:
    account = parameters["access key"].removeprefix("ASIA")
    if account == ACCOUNTS[LOCKED]:
        return json_response({"__type": "AccessDeniedException", "message": "no"}, 400)
    row = {
        "Id": f"pp-{account}",
        "Name": f"studio-{account}",
        "Status": "AVAILABLE",
        "ProductName": "studio-environment",
        "ProvisioningArtifactName": "1.0.0",
    }
    return json_response({"ProvisionedProducts": [row]})


def _products(_: dict[str, str]) -> Response:
    views = [{"ProductViewSummary": {"Name": f"product-{number}", "ProductId": str(number)}} for number in range(16)]
    return json_response({"ProductViewDetails": views})


def _artifacts(_: dict[str, str]) -> Response:
    return json_response({"ProvisioningArtifactDetails": [{"Name": "1.1.0", "Id": "pa-1", "Active": True}]})


ANSWERS = {
    "AssumeRole": assume_role,
    "ListAccounts": _list_accounts,
    "SearchProvisionedProducts": _search,
    "SearchProductsAsAdmin": _products,
    "ListProvisioningArtifacts": _artifacts,
}
