"""All checks together."""

from benchmarks.second_check.fences import check_fences
from benchmarks.second_check.folder import check_folder, check_page
from benchmarks.second_check.links import check_links
from benchmarks.second_check.names import check_names
from benchmarks.second_check.site import Finding, Site
from benchmarks.second_check.tables import check_tables


def judge(site: Site) -> list[Finding]:
    """List what is wrong with a folder, by page and line."""
    findings = list(check_folder(site))
    for page in site.pages:
        for check in (check_page, check_links, check_names, check_fences, check_tables):
            findings.extend(check(site, page))
    return sorted(set(findings))
