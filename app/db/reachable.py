"""`python -m app.db.reachable DATA_DIR`: could the database live there?

It answers before anything is installed, so it needs nothing but the standard library.
"""

import sys
from pathlib import Path

from app.db.server_files import choose_account, require_open
from app.errors import AutoDocError

_REFUSED = 2


def main(data_dir: str) -> int:
    """Say on the error stream why the database could not live in a folder."""
    home = Path(data_dir).expanduser().resolve() / "postgres"
    try:
        account = choose_account(home / "data")
        if account.changed:  # else nobody but ourselves needs to reach it
            there = next(each for each in (home, *home.parents) if each.exists())
            require_open(there, account)
    except AutoDocError as error:
        sys.stderr.write(f"autodoc: {error}\n")
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
