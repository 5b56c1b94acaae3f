"""A browser that goes through the pages of a login."""

from urllib.parse import urlsplit

from tests.phone.browsing import Browser, Page


class LoginBrowser(Browser):
    """A browser that goes through the pages of a login."""

    def send(self, fields: dict[str, str]) -> Page:
        path = urlsplit(str(self.answer.request.url)).path
        self.answer = self.emulator.request("POST", path, data=fields)
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return self.page

    @property
    def number(self) -> str:
        """The number that the page shows."""
        return self.page.text.split("shows the number")[1].split()[0]

    @property
    def target(self) -> str:
        """Where the page sends the browser by itself."""
        [refresh] = [each for each in self.page.all("meta") if each.get("http-equiv") == "refresh"]
        return str(refresh["content"]).removeprefix("0; url=")
