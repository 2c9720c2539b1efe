"""What GitHub says about itself: the operations and payloads that AutoDoc meets, without prose."""

import gzip
import json
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "github.json.gz"


def read_facts() -> dict[str, Any]:
    """What `build` wrote: `operations`, `webhooks` and the `schemas` that both refer to."""
    facts: dict[str, Any] = json.loads(gzip.decompress(FACTS.read_bytes()))
    return facts
