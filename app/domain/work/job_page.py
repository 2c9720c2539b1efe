"""Where a person sees a job."""

from uuid import UUID


def job_path(job_id: UUID) -> str:
    """Give the path of a job's page."""
    return f"/jobs/{job_id}"


def job_url(public_url: str, job_id: UUID) -> str:
    """Give the address of a job's page; empty when nobody can reach the server's pages.

    `public_url` is `AUTODOC_PUBLIC_URL`: where people's browsers reach the server.
    """
    return f"{public_url.rstrip('/')}{job_path(job_id)}" if public_url else ""
