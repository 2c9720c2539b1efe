"""What stands above a page for a generator of sites: `---`, YAML, `---`."""

import json
import re
from collections.abc import Mapping

from app.domain.wiki.markdown import clean

Values = Mapping[str, "str | int | bool | Values | None"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*\n", re.DOTALL | re.MULTILINE)


def to_yaml(values: Values, indent: str = "") -> str:
    """Write plain values as YAML; every text is quoted, so that none can be read as more.

    Keys are written as they are.
    """
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:\n{to_yaml(value, f'{indent}  ')}")
        else:
            lines.append(f"{indent}{key}: {quoted(value)}\n")
    return "".join(lines)


def quoted(value: object) -> str:
    """Write one value; a text gets quotation marks, and loses what a reader cannot see."""
    # A value of JSON is one of YAML, too.
    return json.dumps(clean(value) if isinstance(value, str) else value, ensure_ascii=False)


def with_front_matter(markdown: str, values: Values) -> str:
    """Put values above a page."""
    return f"---\n{to_yaml(values)}---\n\n{markdown}"


def has_front_matter(markdown: str) -> bool:
    """Say whether a page begins with values for a generator of sites."""
    return _FRONT_MATTER.match(markdown) is not None


def blank_front_matter(markdown: str) -> str:
    """Leave out what stands above a page; each line keeps its number."""
    return _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), markdown, count=1)
