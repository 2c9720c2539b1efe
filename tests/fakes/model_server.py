"""A model provider that says what it is told to: OpenAI's chat completions over real HTTP.

`python -m tests.fakes.model_server` starts one that writes pages from their facts. Use it with
`AUTODOC_MODEL=openai/gpt-4o-mini`, `OPENAI_API_BASE=<the printed URL>` and any `OPENAI_API_KEY`.
"""

import asyncio
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Request = Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model asks for."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the model answers once."""

    content: object = ""
    """Text; anything else is sent as JSON."""
    calls: tuple[ToolCall, ...] = ()
    finish: str = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    input_tokens: int = 100
    output_tokens: int = 50


Script = Callable[[Request], Reply]


def in_turn(replies: Iterable[Reply]) -> Script:
    """Give replies one after the other; the last one for ever."""
    waiting = deque(replies)
    return lambda _: waiting.popleft() if len(waiting) > 1 else waiting[0]


class ModelServer:
    """Answers by a script and remembers what it was asked."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.url = ""

    @property
    def prompts(self) -> list[str]:
        """List the user turns that opened each request."""
        return [user_turn(each) for each in self.requests]

    async def complete(self, request: web.Request) -> web.Response:
        """Answer one call."""
        asked = await request.json()
        self.requests.append(asked)
        reply = self.script(asked)
        await asyncio.sleep(reply.delay)
        if reply.status != 200:
            fault = {"error": {"message": "scripted", "type": "scripted", "code": None}}
            return web.json_response(fault, status=reply.status, headers=dict(reply.headers))
        return web.json_response(completion(asked, reply, len(self.requests)))


def user_turn(request: Request) -> str:
    """Return the text of a request's first user turn."""
    for message in request["messages"]:
        if message["role"] == "user":
            content = message["content"]
            return content if isinstance(content, str) else "".join(e["text"] for e in content)
    return ""


def completion(asked: Request, reply: Reply, number: int) -> dict[str, Any]:
    """Say a reply in OpenAI's words."""
    text = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
    message: dict[str, Any] = {"role": "assistant", "content": text or None}
    if reply.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{index}",
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(dict(call.arguments))},
            }
            for index, call in enumerate(reply.calls)
        ]
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": asked["model"],
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls" if reply.calls else reply.finish,
            }
        ],
        "usage": {
            "prompt_tokens": reply.input_tokens,
            "completion_tokens": reply.output_tokens,
            "total_tokens": reply.input_tokens + reply.output_tokens,
        },
    }


@asynccontextmanager
async def serve(script: Script, port: int = 0) -> AsyncIterator[ModelServer]:
    """Run a server on 127.0.0.1 until the block ends."""
    server = ModelServer(script)
    application = web.Application(client_max_size=32 * 1024 * 1024)
    application.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
    finally:
        await runner.cleanup()


async def main(port: int) -> None:
    """Serve the author that writes from facts until the process is ended."""
    # Imported here so that the author may use this module's replies.
    from tests.fakes.model_author import answer_well  # noqa: PLC0415 - see above

    async with serve(answer_well, port) as server:
        print(server.url, flush=True)  # noqa: T201 - what a caller waits for
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
