from collections.abc import Mapping
from uuid import UUID

from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.record import Note, write_record
from app.domain.wiki.revision import Revision
from flows.orchestrator.demands import order_everything
from tests.fakes.revised_shop import published

OLD = Note(section="adding-up", before="", after="Prices are net.")
NEW = Note(section="where-it-is", before="All of it", after="Most of it")


class Orders:
    def __init__(self) -> None:
        self.stored: dict[str, Revision] = {}

    async def store(self, job_id: UUID, scope: str, revision: Revision) -> None:
        assert job_id == UUID(int=1)
        self.stored[scope] = revision


def folder(*notes: Note) -> Mapping[str, bytes]:
    page, record = published()
    record = record.model_copy(update={"notes": notes})
    return {"cart.md": page.markdown.encode(), ".autodoc/cart.json": write_record(record)}


async def merged(_: Scope) -> Mapping[str, bytes]:
    return folder(OLD)


async def proposed(_: Scope) -> Mapping[str, bytes]:
    return folder(OLD, NEW)


async def nothing(_: Scope) -> Mapping[str, bytes]:
    return {"cart.md": b"# By hand"}


async def test_corrections_of_all_pages_there_go_to_the_writers() -> None:
    orders = Orders()
    await order_everything(UUID(int=1), [Scope()], [merged, proposed], orders)
    order = orders.stored[""]
    assert order.everything
    [page] = order.pages
    assert (page.spec.id, page.notes) == ("cart", (OLD, NEW))


async def test_without_records_there_are_none_and_what_an_update_ordered_is_over() -> None:
    orders = Orders()
    await order_everything(UUID(int=1), [Scope()], [nothing], orders)
    assert orders.stored == {"": Revision(everything=True)}
