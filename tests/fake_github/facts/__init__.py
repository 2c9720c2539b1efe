"""What GitHub says about itself: the operations and payloads that AutoDoc meets, without prose."""

import gzip
import json
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "github.json.gz"


def read_facts() -> dict[str, Any]:
    """What `build` wrote: `operations`, `webhooks`, the `schemas` that both refer to, `others`.

    `others` are the names of GitHub's other operations: real, but not served by the fake.
    """
    facts: dict[str, Any] = json.loads(gzip.decompress(FACTS.read_bytes()))
    return facts
