import pytest

from app.server.running import job_limits
from app.settings import CapSettings, Settings

PREFECT = "http://127.0.0.1:4200/api"


@pytest.mark.parametrize(
    ("told", "prefect", "parallel"), [(0, None, 2), (0, PREFECT, 8), (3, None, 3), (3, PREFECT, 3)]
)
def test_more_jobs_run_at_once_on_prefect_unless_the_operator_says(
    told: int, prefect: str | None, parallel: int
) -> None:
    caps = CapSettings(parallel_jobs=told, attempts=4)
    # By its alias: that is the name under which pydantic takes it.
    settings = Settings.model_validate({"caps": caps, "PREFECT_API_URL": prefect})
    limits = job_limits(settings)
    assert (limits.parallel, limits.attempts) == (parallel, 4)
