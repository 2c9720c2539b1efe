"""`autodoc serve` on a database of the operator's."""

from pathlib import Path

import pytest

from tests.e2e.served import serve
from tests.fake_github.fake import FakeGitHub


@pytest.mark.slow
async def test_serve_makes_its_data_directory_and_ends_quietly_on_sigterm(
    folder: Path, database_url: str
) -> None:
    extra = {
        "AUTODOC_DATABASE_URL": database_url,
        "AUTODOC_DATA_DIR": str(folder / "not" / "there"),
    }
    async with FakeGitHub.start(folder / "github") as github:
        async with serve(github, folder, extra) as served:
            assert (folder / "not" / "there").is_dir()
            await served.stop()
        assert (served.process.returncode, "Traceback" in served.log.read_text()) == (0, False)
