from app.domain.wiki.page import TokenUsage
from flows.writer.fresh import FreshGenerations

PAID = TokenUsage(calls=1, input_tokens=10, output_tokens=5, cost=0.5)


class Rows:
    """Remembers answers as the database does."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.models: set[str] = set()
        self.cost = 0.0

    async def find(self, key: str) -> str | None:
        return self.answers.get(key)

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        self.answers.setdefault(key, answer)
        self.models.add(model)
        self.cost += usage.cost

    async def store_anew(
        self, keys: tuple[str, str], model: str, answer: str, usage: TokenUsage
    ) -> None:
        self.answers |= dict.fromkeys(keys, answer)
        self.models.add(model)
        self.cost += usage.cost


async def test_earlier_answer_does_not_count_for_a_job_that_asks_anew() -> None:
    rows = Rows()
    await rows.store("question", "m", "old", PAID)
    assert await FreshGenerations(rows, "job-1").find("question") is None


async def test_the_same_job_pays_once_however_often_it_is_tried() -> None:
    rows = Rows()
    await FreshGenerations(rows, "job-1").store("question", "m", "new", PAID)
    assert await FreshGenerations(rows, "job-1").find("question") == "new"
    assert rows.cost == 0.5


async def test_later_jobs_use_the_new_answer() -> None:
    rows = Rows()
    await rows.store("question", "m", "old", PAID)
    await FreshGenerations(rows, "job-1").store("question", "m", "new", PAID)
    assert await rows.find("question") == "new"
    assert await FreshGenerations(rows, "job-2").find("question") is None
