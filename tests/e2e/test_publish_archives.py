"""Project archives in the release bucket: their bytes are those of the repository, or publish and verify say so."""

from __future__ import annotations

import hashlib
import json

from generators.config.files import digest
from generators.project_templates import archives
from tests.e2e.conftest import BUCKET, HUB_ACCOUNT


def _add_archive(platform, name, text):
    """Let the product's template name an archive with one file; the path of the archive."""
    folder = f"products/{name.replace('-', '_')}"
    files = {"README.md": text}
    archive = f"seeds/chain-{digest((path, text.encode()) for path, text in files.items())[:16]}.zip"
    platform.edit(f"{folder}/template.py", "    return t", f"    t.metadata['Seed'] = '{archive}'\n    return t")
    path = platform.path(f"{folder}/{archive}")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(archives.archive(files))
    sums = path.parent / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    platform.render(name)
    return path


def test_a_poisoned_project_archive_is_not_published(platform, estate):
    platform.add_products("seeded-book")
    path = _add_archive(platform, "seeded-book", "# First\n")
    where, content = path.relative_to(platform.root), path.read_bytes()
    path.write_bytes(content + b"POISON")

    results = [platform.catalog(command, "seeded-book") for command in ("check", "publish", "plan", "verify")]

    assert [result.returncode for result in results] == [2, 2, 2, 2]
    assert all(f"{where}" in result.stdout + result.stderr for result in results), results
    assert "a project archive was edited; bring it back with `git checkout" in results[0].stdout
    assert "seeded-book" not in estate.names()

    path.write_bytes(content)
    assert platform.catalog("publish", "seeded-book").returncode == 0
    s3 = estate.aws("s3", HUB_ACCOUNT)
    assert s3.get_object(Bucket=BUCKET, Key=f"seeds/{path.name}")["Body"].read() == content


def test_an_archive_whose_digest_was_changed_too_is_not_what_its_name_says(platform):
    platform.add_products("forged-book")
    path = _add_archive(platform, "forged-book", "# First\n")
    path.write_bytes(archives.archive({"README.md": "# Other\n"}))
    (path.parent / "SHA256SUMS").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")

    result = platform.catalog("publish", "forged-book")

    assert result.returncode == 2
    assert f"{path.name}: holds other files than its name says" in result.stderr


def test_an_archive_that_is_another_in_the_hub_is_named(platform, estate):
    platform.add_products("swapped-book")
    path = _add_archive(platform, "swapped-book", "# Second\n")
    location = {"Bucket": BUCKET, "Key": f"seeds/{path.name}"}
    s3 = estate.aws("s3", HUB_ACCOUNT)
    s3.put_object(**location, Body=path.read_bytes() + b"POISON")  # before the first version is published
    first = platform.catalog("publish", "swapped-book")
    s3.delete_object(**location)
    assert platform.catalog("publish", "swapped-book").returncode == 0
    s3.put_object(**location, Body=path.read_bytes() + b"POISON")  # afterwards

    commands = (["publish"], ["publish", "--thorough"], ["plan"], ["verify"])
    results = [first, *(platform.catalog(*command, "swapped-book") for command in commands)]

    assert [result.returncode for result in results] == [1, 1, 1, 1, 2]
    sentence = f"{path.relative_to(platform.root)}"
    for result in results:
        output = result.stdout + result.stderr
        assert sentence in output
        assert "holds other content; restore the object's first version" in output


def test_an_archive_that_the_hub_lost_is_found_and_stored_again(platform, estate):
    platform.add_products("lost-book")
    path = _add_archive(platform, "lost-book", "# Third\n")
    assert platform.catalog("publish", "lost-book").returncode == 0
    estate.aws("s3", HUB_ACCOUNT).delete_object(Bucket=BUCKET, Key=f"seeds/{path.name}")

    verified = platform.catalog("verify", "lost-book")
    published = platform.catalog("publish", "lost-book", "--json")

    assert verified.returncode == 2
    assert "the release bucket holds no such object" in verified.stdout
    assert [action["text"] for action in json.loads(published.stdout)] == [f"store seeds/{path.name} of lost-book"]
    assert platform.catalog("verify", "lost-book").returncode == 0


def test_a_hub_of_a_release_digest_without_archives_is_brought_up_to_date(platform, estate):
    """A hub that was published before archives counted: one action, and nothing is published again."""
    platform.add_products("older-book")
    _add_archive(platform, "older-book", "# Fourth\n")
    assert platform.catalog("publish", "older-book").returncode == 0
    product = next(item["ProductId"] for item in estate._summaries() if item["Name"] == "older-book")
    estate.catalog.update_product(Id=product, Distributor="ml-platform, release 0123456789ab")

    published = platform.catalog("publish", "older-book", "--json")

    assert [action["action"] for action in json.loads(published.stdout)] == ["SetReleaseDigest"]
