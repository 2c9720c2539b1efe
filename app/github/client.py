"""The requests that AutoDoc makes to GitHub, named after what they are for."""

import base64
from collections.abc import Callable, Mapping
from urllib.parse import quote

from app.domain.value import Value
from app.domain.work.check_run import CheckRun
from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import CommentPlace
from app.errors import Conflict, NotFound, NotGranted, OutOfReach
from app.github.access import CHECK, LIST, READ, TALK, Access
from app.github.api import Api, document, escape
from app.github.branches import branch_for
from app.github.checks import CheckAddress, find_check, put_check
from app.github.document import Document
from app.github.proposals import same_text

_COMPARED_FILES = 300
"""GitHub lists no more files of a comparison, and does not say when there are more."""
_COMMENT_CHARACTERS = 65_536
_EMPTY_REPOSITORY = 409
_OPEN_PULLS = 50


class Comparison(Value):
    """How `head` stands to `base`: what it changed since both had a common ancestor."""

    status: str
    """ahead, behind, identical or diverged."""
    merge_base: str
    ahead_by: int
    behind_by: int
    paths: frozenset[str]
    """Changed files; a renamed one by both names."""
    truncated: bool
    """There may be more paths: ask git instead."""

    @property
    def forward(self) -> bool:
        """Say whether `base` is part of `head`'s history."""
        return self.status in {"ahead", "identical"}


class Pull(Value):
    """A pull request."""

    number: int
    url: str
    """The address a person opens."""
    title: str
    body: str
    state: str
    """open or closed."""
    merged: bool
    base: str
    head: str
    """The name of its branch."""
    head_sha: str
    author: str = ""
    merge_commit: str = ""
    """Of a merged one: what it became on its base."""
    closed_at: str = ""
    """As GitHub writes times; empty while it is open."""
    is_fork: bool = False
    """Whether the head lies in another repository, or in one that is gone."""


class GitHubClient:
    """GitHub as the server and the runs see it; each call holds the least token that it needs."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def refreshed(self, repository: RepositoryRef) -> RepositoryRef:
        """Read a repository's present name, address and default branch; its id stays."""
        return await refreshed(self._reader(repository), repository)

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        """Name the commit at the head of a branch; None when the branch does not exist."""
        return await head_of(self._reader(repository), repository, branch)

    async def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison | None:
        """Compare two commits from their merge base; None when they share no history.

        That is so, too, when a force push made GitHub forget `base`.
        """
        return await compare(self._reader(repository), repository, base, head)

    async def file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """Read a small file as a branch or commit has it; None when there is none."""
        return await read_small_file(self._reader(repository), repository.full_name, path, ref)

    async def organisation_file(self, repository: RepositoryRef, path: str) -> bytes | None:
        """Read a small file of the `.github` repository beside a repository, if the App may."""
        owner = repository.full_name.partition("/")[0]
        everything = self._access.installation(repository, LIST)
        try:
            found = await everything.read(f"/repos/{owner}/.github")
            shared = read_repository(found, repository.installation_id)
            try:
                return await self.file(shared, path, shared.default_branch)
            except OutOfReach:
                # The installation leaves it out; what is public can be read all the same.
                name = shared.full_name
                return await read_small_file(everything, name, path, shared.default_branch)
        except (NotFound, NotGranted, OutOfReach, Conflict):
            return None

    async def base_of(self, repository: RepositoryRef, number: int) -> str:
        """Name the base branch of a pull request."""
        return (await self.pull(repository, number)).base

    async def permission_of(self, repository: RepositoryRef, login: str) -> str:
        """Tell what a person may do: admin, write, read or none."""
        api = self._access.repository(repository, LIST)
        url = f"/repos/{repository.full_name}/collaborators/{escape(login)}/permission"
        try:
            return (await api.read(url)).text("permission")
        except NotFound:
            return "none"

    async def react(
        self,
        repository: RepositoryRef,
        comment_id: int,
        content: str,
        place: CommentPlace = CommentPlace.CONVERSATION,
    ) -> None:
        """Answer a comment with an emoji, once: `eyes`, `rocket`, `confused`, …"""
        kind = "issues" if place is CommentPlace.CONVERSATION else "pulls"
        await (
            self._talker(repository)
            .repeating()
            .post(
                f"/repos/{repository.full_name}/{kind}/comments/{comment_id}/reactions",
                data={"content": content},
            )
        )

    async def comment(self, repository: RepositoryRef, number: int, body: str) -> int:
        """Write a comment on a pull request and give its id.

        After a failure it may be there: look with `find_comment` before trying again.
        """
        answer = await self._talker(repository).post(
            f"/repos/{repository.full_name}/issues/{number}/comments",
            data={"body": body[:_COMMENT_CHARACTERS]},
        )
        return document(answer).number("id")

    async def find_comment(self, repository: RepositoryRef, number: int, marker: str) -> int | None:
        """Find the comment of this App that holds a marker."""
        found = await self._our_comment(repository, number, marker)
        return None if found is None else found.number("id")

    async def put_comment(
        self, repository: RepositoryRef, number: int, marker: str, body: str, *, create: bool = True
    ) -> int | None:
        """Let the comment of this App that holds a marker say `body`, which holds it, too.

        It is edited only when the text differs, and written anew only with `create`.
        """
        text = body[:_COMMENT_CHARACTERS]
        found = await self._our_comment(repository, number, marker)
        if found is None:
            return await self.comment(repository, number, text) if create else None
        comment_id = found.number("id")
        if not same_text(found.optional_text("body"), text):
            url = f"/repos/{repository.full_name}/issues/comments/{comment_id}"
            await self._talker(repository).repeating().patch(url, data={"body": text})
        return comment_id

    async def change_comment(
        self,
        repository: RepositoryRef,
        number: int,
        marker: str,
        change: Callable[[str], str],
    ) -> bool:
        """Change the text of the comment of this App that holds a marker; False: there is none."""
        found = await self._our_comment(repository, number, marker)
        body = "" if found is None else found.optional_text("body").replace("\r\n", "\n")
        if found is not None and not same_text(body, changed := change(body)):
            url = f"/repos/{repository.full_name}/issues/comments/{found.number('id')}"
            text = changed[:_COMMENT_CHARACTERS]
            await self._talker(repository).repeating().patch(url, data={"body": text})
        return found is not None

    async def _our_comment(
        self, repository: RepositoryRef, number: int, marker: str
    ) -> Document | None:
        url = f"/repos/{repository.full_name}/issues/{number}/comments?per_page=100"
        async for item in self._talker(repository).items(url):
            if marker in item.optional_text("body") and self._is_ours(item):
                return item
        return None

    async def put_check(self, repository: RepositoryRef, run: CheckRun) -> int:
        """Bring a commit's check to what `run` says, unless it does, and give its id.

        Raises NotGranted when the installation does not let the App write checks.
        """
        api = self._access.repository(repository, CHECK)
        return await put_check(api, repository.full_name, self._access.app_id, run)

    async def find_check(
        self, repository: RepositoryRef, head: str, name: str, external_id: str
    ) -> int | None:
        """Find the newest check of ours on a commit by its name and external id."""
        api = self._access.repository(repository, CHECK)
        address = CheckAddress(repository.full_name, self._access.app_id, head, name, external_id)
        found = await find_check(api, address)
        return None if found is None else found.number("id")

    def _is_ours(self, comment: Document) -> bool:
        """Tell our comment from one that quotes it."""
        app_id = comment.optional_number("performed_via_github_app.id")
        return comment.optional_text("user.type") == "Bot" and app_id in {None, self._access.app_id}

    async def documentation_pull(self, repository: RepositoryRef, base: str) -> Pull | None:
        """Find the open documentation pull request of a branch."""
        owner = repository.full_name.partition("/")[0]
        head = escape(f"{owner}:{branch_for(base)}")
        url = f"/repos/{repository.full_name}/pulls?state=open&head={head}&base={escape(base)}"
        async for item in self._reader(repository).items(url):
            return await self.pull(repository, item.number("number"))
        return None

    async def pull(self, repository: RepositoryRef, number: int) -> Pull:
        """Read a pull request."""
        url = f"/repos/{repository.full_name}/pulls/{number}"
        return read_pull(await self._reader(repository).read(url))

    async def open_pulls(self, repository: RepositoryRef) -> list[Pull]:
        """List the open pull requests on which something happened last, 50 at most."""
        url = (
            f"/repos/{repository.full_name}/pulls?state=open"
            f"&sort=updated&direction=desc&per_page={_OPEN_PULLS}"
        )
        found = document(await self._reader(repository).getitem(url)).parts()
        return [read_pull(each) for each in found]

    def _reader(self, repository: RepositoryRef) -> Api:
        return self._access.repository(repository, READ)

    def _talker(self, repository: RepositoryRef) -> Api:
        return self._access.repository(repository, TALK)


async def read_small_file(api: Api, full_name: str, path: str, ref: str) -> bytes | None:
    """Read a file; None for one that is not there, is no file, or is beyond 1 MB."""
    url = f"/repos/{full_name}/contents/{escape(path)}?ref={quote(ref, safe='')}"
    try:
        found = await api.getitem(url)
    except NotFound:
        return None
    if not isinstance(found, Mapping) or document(found).optional_text("encoding") != "base64":
        return None
    return base64.b64decode(document(found).text("content"))


async def refreshed(api: Api, repository: RepositoryRef) -> RepositoryRef:
    """Read a repository's present name, address and default branch; its id stays."""
    answer = await api.read(f"/repos/{repository.full_name}")
    fresh = read_repository(answer, repository.installation_id)
    if fresh.external_id != repository.external_id:
        raise NotFound(f"{repository.full_name} is another repository now.")
    return fresh


async def head_of(api: Api, repository: RepositoryRef, branch: str) -> str | None:
    """Name the commit at the head of a branch; None when the branch does not exist."""
    try:
        answer = await api.read(f"/repos/{repository.full_name}/git/ref/heads/{escape(branch)}")
    except NotFound:
        return None
    except Conflict as conflict:
        if conflict.status == _EMPTY_REPOSITORY:
            return None
        raise
    return answer.text("object.sha")


async def compare(api: Api, repository: RepositoryRef, base: str, head: str) -> Comparison | None:
    """Compare two commits from their merge base; None when they share no history."""
    range_ = f"{escape(base)}...{escape(head)}"
    try:
        # Pages are of commits; the files are on the first one, whatever its size.
        answer = await api.read(f"/repos/{repository.full_name}/compare/{range_}?per_page=1")
    except NotFound:
        return None
    files = answer.parts("files") if answer.has("files") else []
    return Comparison(
        status=answer.text("status"),
        merge_base=answer.text("merge_base_commit.sha"),
        ahead_by=answer.number("ahead_by"),
        behind_by=answer.number("behind_by"),
        paths=_paths(files),
        truncated=len(files) >= _COMPARED_FILES,
    )


def _paths(files: list[Document]) -> frozenset[str]:
    named = (file.text("filename") for file in files)
    renamed = (file.optional_text("previous_filename") for file in files)
    return frozenset({*named, *(name for name in renamed if name)})


def read_repository(answer: Document, installation_id: int | None) -> RepositoryRef:
    """Read a repository from an answer."""
    return RepositoryRef(
        provider=Provider.GITHUB,
        external_id=str(answer.number("id")),
        full_name=answer.text("full_name"),
        url=answer.text("html_url"),
        default_branch=answer.optional_text("default_branch"),
        installation_id=installation_id,
    )


def read_pull(answer: Document) -> Pull:
    """Read a pull request from an answer."""
    return Pull(
        number=answer.number("number"),
        url=answer.text("html_url"),
        title=answer.text("title"),
        body=answer.optional_text("body"),
        state=answer.text("state"),
        merged=answer.has("merged_at"),
        base=answer.text("base.ref"),
        head=answer.text("head.ref"),
        head_sha=answer.text("head.sha"),
        is_fork=answer.optional_number("head.repo.id") != answer.optional_number("base.repo.id"),
        author=answer.optional_text("user.login"),
        merge_commit=answer.optional_text("merge_commit_sha"),
        closed_at=answer.optional_text("closed_at"),
    )
