"""A site that logs its visitors in with Authlib, as its documentation shows it. Prints the port that it serves on."""

import json
import os
import secrets
import socket
from typing import Any

import uvicorn
from authlib.integrations.starlette_client import OAuth, OAuthError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

oauth = OAuth()
oauth.register(
    name="vipps",
    server_metadata_url=f"{os.environ['VIPPS_BASE_URL']}/access-management-1.0/access/.well-known/openid-configuration",
    client_id=os.environ["VIPPS_CLIENT_ID"],
    client_secret=os.environ["VIPPS_CLIENT_SECRET"],
    client_kwargs={"scope": "openid name email address", "code_challenge_method": "S256"},
)


class Sessions:
    """Keeps sessions in memory, by a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._sessions: dict[str, dict[str, Any]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = Request(scope).cookies.get("session") or secrets.token_hex()
        scope["session"] = self._sessions.setdefault(name, {})

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"set-cookie", f"session={name}; HttpOnly; SameSite=Lax".encode()))
            await send(message)

        await self._app(scope, receive, sending)


async def login(request: Request) -> Response:
    answer: Response = await oauth.vipps.authorize_redirect(request, str(request.url_for("callback")))
    return answer


async def callback(request: Request) -> Response:
    try:
        token = await oauth.vipps.authorize_access_token(request)
    except OAuthError as error:
        return JSONResponse({"error": error.error, "description": error.description}, 400)
    info = await oauth.vipps.userinfo(token=token)
    return JSONResponse({"id_token": token["userinfo"], "userinfo": info})


app = Sessions(Starlette(routes=[Route("/login", login), Route("/callback", callback, name="callback")]))

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run([listener])
