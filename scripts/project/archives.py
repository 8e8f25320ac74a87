"""`python -m scripts.project.archives`: write the archives of new projects."""

import sys

from generators.config import repository
from generators.errors import UserError
from generators.project_templates import archives
from scripts.terminal import print_errors, print_line


def main() -> int:
    """0 when the archives are current or written, 1 when a template is invalid."""
    try:
        for name in archives.write(repository.find_root()):
            print_line(f"{archives.FOLDER}/{name}: written")
    except UserError as error:
        print_errors(error.problems)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
