"""How often something was asked for within a while, for limits. Counted in the cache: without it nobody is turned away."""

from django.core.cache import cache
from redis.exceptions import RedisError


def asked(what: str, *, seconds: int) -> int:
    """Count one more, and say how many there were within the time."""
    key = f"asked:{what}"
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):  # ValueError: it ran out between the two
        return 1
