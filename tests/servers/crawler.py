"""A visitor who follows every link and sends every form, with what they like in every field."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.servers.web_client import csrf_of

TYPED = {"text", "search", "email", "password", "tel", "url", "number", "hidden"}
NEVER = ("/sign-out", "/account/browsers", "/account/second-factor/remove", "/prove")
"""Forms that would end the visit."""


@dataclass
class Form:
    """A form: where it goes, what can be typed, what can be chosen."""

    path: str
    method: str
    typed: list[str] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same form on another page."""
        return self.method, _shape(self.path), tuple(self.typed), tuple(self.chosen)


class Document(HTMLParser):
    """What a page holds: links, forms, and everything a browser would obey."""

    def __init__(self, at: str, text: str) -> None:
        super().__init__()
        self.at, self.text = at, text
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag in."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        name = given.get("name", "")
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.at, given["href"]))
        elif tag == "form":
            path = urljoin(self.at, given.get("action", self.at))
            self.forms.append(Form(path, given.get("method", "get").upper()))
        elif self.forms and name and name != "csrf_token":
            form = self.forms[-1]
            if tag == "textarea" or (tag == "input" and given.get("type", "text") in TYPED):
                form.typed.append(name)
            elif tag == "input":
                form.chosen.setdefault(name, given.get("value", "on"))
            elif tag == "select":
                self._select = name
        elif tag == "option" and self._select and self.forms:
            self.forms[-1].chosen.setdefault(self._select, given.get("value", ""))


class Crawler:
    """Walks the pages of one signed-in person."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._addresses = (f"10.66.{n // 250}.{n % 250}" for n in itertools.count())
        self._token = csrf_of(client)

    def get(self, path: str) -> TestResponse:
        """Ask for a page; from an address of its own, as visits are counted by address."""
        return self._client.get(path, environ_overrides={"REMOTE_ADDR": next(self._addresses)})

    def pages(self, starts: Iterable[str], limit: int = 60) -> Iterator[Document]:
        """Give every page that links lead to; of pages that differ by an id alone, one."""
        waiting, seen = list(starts), set()
        while waiting and len(seen) < limit:
            path = waiting.pop(0)
            shape = _shape(path)
            if shape in seen or urlsplit(path).netloc:
                continue
            seen.add(shape)
            answer = self.get(path)
            if answer.mimetype != "text/html":
                continue
            document = Document(path, answer.text)
            waiting.extend(link.partition("#")[0] for link in document.links)
            yield document

    def send(self, form: Form, typed: str) -> TestResponse:
        """Send a form with the same words in every field that can be typed into."""
        values = {**form.chosen, **dict.fromkeys(form.typed, typed)}
        address = {"REMOTE_ADDR": next(self._addresses)}
        if form.method == "GET":
            # Like a browser: what is asked for takes the place of what stood there.
            return self._client.get(urlsplit(form.path).path, query_string=values, environ_overrides=address)
        values["csrf_token"] = self._token
        return self._client.post(form.path, data=values, environ_overrides=address)

    def forms(self, starts: Iterable[str]) -> list[Form]:
        """Find every form once."""
        found = {form.key: form for page in self.pages(starts) for form in page.forms}
        return [form for form in found.values() if not form.path.startswith(NEVER)]


def _shape(path: str) -> tuple[object, ...]:
    parts = urlsplit(path)
    steps = tuple("ID" if any(mark.isdigit() for mark in step) else step for step in parts.path.split("/"))
    return (*steps, tuple(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))))
