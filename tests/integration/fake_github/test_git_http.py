"""Clone, fetch and push over HTTP with the app's tokens."""

import asyncio
import os
import subprocess
from pathlib import Path

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client
from tests.integration.fake_github.conftest import Receiver


async def git(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    return await asyncio.to_thread(
        subprocess.run,
        ["git", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def address(github: FakeGitHub, token: str, name: str = "acme/shop") -> str:
    return f"{github.url.replace('://', f'://x-access-token:{token}@')}/{name}.git"


async def installed(github: FakeGitHub) -> int:
    await github.add_repository("acme/shop", {"README.md": "# Shop\n"})
    await github.add_repository("acme/other", {"README.md": "# Other\n"})
    return (await github.install("acme")).id


async def test_a_clone_and_a_push_with_a_token(
    github: FakeGitHub, client: Client, receiver: Receiver, tmp_path: Path
) -> None:
    token = await client.token(await installed(github))
    await github.settled()
    github.send_webhooks_to(receiver.url)
    assert (await git("clone", address(github, token), "work", cwd=tmp_path)).returncode == 0
    work = tmp_path / "work"
    (work / "big.bin").write_bytes(os.urandom(2_000_000))
    await git("checkout", "-b", "topic", cwd=work)
    await git("add", ".", cwd=work)
    await git("commit", "-m", "Add a big file", cwd=work)
    pushed = await git("push", "origin", "topic", cwd=work)
    assert pushed.returncode == 0, pushed.stderr
    tip = (await git("rev-parse", "HEAD", cwd=work)).stdout.strip()
    assert github.head("acme/shop", "topic") == tip

    await git("commit", "--amend", "-m", "Say it better", cwd=work)
    assert (await git("push", "--force", "origin", "topic", cwd=work)).returncode == 0
    assert (await git("push", "origin", ":topic", cwd=work)).returncode == 0
    await github.settled()
    assert receiver.events() == ["create", "push", "push", "delete", "push"]
    pushes = [each.payload for each in github.deliveries if each.event == "push"][-3:]
    kinds = [(each["created"], each["forced"], each["deleted"]) for each in pushes]
    assert kinds == [(True, False, False), (False, True, False), (False, False, True)]
    github.assert_clean()


async def test_a_partial_clone_leaves_the_blobs_out(
    github: FakeGitHub, client: Client, tmp_path: Path
) -> None:
    token = await client.token(await installed(github))
    cloned = await git(
        "clone", "--bare", "--filter=blob:none", address(github, token), "bare", cwd=tmp_path
    )
    assert cloned.returncode == 0
    assert "not recognized" not in cloned.stderr
    missing = await git("rev-list", "--objects", "--all", "--missing=print", cwd=tmp_path / "bare")
    assert "?" in missing.stdout


async def test_a_read_only_token_clones_but_does_not_push(
    github: FakeGitHub, client: Client, tmp_path: Path
) -> None:
    identity = await installed(github)
    token = await client.token(identity, {"permissions": {"contents": "read"}})
    assert (await git("clone", address(github, token), "work", cwd=tmp_path)).returncode == 0
    refused = await git("push", "origin", "HEAD:refs/heads/x", cwd=tmp_path / "work")
    assert refused.returncode != 0
    assert "403" in refused.stderr
    assert "x" not in github.branches("acme/shop")


async def test_a_token_for_one_repository_does_not_see_another(
    github: FakeGitHub, client: Client, tmp_path: Path
) -> None:
    token = await client.token(await installed(github), {"repositories": ["shop"]})
    refused = await git("ls-remote", address(github, token, "acme/other"), cwd=tmp_path)
    assert "not found" in refused.stderr.lower()
    assert (await git("ls-remote", address(github, token), cwd=tmp_path)).returncode == 0


async def test_nobody_and_an_expired_token_are_asked_for_credentials(
    github: FakeGitHub, client: Client, tmp_path: Path
) -> None:
    token = await client.token(await installed(github))
    github.advance(3601)
    for url in (f"{github.url}/acme/shop.git", address(github, token)):
        refused = await git("ls-remote", url, cwd=tmp_path)
        assert refused.returncode != 0
        assert "Authentication failed" in refused.stderr or "could not read" in refused.stderr


async def test_a_public_repository_is_read_without_a_token(
    github: FakeGitHub, tmp_path: Path
) -> None:
    await github.add_repository("acme/open", {"a": "b"}, private=False)
    url = f"{github.url}/acme/open"
    assert (await git("clone", url, "work", cwd=tmp_path)).returncode == 0
    refused = await git("push", "origin", "HEAD:refs/heads/x", cwd=tmp_path / "work")
    assert refused.returncode != 0


async def test_an_app_without_the_permission_pushes_no_workflow(
    github: FakeGitHub, client: Client, tmp_path: Path
) -> None:
    token = await client.token(await installed(github))
    await git("clone", address(github, token), "work", cwd=tmp_path)
    work = tmp_path / "work"
    (work / ".github/workflows").mkdir(parents=True)
    (work / ".github/workflows/ci.yml").write_text("on: push\n")
    await git("add", ".", cwd=work)
    await git("commit", "-m", "Add a workflow", cwd=work)
    refused = await git("push", "origin", "HEAD:main", cwd=work)
    assert refused.returncode != 0
    assert "refusing to allow a GitHub App" in refused.stderr
