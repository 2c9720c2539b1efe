"""The fake as a process: `python -m tests.fake_github --port P --directory D [--webhook URL]`.

Prints one JSON line: the addresses, the app's ids, and the files (readable by the owner only) that
hold its secrets. Runs until it is interrupted.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from tests.fake_github.fake import FakeGitHub


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_github", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--webhook", help="where the app's webhooks go")
    return parser.parse_args()


def _keep(path: Path, secret: str) -> str:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
    return str(path)


async def _serve(arguments: argparse.Namespace) -> None:
    directory: Path = arguments.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with FakeGitHub.start(directory, arguments.port) as github:
        github.send_webhooks_to(arguments.webhook)
        app = github.app
        line = {
            "url": github.url,
            "api_url": github.api_url,
            "app_id": app.id,
            "client_id": app.client_id,
            "slug": app.slug,
            "private_key_file": _keep(directory / "app.pem", app.private_key),
            "webhook_secret_file": _keep(directory / "webhook-secret", app.webhook_secret),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
