"""The policy of speaking HTTP: what is repeated, waited for, followed, refused."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from app.errors import Conflict, GitHubError, NotFound, RateLimited
from app.github.answers import Answer
from app.github.api import Api
from app.github.revalidation import KnownAnswers, Revalidating
from tests.integration.github.line import (
    LIMIT,
    OPTIONS,
    TOKEN,
    Line,
    Reply,
    Server,
    connect,
    reply,
    reset,
    silent,
)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", found.answer)
    runner = web.AppRunner(
        application, access_log=None, handler_cancellation=True, shutdown_timeout=1
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def line(server: Server, session: aiohttp.ClientSession) -> Line:
    return connect(server, session)


async def test_each_request_names_the_version_and_carries_the_secret(line: Line) -> None:
    await line.ask()

    headers = line.server.seen[0][3]
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["authorization"] == f"token {TOKEN}0"


@pytest.mark.parametrize(
    "fault",
    [
        reply(500),
        reply(502, text="<html>Unicorn!</html>"),
        reply(520, text="?"),
        reply(200, text='{"half": '),
        reply(200, text="<html>Sign in to this network</html>"),
    ],
    ids=["500", "502 page", "520", "half an answer", "a page"],
)
async def test_f31_a_failure_is_survived_by_asking_again(line: Line, fault: Reply) -> None:
    line.server.replies += [fault, fault]

    assert await line.ask() == b'{"fine": true}'
    assert line.clock.naps == [1, 2]


async def test_f31_a_lost_connection_is_survived_by_asking_again(line: Line) -> None:
    line.server.replies += [reset, reset]

    assert await line.ask() == b'{"fine": true}'


@pytest.mark.parametrize("fault", [reply(500), reset])
async def test_f31_a_write_that_could_happen_twice_is_sent_once(line: Line, fault: Reply) -> None:
    line.server.replies.append(fault)

    with pytest.raises(GitHubError) as raised:
        await line.ask("POST", body=b"{}", repeatable=False)
    assert raised.value.transient
    assert len(line.server.seen) == 1


async def test_a_lasting_failure_ends_as_a_transient_error(line: Line) -> None:
    line.server.replies += [reply(503)] * 9

    with pytest.raises(GitHubError, match="503 to GET /x") as raised:
        await line.ask()
    assert raised.value.transient
    assert len(line.server.seen) == 3


async def test_f31_silence_is_given_up(server: Server, session: aiohttp.ClientSession) -> None:
    hasty = connect(server, session, OPTIONS.model_copy(update={"request_timeout": 0.2}))
    server.replies += [silent, silent, silent]

    with pytest.raises(GitHubError, match=r"did not answer GET /x within 0\.2 s") as raised:
        await hasty.ask()
    assert raised.value.transient


async def test_nobody_there_is_a_transient_error(session: aiohttp.ClientSession) -> None:
    nowhere = connect(Server(url="http://127.0.0.1:9"), session)

    with pytest.raises(GitHubError, match="connection to GitHub failed") as raised:
        await nowhere.ask()
    assert raised.value.transient


async def test_an_endless_answer_is_cut(server: Server, session: aiohttp.ClientSession) -> None:
    small = connect(server, session, OPTIONS.model_copy(update={"max_answer_bytes": 1000}))
    server.replies.append(reply(200, text="x" * 100_000))

    with pytest.raises(GitHubError, match="too large"):
        await small.ask()


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (409, Conflict), (422, Conflict)])
async def test_a_refusal_is_not_repeated(line: Line, status: int, kind: type[Exception]) -> None:
    line.server.replies.append(reply(status, {"message": "Reference already exists"}))

    with pytest.raises(kind, match="Reference already exists"):
        await line.ask()
    assert len(line.server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_f34_a_read_follows_its_target(line: Line, status: int) -> None:
    line.server.replies.append(reply(status, location=line.server.url + "/repositories/7?a=%2F"))

    assert await line.ask() == b'{"fine": true}'
    assert line.server.asked == [("GET", "/x"), ("GET", "/repositories/7?a=%2F")]


@pytest.mark.parametrize("status", [307, 308])
async def test_f34_a_write_follows_with_method_and_body(line: Line, status: int) -> None:
    line.server.replies.append(reply(status, location="/y"))
    await line.ask("PATCH", body=b'{"a": 1}')

    assert [(method, path, body) for method, path, body, _ in line.server.seen] == [
        ("PATCH", "/x", b'{"a": 1}'),
        ("PATCH", "/y", b'{"a": 1}'),
    ]


@pytest.mark.parametrize("status", [301, 302])
async def test_f34_a_write_never_turns_into_a_read(line: Line, status: int) -> None:
    line.server.replies.append(reply(status, location="/y"))

    with pytest.raises(GitHubError, match="moved the target of POST /x"):
        await line.ask("POST", body=b"{}")
    assert line.server.asked == [("POST", "/x")]


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x", "https://127.0.0.1/x", "//evil.test/"])
async def test_no_other_host_is_shown_the_secret(line: Line, target: str) -> None:
    line.server.replies.append(reply(301, location=target))

    with pytest.raises(GitHubError, match="points away"):
        await line.ask()


async def test_no_other_host_is_asked_for_the_next_page(line: Line) -> None:
    async def first_page(_: web.Request) -> web.StreamResponse:
        link = '<http://127.0.0.1:9/x?page=2>; rel="next"'
        return web.json_response([{"id": 1}], headers={"link": link})

    line.server.replies.append(first_page)
    api = Api(line.transport, line.secrets, line.server.url)

    with pytest.raises(GitHubError, match="points away"):
        [item async for item in api.items("/x")]


async def test_an_object_where_a_list_should_be_is_an_error(line: Line) -> None:
    api = Api(line.transport, line.secrets, line.server.url)

    with pytest.raises(GitHubError, match="not the list"):
        [item async for item in api.items("/x", "repositories")]


async def test_redirects_end(line: Line) -> None:
    line.server.replies += [reply(302, location="/x")] * 20

    with pytest.raises(GitHubError, match="without end"):
        await line.ask()


async def test_f28_a_named_wait_is_waited_even_by_writes(line: Line) -> None:
    line.server.replies.append(reply(403, LIMIT, retry_after="17"))

    await line.ask("POST", body=b"{}", repeatable=False)
    assert line.clock.naps == [pytest.approx(17)]


async def test_f30_an_exhausted_hour_is_waited_for(line: Line) -> None:
    end = str(int(line.clock.now()) + 90)
    line.server.replies.append(reply(429, x_ratelimit_remaining="0", x_ratelimit_reset=end))

    await line.ask()
    assert line.clock.naps == [pytest.approx(91, abs=1)]


async def test_f30_what_is_not_urgent_leaves_the_rest_of_the_hour_to_others(
    server: Server, session: aiohttp.ClientSession
) -> None:
    urgent = connect(server, session)
    patient = connect(server, session, OPTIONS.model_copy(update={"reserve": 250}))
    end = str(int(urgent.clock.now()) + 1800)
    left = {"x_ratelimit_remaining": "250", "x_ratelimit_reset": end}
    for line in (urgent, patient):
        server.replies.append(reply(200, {"fine": True}, **left))
        await line.ask()

    await urgent.ask()
    with pytest.raises(RateLimited) as raised:
        await patient.ask()
    assert raised.value.retry_after == pytest.approx(1801, abs=1)


async def test_f30_too_long_a_wait_is_handed_back(line: Line) -> None:
    line.server.replies.append(reply(403, LIMIT, retry_after="3600"))

    with pytest.raises(RateLimited) as raised:
        await line.ask()
    assert raised.value.retry_after == pytest.approx(3600)
    assert line.clock.naps == []


async def test_f29_without_a_named_time_waits_grow_up_to_the_bound(line: Line) -> None:
    line.server.replies += [reply(429)] * 9

    with pytest.raises(RateLimited) as raised:
        await line.ask()
    # The line's jitter is the greatest there is: a quarter more.
    assert line.clock.naps == [pytest.approx(75)]
    assert raised.value.retry_after == pytest.approx(150)


async def test_f28_all_requests_of_the_account_wait_and_no_others(line: Line) -> None:
    line.server.replies.append(reply(403, LIMIT, retry_after="3600"))
    with pytest.raises(RateLimited):
        await line.ask()
    with pytest.raises(RateLimited):
        await line.ask()
    assert len(line.server.seen) == 1

    line.secrets.account = "installation 2"
    assert await line.ask() == b'{"fine": true}'


@pytest.mark.parametrize("status", [401, 403])
async def test_a_secret_too_new_for_github_is_tried_again(line: Line, status: int) -> None:
    line.secrets.age = 0
    line.server.replies += [reply(status), reply(status)]

    assert await line.ask() == b'{"fine": true}'
    assert line.clock.naps == [1, 2]
    assert line.secrets.refused == []


async def test_f37_an_old_secret_that_is_refused_is_renewed_once(line: Line) -> None:
    line.server.replies += [reply(401)]
    assert await line.ask() == b'{"fine": true}'
    assert line.server.seen[1][3]["authorization"] == f"token {TOKEN}1"

    line.server.replies += [reply(401)] * 9
    with pytest.raises(GitHubError, match="401") as raised:
        await line.ask()
    assert not raised.value.transient
    assert len(line.server.seen) == 4


async def test_f38_a_missing_permission_is_no_reason_to_repeat(line: Line) -> None:
    refused = {"message": "Resource not accessible by integration"}
    line.server.replies.append(reply(403, refused))

    with pytest.raises(GitHubError, match="Accept the App's permissions"):
        await line.ask()
    assert len(line.server.seen) == 1


async def test_no_error_tells_a_secret(line: Line) -> None:
    line.server.replies.append(reply(400, {"message": f"bad token {TOKEN}0"}))

    with pytest.raises(GitHubError) as raised:
        await line.ask(path=f"/x/{TOKEN}")
    assert TOKEN not in str(raised.value)
    assert TOKEN not in repr(raised.value)


async def test_writes_of_an_account_keep_their_distance(
    server: Server, session: aiohttp.ClientSession
) -> None:
    slow = connect(server, session, OPTIONS.model_copy(update={"write_spacing": 1}))
    await slow.ask("POST", body=b"{}")
    await slow.ask()
    await slow.ask("POST", body=b"{}")

    assert slow.clock.naps == [pytest.approx(1)]


async def test_tokens_are_made_without_a_pause(
    server: Server, session: aiohttp.ClientSession
) -> None:
    slow = connect(server, session, OPTIONS.model_copy(update={"write_spacing": 1}))
    for _ in range(3):
        await slow.ask("POST", "/app/installations/1/access_tokens", b"{}")

    assert slow.clock.naps == []


async def test_only_so_many_requests_run_at_once(
    server: Server, session: aiohttp.ClientSession
) -> None:
    async def slowly(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.json_response({})

    narrow = connect(server, session, OPTIONS.model_copy(update={"concurrency": 3}))
    server.replies += [slowly] * 12
    await asyncio.gather(*(narrow.ask() for _ in range(12)))

    assert server.busiest == 3


def tagged(document: object, etag: str) -> Reply:
    """Answer with a tag, or that what the tag names still holds."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.json_response(document, headers={"ETag": etag})

    return answer


async def test_what_still_holds_is_not_sent_again(line: Line) -> None:
    sender = Revalidating(line.transport, KnownAnswers(), "view")
    api = Api(sender, line.secrets, line.server.url)
    line.server.replies += [tagged({"n": 1}, "a")] * 2 + [tagged({"n": 2}, "b")] * 2

    assert [await api.getitem("/x") for _ in range(4)] == [{"n": 1}] * 2 + [{"n": 2}] * 2
    asked = [headers.get("if-none-match") for _, _, _, headers in line.server.seen]
    assert asked == [None, "a", "a", "b"]


async def test_no_view_is_shown_what_another_one_was_answered(line: Line) -> None:
    known = KnownAnswers()
    views = [Revalidating(line.transport, known, view) for view in ("a", "b")]
    line.server.replies += [tagged({"n": 1}, "a"), tagged({"n": 2}, "a")]
    apis = [Api(view, line.secrets, line.server.url) for view in views]

    assert [await api.getitem("/x") for api in apis] == [{"n": 1}, {"n": 2}]
    assert "if-none-match" not in line.server.seen[1][3]


async def test_lists_are_always_sent_since_their_next_page_is_no_part_of_them(line: Line) -> None:
    api = Api(Revalidating(line.transport, KnownAnswers(), "view"), line.secrets, line.server.url)
    line.server.replies += [tagged([{"n": 1}], "a")] * 2

    assert [await api.getitem("/x") for _ in range(2)] == [[{"n": 1}]] * 2
    assert "if-none-match" not in line.server.seen[1][3]


async def test_only_so_much_is_remembered(line: Line) -> None:
    known = KnownAnswers()
    api = Api(Revalidating(line.transport, known, "view"), line.secrets, line.server.url)
    line.server.replies += [tagged({"text": "x" * 300_000}, "a"), tagged({"n": 1}, "b")]
    await api.getitem("/large")
    await api.getitem("/small")
    for number in range(600):
        known.keep("view", f"/{number}", Answer(200, {"etag": "c"}, b"{}"))

    assert known.find("view", f"{line.server.url}/large") is None
    assert known.find("view", f"{line.server.url}/small") is None
    assert known.find("view", "/599") is not None
