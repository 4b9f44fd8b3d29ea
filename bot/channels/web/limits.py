"""How often one address or one session may ask. The only module that knows ``limits``."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.exceptions import HTTPException


class PerMinute:
    """At most ``most`` calls of ``check`` a minute for each key, counted in this process."""

    def __init__(self, most: int) -> None:
        self._item = RateLimitItemPerMinute(most)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, key: str) -> None:
        """Count one more. Raises HTTPException (429) when that is too many."""
        if not self._limiter.hit(self._item, key):
            raise HTTPException(429, headers={"Retry-After": "60"})
