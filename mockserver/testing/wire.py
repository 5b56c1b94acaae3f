"""Control calls over HTTP, with nothing but the standard library: connections are kept and used again."""

import http.client
import json
import select
import ssl
from typing import Any
from urllib.parse import urlsplit

from mockserver.testing.calls import Ask, ControlError, to_json, understood

_CLOSED = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


class Wire:
    """Asks the server at ``url``, from any thread."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ControlError(f"{url}: must be an http or https address such as http://127.0.0.1:8080")
        self._url, self._parts = url, parts
        self._headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}
        self._idle: list[http.client.HTTPConnection] = []

    def __call__(self, ask: Ask) -> Any:
        """The answer's JSON; raises ControlError."""
        headers = self._headers | dict(ask.headers or {})
        body = to_json(ask.body)
        try:
            status, answer = self._ask(ask, body, headers)
        except (OSError, http.client.HTTPException) as error:
            reason = f"no answer from {self._url}: {str(error) or type(error).__name__}"
            raise ControlError(f"{ask.method} /_mock{ask.path}: {reason}") from error
        try:
            content = json.loads(answer) if answer else None
        except ValueError:
            content = None
        return understood(ask, status, content, answer.decode("utf-8", "replace"))

    def _ask(self, ask: Ask, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        while (connection := self._reused()) is not None:
            try:
                return self._over(connection, ask, body, headers)
            except _CLOSED:  # the server has closed it meanwhile, without having read the request
                connection.close()
        return self._over(self._connection(), ask, body, headers)

    def _over(
        self, connection: http.client.HTTPConnection, ask: Ask, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        try:
            connection.timeout = ask.patience
            if connection.sock is not None:
                connection.sock.settimeout(ask.patience)
            connection.request(ask.method, f"{self._parts.path.rstrip('/')}/_mock{ask.path}", body, headers)
            response = connection.getresponse()
            answer = response.status, response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer

    def _reused(self) -> http.client.HTTPConnection | None:
        while self._idle:
            connection = self._idle.pop()
            # What can be read before anything was asked is the end of the connection.
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()
        return None

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port)

    def close(self) -> None:
        """Close what is open; the next call opens it again."""
        while self._idle:
            self._idle.pop().close()
