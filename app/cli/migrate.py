"""`autodoc migrate`."""

import asyncio

import typer


def migrate() -> None:
    """Bring the database's tables up to date; every start of AutoDoc does it too."""
    from app.settings import load_settings
    from app.telemetry import configure_telemetry
    from app.wiring import open_database

    settings = load_settings()
    configure_telemetry(settings.log_level, json_lines=False)

    async def run() -> None:
        async with open_database(settings):
            """Opening it migrates it."""

    asyncio.run(run())
    typer.echo("The database is up to date.")
