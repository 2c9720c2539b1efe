"""The cookies of people who sign in: of this host alone, and out of reach of any script."""

from aiohttp import web


class Cookies:
    """Reads and sets cookies as strictly as the server's address allows."""

    def __init__(self, *, is_secure: bool) -> None:
        self._is_secure = is_secure

    def _name(self, name: str) -> str:
        # Browsers let nobody else set a cookie of this prefix, not even a neighbouring host.
        return f"__Host-autodoc-{name}" if self._is_secure else f"autodoc-{name}"

    def read(self, request: web.Request, name: str) -> str:
        """Read a cookie; empty when there is none."""
        return request.cookies.get(self._name(name), "")

    def set(self, response: web.Response, name: str, value: str, max_age: int) -> None:
        """Set a cookie that other sites' requests do not carry, links to us left aside."""
        response.set_cookie(
            self._name(name),
            value,
            max_age=max_age,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="Lax",
        )

    def remove(self, response: web.Response, name: str) -> None:
        """Have the browser forget a cookie."""
        response.del_cookie(
            self._name(name), path="/", secure=self._is_secure, httponly=True, samesite="Lax"
        )
