"""Which licence a text is, by the phrases that no other has."""

import re

from app.domain.code.artifacts import Licence

MAX_CHARACTERS = 100_000
_HEAD = 500
"""Within so many characters a long licence says its own name."""

_FILE = re.compile(
    r"(?:^|/)(?:(?:un)?licen[cs]e|copying|copyright)"
    r"(?:[-_.][\w.+-]+)?$|(?:^|/)licenses/[\w.+-]+$",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"(?:^|/)[^/.]+$|\.(?:md|txt|rst|lesser)$|(?:^|/)[^/]*-[\w.+-]*$", re.IGNORECASE
)
_CODE = re.compile(r"\.(?:py|js|ts|tsx|go|rs|java|c|h|rb|php|json|ya?ml|html|sh|tmpl|tpl|svg)$")
_SPACE = re.compile(r"[\s*#>]+")
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})

_TITLES = (
    ("AGPL-3.0", "gnu affero general public license version 3"),
    ("LGPL-3.0", "gnu lesser general public license version 3"),
    ("LGPL-2.1", "gnu lesser general public license version 2.1"),
    ("GPL-3.0", "gnu general public license version 3"),
    ("GPL-2.0", "gnu general public license version 2"),
    ("Apache-2.0", "apache license version 2.0"),
    ("MPL-2.0", "mozilla public license version 2.0"),
    ("EPL-2.0", "eclipse public license - v 2.0"),
    ("BSL-1.0", "boost software license - version 1.0"),
    ("CC0-1.0", "cc0 1.0 universal"),
)
_GRANT = "redistribution and use in source and binary forms"
_PERMISSION = "permission to use, copy, modify, and/or distribute this software for any purpose"
_PHRASES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "MIT",
        (
            "permission is hereby granted, free of charge, to any person obtaining a copy",
            "the above copyright notice and this permission notice",
            "shall be included in all copies or substantial portions",
        ),
        ("except as contained in this notice", "exception to the license"),
    ),
    ("ISC", (_PERMISSION, "provided that the above copyright notice"), ()),
    ("0BSD", (_PERMISSION,), ("provided that the above copyright notice",)),
    ("BSD-4-Clause", (_GRANT, "all advertising materials"), ()),
    ("BSD-3-Clause", (_GRANT, "specific prior written permission"), ("all advertising materials",)),
    (
        "BSD-2-Clause",
        (_GRANT, "in binary form must reproduce"),
        ("specific prior written permission", "all advertising materials"),
    ),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",), ()),
    ("Zlib", ("the origin of this software must not be misrepresented",), ()),
)


def is_licence(path: str) -> bool:
    """Say whether a file is a licence's text, by its path."""
    return bool(_FILE.search(path) and not _CODE.search(path) and _PROSE.search(path))


def read_licence(path: str, text: str) -> Licence:
    """Name a licence; a text that holds several, or a part of one, has no name."""
    said = _SPACE.sub(" ", text[:MAX_CHARACTERS].translate(_QUOTES)).lower()
    title = next((name for name, words in _TITLES if words in said[:_HEAD].replace(",", "")), "")
    found = {
        name
        for name, wanted, unwanted in _PHRASES
        if all(one in said for one in wanted) and not any(one in said for one in unwanted)
    }
    found |= {title} - {""}
    return Licence(path=path, name=found.pop() if len(found) == 1 else "")
