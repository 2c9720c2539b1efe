"""The HTTP server: Git, the control plane and, for everything else, the REST API."""

import asyncio

from aiohttp import web

from tests.fake_github.control import Handler
from tests.fake_github.exchange import Request, RestApi
from tests.fake_github.faults import Faults, suffer
from tests.fake_github.git_http import GitServer
from tests.fake_github.oauth import SignInPages

LARGEST_BODY = 128 * 1024 * 1024
GIT_TAIL = "info/refs|git-upload-pack|git-receive-pack"


def build_application(
    rest: RestApi,
    git: GitServer,
    faults: Faults,
    control: Handler,
    sign_in: SignInPages,
) -> web.Application:
    """The routes of the fake."""

    async def answer_rest(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = faults.take(request.method, request.path)
        if fault is not None and not fault.applied:
            return await suffer(request, fault)
        asked = Request(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )
        try:
            reply = await asyncio.to_thread(rest.answer, asked)
        except Exception as error:
            rest.world.violations.append(
                f"the fake failed at {asked.method} {asked.path}: {error!r}"
            )
            raise
        git.pushed.set()
        if fault is not None:
            return await suffer(request, fault)
        return web.Response(status=reply.status, headers=reply.headers, body=reply.body)

    async def answer_git(request: web.Request) -> web.StreamResponse:
        fault = faults.take(request.method, request.path)
        if fault is not None and not fault.applied:
            return await suffer(request, fault)
        return await git.handle(request)

    application = web.Application(client_max_size=LARGEST_BODY)
    application.router.add_route("*", f"/{{owner}}/{{repo}}/{{tail:{GIT_TAIL}}}", answer_git)
    application.router.add_post("/_fake/{name}", control)
    application.router.add_get("/login/oauth/authorize", sign_in.authorize)
    application.router.add_post("/login/oauth/access_token", sign_in.exchange)
    application.router.add_route("*", "/{path:.*}", answer_rest)
    return application
