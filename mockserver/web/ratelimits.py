"""Rate limits by operation, reference, and sales unit or key, on the emulator's clock. Off unless asked for."""

from collections import deque
from collections.abc import Hashable

WINDOW = 60_000
"""Milliseconds."""

_MOST = 50_000


class RateLimits:
    """Counts calls in a sliding minute."""

    def __init__(self) -> None:
        self._calls: dict[Hashable, deque[int]] = {}

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def over(self, key: Hashable, most: int, at: int) -> int:
        """Count a call at ``at`` (milliseconds): 0 when it is within ``most`` a minute, else seconds to wait."""
        calls = self._calls.get(key)
        if calls is None:
            if len(self._calls) >= _MOST:
                self._forget_old(at)
            calls = self._calls[key] = deque()
        while calls and calls[0] <= at - WINDOW:
            calls.popleft()
        if len(calls) >= most:
            return max(1, -(-(calls[0] + WINDOW - at) // 1000))
        calls.append(at)
        return 0

    def _forget_old(self, at: int) -> None:
        self._calls = {key: calls for key, calls in self._calls.items() if calls and calls[-1] > at - WINDOW}
        while len(self._calls) >= _MOST:
            del self._calls[next(iter(self._calls))]
