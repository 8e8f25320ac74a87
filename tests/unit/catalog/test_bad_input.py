"""Every mistake in a file: one message that names file, line and fix, the exit code, and no traceback."""

from __future__ import annotations

import pytest

YAML = "products/note_book/product.yaml"
PY = "products/note_book/template.py"
POLICY = "products/note_book/launch_policy.json"
PLATFORM = "terraform/platform.yaml"
CONTRACTS = "terraform/contracts.yaml"

# what the author changes: (file, old text, new text) -> the message; LINE is where the new text stands
MISTAKES = {
    "malformed YAML": (YAML, "title: Note book", "title: [Note book", f"{YAML}:2: not valid YAML: "),
    "a tab in YAML": (YAML, "  email:", "\temail:", f"{YAML}:8: not valid YAML: "),
    "a duplicate key": (
        YAML,
        "owner: ml-platform",
        "owner: ml-platform\nowner: other",
        f"{YAML}:4: duplicate key 'owner' (first in line 3); keep one of the two",
    ),
    "an unquoted version": (
        YAML,
        'version: "1.0.0"',
        "version: 1.10",
        f"{YAML}:5: 'version: 1.10' is not text to YAML; put it in quotes (MAJOR.MINOR.PATCH in quotes, ",
    ),
    "a version of two parts": (
        YAML,
        '"1.0.0"',
        '"1.10"',
        f"{YAML}:5: 'version: 1.10' does not fit; write MAJOR.MINOR.PATCH in quotes, such as \"1.1.0\"",
    ),
    "an unknown key": (YAML, "owner:", "ownr:", f"{YAML}:3: unknown key 'ownr'; did you mean 'owner'?"),
    "an unknown key inside": (YAML, "  email:", "  mail:", f"{YAML}:8: unknown key 'mail'; did you mean 'email'?"),
    "a missing key": (
        YAML,
        "owner: ml-platform\n",
        "",
        f"{YAML}:1: missing key 'owner'; add it: the team that answers for the product, such as ml-platform",
    ),
    "an empty value": (
        YAML,
        "title: Note book",
        "title:",
        f"{YAML}:1: 'title' is empty; write what people call the product",
    ),
    "a number for text": (
        YAML,
        "title: Note book",
        "title: 5",
        f"{YAML}:1: 'title: 5' is not text to YAML; put it in quotes (what people call the product)",
    ),
    "text for keys": (
        YAML,
        "launch_role: launch-note-book\nsupport:\n",
        "launch_role: launch-note-book\nsupport: me\nwaivers:\n",
        f"{YAML}:7: 'support' must hold keys; write below it: email, url, text",
    ),
    "a role's ARN for its name": (
        YAML,
        "launch-note-book",
        "arn:aws:iam::1:role/x",
        f"{YAML}:6: 'launch_role: arn:aws:iam::1:role/x' does not fit; write the name of the launch role in each spoke",
    ),
    "an unknown action of the launch role": (
        POLICY,
        '"cloudformation:CreateStack"',
        '"cloudformation:CreateStak"',
        f"{POLICY}:LINE: unknown action 'cloudformation:CreateStak'; did you mean 'createstack'?",
    ),
    "an unknown service of the launch role": (
        POLICY,
        '"s3:GetObject"',
        '"sqss:GetObject"',
        f"{POLICY}:LINE: unknown service 'sqss' in 'sqss:GetObject'; did you mean 'sqs'?",
    ),
    "an unknown condition key of the launch role": (
        POLICY,
        "s3:ExistingObjectTag/servicecatalog:provisioning",
        "s3:ExistingObjektTag/servicecatalog:provisioning",
        f"{POLICY}:LINE: unknown condition key 's3:ExistingObjektTag/servicecatalog:provisioning'; ",
    ),
    "an unknown condition operator of the launch role": (
        POLICY,
        '"StringEquals"',
        '"StringEqual"',
        f"{POLICY}:LINE: unknown condition operator StringEqual; write one such as StringEquals",
    ),
    "an ARN of the launch role that names nothing": (
        POLICY,
        "arn:${partition}:cloudformation:${region}:${account_id}:stack/SC-",
        "arn:${partition}:ssm:${region}:${account_id}:stack/SC-",
        f"{POLICY}:LINE: 'arn:aws:ssm:eu-west-2:111122223333:stack/SC-111122223333-*/*' names nothing of ssm",
    ),
    "no ARN in the launch role": (POLICY, '"arn:${partition}:cloudformation:', '"arn:', f"{POLICY}:LINE: 'arn:eu-west"),
    "a value that Terraform does not fill in": (
        POLICY,
        "${account_id}:stack",
        "${acount_id}:stack",
        f"{POLICY}:LINE: unknown value 'acount_id'; did you mean 'account_id'?",
    ),
    "no JSON in the launch policy": (POLICY, '"Statement": [', '"Statement": [,', f"{POLICY}:3: not valid JSON: "),
    "a duplicate key in the launch policy": (
        POLICY,
        '"Version": "2012-10-17",',
        '"Version": "2012-10-17", "Version": "x",',
        f"{POLICY}:2: duplicate key 'Version'; keep one of the two",
    ),
    "an effect that IAM does not have": (
        POLICY,
        '"Effect": "Allow"',
        '"Effect": "Alow"',
        f"{POLICY}:1: every statement has an Effect, Allow or Deny; correct it",
    ),
    "a day that does not exist": (
        YAML,
        "support:",
        "waivers: [{rule: E9001, resource: A, reason: long enough, until: 2027-02-30}]\nsupport:",
        f"{YAML}:7: 2027-02-30 is not a date; write a day that exists, such as 2027-06-30",
    ),
    "a date that is text": (
        YAML,
        "support:",
        "waivers: [{rule: E9001, resource: A, reason: long enough, until: 30 June}]\nsupport:",
        f"{YAML}:7: 'until: 30 June' does not fit; write the last day, such as 2027-06-30",
    ),
    "a portfolio that does not exist": (
        YAML,
        "portfolio: data-science",
        "portfolio: data-sience",
        f"{YAML}:4: unknown portfolio 'data-sience'; did you mean 'data-science'?",
    ),
    "a YAML tag": (
        YAML,
        "Note book",
        "!!python/name:os.system",
        f"{YAML}:1: the tag python/name:os.system is not allowed",
    ),
    "a launch policy that is no JSON": (POLICY, '"Version"', "Version", f"{POLICY}:2: not valid JSON: "),
    "a launch policy without statements": (
        POLICY,
        '"Statement"',
        '"Statements"',
        f"{POLICY}:1: is no IAM policy; write an object with Version and a list Statement",
    ),
    "a template that raises": (
        PY,
        '"Handle")',
        '"Handle", Nope=1)',
        f"{PY}:8: AttributeError: AWS::CloudFormation::WaitConditionHandle object does not support attribute Nope; ",
    ),
    "a template with a wrong type": (PY, "MinValue=1", 'MinValue="a"', f"{PY}:7: ValueError: "),
    "a template that is no Python": (
        PY,
        "def build():",
        "def build(:",
        f"{PY}:5: SyntaxError: invalid syntax (template.py, line 5); correct the template",
    ),
    "a template that ends the process": (PY, "    return t", "    raise SystemExit(3)", f"{PY}:10: SystemExit: 3; "),
    "a template that imports nothing": (
        PY,
        "def build",
        "import nothing\n\n\ndef build",
        f"{PY}:5: ModuleNotFoundError: ",
    ),
    "a template without build": (
        PY,
        "def build()",
        "def make()",
        f"{PY}: there is no build(); write build() -> Template",
    ),
    "a template that returns nothing": (
        PY,
        "    return t\n",
        "",
        f"{PY}: build() returns NoneType; return a troposphere Template",
    ),
    "an unknown contract": (
        PY,
        "    return t",
        "    from generators.catalog import building, contracts\n\n"
        '    contracts.find(building.current().root, "spoke", "vpc")\n    return t',
        f"{PY}:12: unknown contract 'vpc' in scope 'spoke'; did you mean 'vpc_id'?",
    ),
    "an unknown contract scope": (
        PY,
        "    return t",
        "    from generators.catalog import building, contracts\n\n"
        '    contracts.find(building.current().root, "spok", "vpc_id")\n    return t',
        f"{PY}:12: unknown contract scope 'spok'; did you mean 'spoke'?",
    ),
    "a template over the size": (
        PY,
        'Description="A place for notes"',
        'Metadata={"Text": "x" * 1_000_000}',
        f"{PY}: the template has 1,000,",
    ),
    "an unknown key of the platform": (
        PLATFORM,
        "name_prefix:",
        "name_prefx:",
        f"{PLATFORM}:LINE: unknown key 'name_prefx'; did you mean 'name_prefix'?",
    ),
    "an account number without quotes": (
        PLATFORM,
        '"222222222222"',
        "222222222222",
        f"{PLATFORM}:LINE: 'hub: 222222222222' is not text to YAML; put it in quotes (12 digits in quotes)",
    ),
    "an unknown unit": (
        PLATFORM,
        "units: [development, pre-production, production]",
        "units: [devlopment]",
        f"{PLATFORM}:LINE: unknown organisational unit 'devlopment'; did you mean 'development'?",
    ),
    "an exception that is no setting": (
        PLATFORM,
        "mirror_exceptions: [budget_alert_percent]",
        "mirror_exceptions: [budget_percent]",
        f"{PLATFORM}:LINE: unknown setting 'budget_percent'; did you mean 'budget_alert_percent'?",
    ),
    "a setting that CloudWatch does not know": (
        PLATFORM,
        "log_retention_days: 90",
        "log_retention_days: 100",
        f"{PLATFORM}:LINE: 'log_retention_days: 100' does not fit; write days that CloudWatch Logs knows",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_message_with_file_line_and_fix(repository, mistake):
    file, old, new, message = MISTAKES[mistake]
    repository.edit(file, old, new)

    done = repository.catalog("render")

    assert done.returncode == 1
    assert message.replace("LINE", str(repository.line(file, new))) in done.stderr
    assert "Traceback" not in done.stderr
    assert not repository.path("products/note_book/versions").exists()


def test_all_problems_of_all_files_are_reported_at_once(repository):
    repository.product("other_book")
    repository.edit(YAML, "owner: ml-platform", "ownr: ml-platform")
    repository.edit("products/other_book/product.yaml", 'version: "1.0.0"', "version: 1.10\ntitle: again")

    lines = repository.catalog("check").stderr.splitlines()

    assert [line.split(": ")[0] for line in lines] == [
        f"{YAML}:1",
        f"{YAML}:3",
        "products/other_book/product.yaml:5",
        "products/other_book/product.yaml:6",
    ]


@pytest.mark.parametrize("name", ["product.yaml", "template.py", "launch_policy.json"])
def test_a_missing_file_is_named(repository, name):
    repository.path(f"products/note_book/{name}").unlink()

    done = repository.catalog("check")

    assert done.returncode == 1
    assert f"products/note_book/{name}: file is missing" in done.stderr


def test_an_unknown_product_names_the_nearest(repository):
    done = repository.catalog("render", "note-bok")

    assert (done.returncode, done.stderr) == (
        1,
        "products: there is no product 'note-bok'; did you mean 'note-book'?\n",
    )


def test_a_folder_outside_of_any_repository_is_refused(repository, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere")

    done = repository.catalog("render", folder=outside)

    assert (done.returncode, done.stderr) == (
        1,
        f"{outside}: terraform/platform.yaml is neither here nor above; run inside the platform's repository\n",
    )


def test_a_repeated_contract_path_is_named(repository):
    repository.edit(CONTRACTS, "path: /mlops/spoke/subnet-ids", "path:  /mlops/spoke/vpc-id")
    line = repository.line(CONTRACTS, "path:  /mlops/spoke/vpc-id")

    done = repository.catalog("render")

    assert (done.returncode, done.stderr) == (
        1,
        f"{CONTRACTS}:{line}: /mlops/spoke/vpc-id is also the path of another contract; give it its own\n",
    )


def test_a_folder_of_project_templates_is_no_product(repository):
    repository.write("products/ml_project/templates/common/README.md.j2", "# a project\n")

    done = repository.catalog("check")

    assert "ml_project" not in done.stdout + done.stderr
