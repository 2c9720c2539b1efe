"""GitHub's own examples of webhook payloads, by event.

They are `payload-examples` of the npm package @octokit/webhooks-examples (MIT) in version 7.6.1,
reduced to the events that an App of our kind may meet.
"""

import gzip
import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent / "webhook-examples.json.gz"


def read_examples() -> dict[str, list[dict[str, Any]]]:
    """Read all payloads by their event."""
    found: dict[str, list[dict[str, Any]]] = json.loads(gzip.decompress(EXAMPLES.read_bytes()))
    return found
