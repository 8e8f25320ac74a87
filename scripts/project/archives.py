"""`python -m scripts.project.archives`: write the archives of new projects."""

from generators.config import repository
from generators.project_templates import archives
from scripts import program
from scripts.terminal import print_line


def main() -> int:
    """0 when the archives are current or written; UserError when a template is invalid."""
    for name in archives.write(repository.find_root()):
        print_line(f"{archives.FOLDER}/{name}: written")
    return 0


if __name__ == "__main__":
    program.run("archives", main, "run it again")
