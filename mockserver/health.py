"""Asks a server whether it is up."""

import http.client
import time
import urllib.error
import urllib.request


def is_up(url: str, wait: float) -> bool:
    """Whether a server answers, asked again for ``wait`` seconds."""
    end = time.monotonic() + wait
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(f"{url}/_mock/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)
