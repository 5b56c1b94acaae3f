"""QR codes as pictures: well-formed, of the right size, and leading to the landing page."""

import io
import xml.etree.ElementTree as ET
from typing import Any

import png
import pytest
import segno

from mockserver.apis.epayment.pages import qr
from mockserver.apis.epayment.pages.qr import QUIET_ZONE
from tests.harness import Emulator

LANDING = "http://emulator.test/landing?token=1.00112233445566778899aabbccddeeff"
Modules = list[list[bool]]


def expected(content: str) -> Modules:
    return [[bool(module) for module in row] for row in segno.make(content, micro=False).matrix]


def from_png(picture: bytes) -> Modules:
    """The modules that a picture shows, read from its pixels alone."""
    width, height, rows, _ = png.Reader(io.BytesIO(picture)).read()
    dark = [[pixel == 0 for pixel in row] for row in rows]
    assert (len(dark), {len(row) for row in dark}) == (height, {width})
    top = next(index for index, row in enumerate(dark) if any(row))
    left = min(row.index(True) for row in dark if any(row))
    finder = next(index for index in range(left, width) if not dark[top][index]) - left
    scale, rest = divmod(finder, 7)
    assert rest == 0
    side = (len(dark) - 2 * min(top, left)) // scale
    return [
        [dark[top + y * scale + scale // 2][left + x * scale + scale // 2] for x in range(side)] for y in range(side)
    ]


@pytest.mark.parametrize("size", [100, 101, 333, 1024, 2000])
def test_a_png_has_exactly_the_asked_size_and_shows_the_content(size: int) -> None:
    picture = qr.png(LANDING, size)

    assert picture.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (size, size)
    modules = expected(LANDING)
    shown = from_png(picture)
    assert [row[: len(modules)] for row in shown[: len(modules)]] == modules


@pytest.mark.parametrize("size", [100, 1024])
def test_a_png_has_a_quiet_zone(size: int) -> None:
    _, _, rows, _ = png.Reader(io.BytesIO(qr.png(LANDING, size))).read()
    pixels = [list(row) for row in rows]
    scale = size // (len(expected(LANDING)) + 2 * QUIET_ZONE)
    border = QUIET_ZONE * scale
    for edge in (pixels[:border], pixels[-border:]):
        assert {pixel for row in edge for pixel in row} == {1}
    assert {pixel for row in pixels for pixel in (*row[:border], *row[-border:])} == {1}


def test_an_svg_is_well_formed_and_square() -> None:
    root = ET.fromstring(qr.svg(LANDING))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["width"] == root.attrib["height"]
    assert int(root.attrib["width"]) == 8 * (len(expected(LANDING)) + 2 * QUIET_ZONE)


def test_an_svg_shows_the_content() -> None:
    def drawn(picture: bytes) -> list[str]:
        return [each.attrib["d"] for each in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}path")]

    out = io.BytesIO()
    segno.make(LANDING, micro=False).save(out, kind="svg", border=QUIET_ZONE, scale=8)
    assert drawn(qr.svg(LANDING)) == drawn(out.getvalue())
    assert drawn(qr.svg(LANDING)) != drawn(qr.svg(LANDING + "0"))


def qr_payment(emulator: Emulator, **qr_format: Any) -> str:
    fields: dict[str, Any] = {"qrFormat": qr_format} if qr_format else {}
    created = emulator.create(userFlow="QR", returnUrl=None, **fields)
    assert created.status_code == 201, created.text
    url: str = created.json()["redirectUrl"]
    return url


def landing_page(emulator: Emulator) -> str:
    url: str = emulator.control("GET", "/payments/123456/reference-1").json()["landingPage"]
    return url


@pytest.mark.parametrize(("asked", "size"), [({}, 1024), ({"size": 100}, 100), ({"size": 2000}, 2000)])
def test_the_redirect_url_of_a_png_is_a_picture_of_the_landing_page(
    emulator: Emulator, asked: dict[str, int], size: int
) -> None:
    url = qr_payment(emulator, format="IMAGE/PNG", **asked)

    answer = emulator.request("GET", url)

    assert answer.headers["content-type"] == "image/png"
    assert int.from_bytes(answer.content[16:20], "big") == size
    modules = expected(landing_page(emulator))
    assert [row[: len(modules)] for row in from_png(answer.content)[: len(modules)]] == modules
    assert emulator.request("GET", landing_page(emulator)).status_code == 200


def test_a_picture_is_an_svg_by_default(emulator: Emulator) -> None:
    answer = emulator.request("GET", qr_payment(emulator))

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.content == qr.svg(landing_page(emulator))
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_the_code_leads_to_the_name_that_the_picture_was_fetched_by(emulator: Emulator) -> None:
    url = qr_payment(emulator)
    answer = emulator.request("GET", url, headers={"Host": "192.0.2.7:8080"})
    assert answer.content == qr.svg(landing_page(emulator).replace("emulator.test", "192.0.2.7:8080"))


@pytest.mark.parametrize("host", ["a" * 5000, "a" * 300, "a" * 253])
def test_an_odd_host_still_gets_a_picture(emulator: Emulator, host: str) -> None:
    url = qr_payment(emulator, format="IMAGE/PNG", size=100)
    answer = emulator.request("GET", url, headers={"Host": host})
    assert answer.status_code == 200
    assert int.from_bytes(answer.content[16:20], "big") == 100


def test_there_are_no_pictures_but_the_asked_one(emulator: Emulator) -> None:
    url = qr_payment(emulator)
    for wrong in (url.replace(".svg", ".png"), url.replace(".svg", "0.svg"), url.replace(".svg", ".gif")):
        assert emulator.request("GET", wrong).status_code == 404


def test_a_payment_of_another_flow_has_no_picture(emulator: Emulator) -> None:
    emulator.create()
    token = landing_page(emulator).partition("token=")[2]
    assert emulator.request("GET", f"/qr/{token}.svg").status_code == 404
