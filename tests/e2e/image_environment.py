"""What an image holds, without a container engine: its packages and its files, nothing else.

Installing the packages anew takes minutes and a network, so they are linked from where this test
runs: the versions are the same, because the locks of the images are cut from its lock.
"""

import importlib.metadata
import re
import sys
import venv
from collections.abc import Iterator, Set
from pathlib import Path, PurePath

from packaging.requirements import Requirement

from tests.integration.docker.image_files import ROOT, read_stages


def build(image: str, folder: Path) -> Path:
    """Lay out an image's virtual environment and working directory; gives the latter."""
    packages = folder / "venv"
    venv.create(packages, symlinks=True)
    kept = {each.name: each for each in locked(ROOT / "docker" / f"requirements-{image}.lock")}
    foreign = {
        parent
        for each in importlib.metadata.distributions()
        if each.name not in kept
        for file in each.files or ()
        for parent in file.parents
    }
    for each in kept.values():
        link(each, packages, foreign)
    work = folder / "work"
    work.mkdir()
    for sources, _ in read_stages()[image].copied():
        for source in sources:
            (work / source).symlink_to(ROOT / source)
    return work


def locked(lock: Path) -> Iterator[importlib.metadata.Distribution]:
    """Find the packages that a lock names for this Python, in the locked versions."""
    for line in re.findall(r"^([\w.-]+==[^\\\n]+)", lock.read_text(), re.MULTILINE):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate():
            found = importlib.metadata.distribution(wanted.name)
            assert found.version in wanted.specifier, f"{wanted}, but {found.version} is installed"
            yield found


def link(
    distribution: importlib.metadata.Distribution, packages: Path, foreign: Set[PurePath]
) -> None:
    """Link a package into a virtual environment: whole folders, but for `foreign` ones.

    Those hold files of packages that the image has not.
    """
    [site] = (packages / "lib").glob("python3*/site-packages")
    for file in distribution.files or ():
        if file.parts[-2:-1] == ("bin",) and file.parts[0] == "..":
            copy_program(distribution, file, packages / "bin")
        elif file.parts[0] != "..":
            folders = [*reversed(file.parents), file]
            linked = next(each for each in folders[1:] if each not in foreign)
            target = site / linked
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_symlink():
                target.symlink_to(str(distribution.locate_file(linked)))


def copy_program(
    distribution: importlib.metadata.Distribution, file: PurePath, folder: Path
) -> None:
    """Copy a program, to be run by the Python of the folder."""
    source = Path(str(distribution.locate_file(file)))
    target = folder / file.name
    target.write_text(source.read_text().replace(sys.prefix, str(folder.parent)))
    target.chmod(0o755)
