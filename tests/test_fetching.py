"""Other machines' pages: only public ones, whatever the address or a redirect says."""

import gzip
import re
import socket
import subprocess
import threading
import time
import zlib
from ipaddress import ip_address

import pytest

from newsletter.fetching import (
    MOST_REDIRECTS,
    CannotFetch,
    NotPublic,
    TooLong,
    fetch,
    is_public_address,
)
from tests.fake_site import FakeSite


@pytest.fixture
def site():
    with FakeSite() as site:
        yield site


def anywhere(number, port):
    return True


def test_a_page_comes_with_everything_it_says(site):
    url = site.put("/stuk", "<p>Stilte</p>", headers={"ETag": '"1"'})

    page = fetch(url, may_reach=anywhere)

    assert (page.address, page.status, page.redirects) == (url, 200, ())
    assert page.body == b"<p>Stilte</p>"
    assert page.content_type == "text/html; charset=utf-8"
    assert page.headers["etag"] == '"1"'
    [asked] = site.asked
    assert asked.headers["host"] == site.host
    assert asked.headers["user-agent"].startswith("rock-jouw-inbox (+http")


def test_a_missing_page_is_an_answer_too(site):
    assert fetch(site.url("/weg"), may_reach=anywhere).status == 404


def test_only_the_head_is_asked_where_that_is_enough(site):
    page = fetch(site.put("/", "lang"), method="HEAD", may_reach=anywhere)

    assert (page.status, page.body, site.asked[0].method) == (200, b"", "HEAD")


def test_headers_are_sent_along(site):
    fetch(site.url(), headers={"If-None-Match": '"1"'}, may_reach=anywhere)

    assert site.asked[0].headers["if-none-match"] == '"1"'


# --- Which machines ---


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 (to be refused)
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_a_number_that_not_everyone_may_reach_is_refused(number):
    assert not is_public_address(ip_address(number), 443)


@pytest.mark.parametrize("number", ["93.184.216.34", "2a00:1450:400e:80c::200e"])
def test_a_public_number_may_be_reached_where_web_servers_listen(number):
    assert is_public_address(ip_address(number), 80)
    assert is_public_address(ip_address(number), 443)
    assert not is_public_address(ip_address(number), 22)
    assert not is_public_address(ip_address(number), 8080)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::ffff:169.254.169.254]",
        "0",
        "１２７.0.0.1",
    ],
)
def test_this_machine_is_not_asked_in_any_spelling(host, monkeypatch):
    # The guard of the tests lets no spelling through to be looked up.
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo.__wrapped__)

    with pytest.raises(NotPublic, match="niet voor iedereen"):
        fetch(f"http://{host}/")


def test_a_machine_inside_is_asked_when_the_settings_name_it(site, settings):
    settings.FETCH_PRIVATE_HOSTS = [site.host]

    assert fetch(site.put("/", "binnen")).body == b"binnen"


def names_lead_to(monkeypatch, **numbers):
    """Let names be looked up here; each look-up takes the next of its answers."""
    asked = []

    def look_up(host, port, **options):
        asked.append(host)
        found = numbers[host.replace(".", "_").replace("-", "_")]
        if isinstance(found, list):
            found = found.pop(0)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))
            for number in found.split()
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_one_private_number_behind_a_name_spoils_the_name(monkeypatch):
    names_lead_to(monkeypatch, slim_test="93.184.216.34 127.0.0.1")

    with pytest.raises(NotPublic):
        fetch("http://slim.test/")


def test_a_name_is_looked_up_once_and_that_very_number_is_asked(site, monkeypatch):
    asked = names_lead_to(monkeypatch, draai_test=["127.0.0.1", "10.0.0.1"])
    site.put("/", "de eerste")

    page = fetch(f"http://draai.test:{site.port}/", may_reach=anywhere)

    assert (page.body, asked) == (b"de eerste", ["draai.test"])
    assert site.asked[0].headers["host"] == f"draai.test:{site.port}"


def test_a_dead_number_does_not_keep_us_from_the_next(site, monkeypatch):
    names_lead_to(monkeypatch, twee_test="127.0.0.2 127.0.0.1")
    site.put("/", "toch")

    assert fetch(f"http://twee.test:{site.port}/", may_reach=anywhere).body == b"toch"


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for tijdschrift.test that this process trusts."""
    file = tmp_path / "tijdschrift.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=tijdschrift"),
            *("-addext", "subjectAltName=DNS:tijdschrift.test"),
            *("-keyout", str(file), "-out", str(tmp_path / "half.pem")),
        ],
        check=True,
        capture_output=True,
    )
    with file.open("a") as whole:
        whole.write((tmp_path / "half.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def test_the_certificate_is_of_the_name_and_not_of_the_number(certificate, monkeypatch):
    names_lead_to(monkeypatch, tijdschrift_test="127.0.0.1", ander_test="127.0.0.1")
    with FakeSite(certificate) as site:
        site.put("/", "veilig")

        page = fetch(f"https://tijdschrift.test:{site.port}/", may_reach=anywhere)
        with pytest.raises(CannotFetch, match="certificaat"):
            fetch(f"https://ander.test:{site.port}/", may_reach=anywhere)

    assert page.body == b"veilig"
    assert site.names_asked[0] == "tijdschrift.test"


# --- Redirects ---


def test_redirects_are_followed_and_told(site):
    end = site.put("/eind é", "hier")
    site.pages["/eind%20%C3%A9"] = site.pages["/eind é"]
    site.send_on("/twee", "/eind%20%C3%A9#kop", 301)
    start = site.send_on("/een", site.url("/twee"))

    page = fetch(start, may_reach=anywhere)

    assert page.body == b"hier"
    assert page.address == end.replace(" é", "%20%C3%A9")
    assert page.redirects == (start, site.url("/twee"))


def test_every_redirect_is_looked_at_anew(site, settings):
    settings.FETCH_PRIVATE_HOSTS = [site.host]
    with FakeSite() as inside:
        start = site.send_on("/", inside.url("/geheim"))

        with pytest.raises(NotPublic):
            fetch(start)

    assert inside.asked == []


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "gopher://example.nl/", "https://a:b@example.nl/"]
)
def test_a_redirect_leads_to_nothing_but_pages(site, to):
    with pytest.raises(CannotFetch):
        fetch(site.send_on("/", to), may_reach=anywhere)


def test_a_circle_ends(site):
    with pytest.raises(CannotFetch, match="stuurt steeds door"):
        fetch(site.send_on("/", "/"), may_reach=anywhere)

    assert len(site.asked) == MOST_REDIRECTS + 1


# --- Size and time ---


def test_a_page_as_long_as_allowed_comes_and_one_byte_more_does_not(site):
    url = site.put("/", "x" * 5000)

    assert len(fetch(url, longest=5000, may_reach=anywhere).body) == 5000
    with pytest.raises(TooLong):
        fetch(url, longest=4999, may_reach=anywhere)


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_packed_page_is_unpacked_and_a_bomb_is_not(site, encoding, pack):
    headers = {"Content-Encoding": encoding}
    small = site.put("/", pack(b"stilte"), headers=headers)
    bomb = site.put("/bom", pack(b"0" * 50_000_000), headers=headers)

    assert fetch(small, may_reach=anywhere).body == b"stilte"
    with pytest.raises(TooLong):
        fetch(bomb, may_reach=anywhere)


@pytest.mark.parametrize("drip", [0.02, 10])
def test_a_page_that_trickles_is_left_in_time(site, drip):
    url = site.put("/", "x" * 1000, drip=drip)
    begun = time.monotonic()

    with pytest.raises(CannotFetch, match="seconden"):
        fetch(url, seconds=0.4, may_reach=anywhere)

    assert time.monotonic() - begun < 2


def test_a_name_that_is_never_found_is_left_in_time(monkeypatch):
    def never(*where, **options):
        time.sleep(3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    begun = time.monotonic()

    with pytest.raises(CannotFetch, match="seconden"):
        fetch("http://traag.test/", seconds=0.2)

    assert time.monotonic() - begun < 2


def test_half_a_page_is_no_page(site):
    headers = {"Content-Length": "100"}
    half = site.put("/", "half", headers=headers)
    packed = gzip.compress(b"stilte" * 100)[:-9]
    torn = site.put("/zip", packed, headers={"Content-Encoding": "gzip"})

    for url in (half, torn):
        with pytest.raises(CannotFetch, match="brak af"):
            fetch(url, may_reach=anywhere)


# --- What cannot be asked ---


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.nl",
        "mailto:els@example.nl",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.nl/",
        "http://",
        "http://els:geheim@example.nl/",
        "http://@example.nl/",
        "http://example.nl\\@127.0.0.1/",
        "http://exa mple.nl/",
        "http://example.nl/\r\nHost: x",
        "http://example.nl:99999/",
        "http://[::1/",
        "http://-ü.../",
        "http://x/" + "a" * 3000,
    ],
)
def test_what_is_no_address_is_refused_in_words(address):
    with pytest.raises(CannotFetch) as refused:
        fetch(address)

    assert str(refused.value).endswith(".")
    assert "geheim" not in str(refused.value)


def test_a_site_that_does_not_exist_or_answer_is_said(monkeypatch, site):
    def nowhere(*where, **options):
        raise socket.gaierror

    with monkeypatch.context() as here:
        here.setattr(socket, "getaddrinfo", nowhere)
        with pytest.raises(CannotFetch, match=re.escape("“tikfoud.test”")):
            fetch("http://tikfoud.test/")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(CannotFetch, match="geen antwoord"):
            fetch(f"http://127.0.0.1:{port}/", may_reach=anywhere)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_answer_that_cannot_be_unpacked_is_said(site, encoding):
    url = site.put("/", "geen gzip", headers={"Content-Encoding": encoding})

    with pytest.raises(CannotFetch, match="geen pagina"):
        fetch(url, may_reach=anywhere)


def test_what_speaks_another_language_is_no_page():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def speak():
            connection, _ = server.accept()
            connection.recv(1000)
            connection.sendall(b"220 mail.example.nl ESMTP\r\n")
            connection.close()

        threading.Thread(target=speak, daemon=True).start()
        with pytest.raises(CannotFetch, match="geen pagina"):
            fetch(url, may_reach=anywhere)
