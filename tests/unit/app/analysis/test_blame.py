from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from app.analysis.blame import with_commits
from app.analysis.facts import BlobEntry, MemoryFactCache
from app.domain.code.change import Changes, Place
from app.domain.code.diff import Diff, Touch
from app.domain.code.places import lines_digest, source_lines

FIRST = 'RATE = 5\n\n\ndef ask(limit):\n    """Ask."""\n    return read("ASK_LIMIT", limit)\n'
RAISED = FIRST.replace("RATE = 5", "RATE = 9")
LATER = RAISED.replace("limit)", "most)").replace("ASK_LIMIT", "ASK_MOST")
LAST = LATER.replace("return", "yield")


class Versions:
    """A history of one file, from its versions, the oldest first; each is its own blob."""

    def __init__(self, path: str, *versions: str) -> None:
        self.path = path
        self.versions = versions

    async def has(self, commit: str) -> bool:  # noqa: ARG002 - as the interface has it
        return True

    async def entries(self, commit: str) -> Sequence[BlobEntry]:  # noqa: ARG002 - as the interface has it
        return ()

    async def diff(
        self,
        base: str,  # noqa: ARG002 - as the interface has it
        head: str,  # noqa: ARG002 - as the interface has it
        paths: Collection[str] = (),  # noqa: ARG002 - as the interface has it
    ) -> Diff:
        return Diff()

    async def read(self, blob_ids: Sequence[str], largest: int) -> Mapping[str, bytes]:  # noqa: ARG002 - as the interface has it
        return {each: self.versions[int(each) - 1].encode() for each in blob_ids}

    async def touches(
        self,
        base: str,  # noqa: ARG002 - as the interface has it
        head: str,  # noqa: ARG002 - as the interface has it
        paths: Collection[str],
        most: int,
    ) -> Sequence[Touch]:
        blobs = [str(number) if text else "" for number, text in enumerate(self.versions, 1)]
        touches = [
            Touch(commit=f"c{number}", path=self.path, old_blob=old, new_blob=new)
            for number, (old, new) in enumerate(pairwise(blobs), 1)
            if self.path in paths
        ]
        return touches[::-1][:most]


async def named(place: Place, *versions: str) -> str:
    changes = Changes(base="c0", head="head")
    history = Versions(place.path, *versions)
    found = await with_commits(history, changes, {place}, MemoryFactCache())
    return found.commits.get(place.key, "")


def lines(text: str, first: int, last: int, path: str = "ask.py") -> Place:
    digest = lines_digest(source_lines(text), first, last)
    return Place(path=path, first_line=first, last_line=last, digest=digest)


async def test_lines_name_the_commit_that_changed_them_and_no_later_one_of_their_file() -> None:
    assert await named(lines(LAST, 1, 1), FIRST, RAISED, LATER, LAST) == "c1"
    assert await named(lines(LAST, 4, 6), FIRST, RAISED, LATER, LAST) == "c3"
    assert await named(lines("a = 1\nb = 3\n", 2, 2, "x.env"), "b = 2", "b = 3", "a = 1\nb = 3\n")


async def test_lines_that_no_known_version_has_name_no_commit() -> None:
    assert await named(lines("RATE = 7\n", 1, 1), FIRST, RAISED, LATER) == ""


async def test_what_a_file_says_of_itself_names_the_commit_that_changed_that() -> None:
    retold = f'"""Quotas."""\n{FIRST}'
    assert await named(Place(path="ask.py"), FIRST, retold, f"{retold}# end\n") == "c1"


async def test_what_is_gone_or_renamed_names_the_commit_in_which_it_went() -> None:
    gone = Place(path="ask.py", symbol="ASK_LIMIT", is_gone=True)
    assert await named(gone, FIRST, RAISED, LATER, LAST) == "c2"
    function = Place(path="ask.py", symbol="ask", is_gone=True)
    renamed = LATER.replace("def ask", "def demand")
    assert await named(function, FIRST, RAISED, LATER, renamed, f"{renamed}# end\n") == "c3"
    assert await named(Place(path="ask.py", is_gone=True), FIRST, RAISED, "") == "c2"
    never = Place(path="ask.py", symbol="never", is_gone=True)
    assert await named(never, FIRST, RAISED, LATER) == ""
