"""A repository that no honest person makes: its objects are written one by one."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.laptop import PATIENCE_S, git

Leaf = tuple[str, bytes, str]
"""Mode, name and object id."""

CROWD = 10_000
SHOP = b'''"""Sells things."""


def sell(item: str) -> str:
    """Sell an item."""
    return item
'''
MODULES = b'[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c touch% pwned\n'
ONE_LINE = 10_000_000
ODD_NAMES = (
    "# heading.ts",
    "a](x).ts",
    "_under_*star*.ts",
    f"{'n' * 237}.ts",
    "{curly} $money$ ~wave~.ts",
    "E1, [E2] & &amp;.ts",
    "- item 1. @who #12 GH-3.ts",
)
"""Legal on Linux and awkward in Markdown, each in a way of its own."""


def store(repository: Path, kind: str, content: bytes) -> str:
    """Write an object as it is, however wrong it is."""
    done = subprocess.run(
        ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"],  # noqa: S607 - as in `git`
        input=content,
        cwd=repository,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        capture_output=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return done.stdout.decode().strip()


def tree(repository: Path, leaves: Sequence[Leaf]) -> str:
    """Write a tree that git itself would refuse to make."""
    listed = (
        mode.encode() + b" " + name + b"\0" + bytes.fromhex(object_id)
        for mode, name, object_id in sorted(leaves, key=lambda leaf: leaf[1])
    )
    return store(repository, "tree", b"".join(listed))


def odd_files() -> dict[bytes, bytes]:
    """Write modules with odd names, each of which imports all those before it."""
    files = {}
    for number, name in enumerate(ODD_NAMES):
        imports = "".join(
            f'import {{ odd{each} }} from "./{ODD_NAMES[each]}";\n' for each in range(number)
        )
        body = f"/** Returns figure {number}. */\nexport function odd{number}(): number {{\n"
        files[name.encode()] = f"{imports}{body}  return {number};\n}}\n".encode()
    return files


def make_hostile_repository(repository: Path) -> str:
    """Make a repository of traps around one honest file; returns the commit."""
    repository.mkdir(parents=True)
    git(repository, "init", "--quiet", "--initial-branch=main")

    def blob(content: bytes) -> str:
        return store(repository, "blob", content)

    config = tree(repository, [("100644", b"config", blob(b"[core]\n\tfsmonitor = touch pwned\n"))])
    attributes = tree(repository, [("100644", b".gitattributes", blob(b"* linguist-generated\n"))])
    empty = blob(b"")
    names = tree(
        repository, [("100644", name, blob(content)) for name, content in odd_files().items()]
    )
    crowd = tree(repository, [("100644", b"data%05d.csv" % one, empty) for one in range(CROWD)])
    contents = {
        b".gitattributes": b"made.py linguist-generated\n",
        b".gitmodules": MODULES,
        b"README.md": b"\xef\xbb\xbf# The shop\r\n\r\nIt sells things.\r\n",
        b"shop.py": SHOP,
        b"windows.py": b"\xef\xbb\xbf" + SHOP.replace(b"\n", b"\r\n").replace(b"sell(", b"buy("),
        b"made.py": b"def made(): ...\n",
        b"wide.py": SHOP.decode().encode("utf-16"),
        b"nul.py": b"def nul(): ...\n\0",
        b"latin.py": b"# caf\xe9\ndef latin(): ...\n",
        b"long.js": b"x=" + b"'a'+" * 200_000 + b"1",
        b"huge.js": b"a" * ONE_LINE,
        b"deep.py": b"(" * 100_000,
        b"new\nline.py": b"def newline(): ...\n",
        b"caf\xe9.py": b"def invalid(): ...\n",
        b"a](http://evil.example).py": b"def linked(): ...\n",
        b"pipe|bold**.py": b"def piped(): ...\n",
        b"-rf.py": b"def removed(): ...\n",
        "\u202eyp.turned".encode(): b"def turned(): ...\n",
        b"<img src=x onerror=alert(1)>.py": b"def imaged(): ...\n",
        b"back`tick.py": b"def ticked(): ...\n",
    }
    links = {
        b"etc": b"/etc/passwd",
        b"loop": b"loop",
        b"up": b"../../..",
        b"link.py": b"/etc/hosts",
    }
    root = tree(
        repository,
        [
            *(("100644", name, blob(content)) for name, content in contents.items()),
            *(("120000", name, blob(target)) for name, target in links.items()),
            ("160000", b"sub", "1" * 40),
            ("40000", b".git", config),
            ("40000", b".GIT", config),
            ("40000", b"..", config),
            ("40000", b"odd", tree(repository, [("40000", b".git", attributes)])),
            ("40000", b"crowd", crowd),
            ("40000", b"odd [names]", names),
        ],
    )
    commit = git(repository, "commit-tree", root, "-m", "Trap whoever reads this")
    git(repository, "update-ref", "refs/heads/main", commit)
    return commit
