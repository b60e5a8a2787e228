"""Looks for what is suspicious in the audit trail, raises cases, and writes to the administrators.

Every process looks. What it finds is the same, because the trail is; which of them raises a case, and which
writes the letter, the trail decides, too: it takes the same record once.
"""

import threading
from datetime import timedelta
from functools import partial

import structlog

from hristudio_core.mail import Post
from hristudio_core.store import Accounts, Audit, Role, StoreError
from hristudio_core.suspicion import CASES, FACTS, KEPT, TOLD, WINDOW, Book, Case, find, read
from hristudio_web.letters import suspicious
from hristudio_web.refusals import Refusals

EVERY_S = 10.0
PATIENCE_S = 2.0
"""How long a look that is under way may take when the process ends."""
BETWEEN_LETTERS = timedelta(minutes=15)
"""Cases that are raised within that time of a letter wait for the next one."""
ADMINISTRATORS = "accounts:administrators"
log = structlog.get_logger(__name__)


class Lookout:
    """Watches for suspicious activity. Thread-safe: what is known is one immutable object.

    Args:
        audit: The trail.
        refusals: What this process has yet to put there.
        accounts: Who the administrators are, and what accounts are called.
        post: Sends their letters; None: there is no mail.
        page: The address of the page of cases, for letters; "": it is not known.
    """

    def __init__(
        self,
        audit: Audit,
        refusals: Refusals,
        accounts: Accounts,
        post: Post | None,
        page: str = "",
    ) -> None:
        self._audit = audit
        self._refusals = refusals
        self._accounts = accounts
        self._post = post
        self._page = page
        self._open: tuple[Case, ...] = ()
        self._trouble = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="lookout", daemon=True)

    @property
    def open(self) -> tuple[Case, ...]:
        """The cases that nobody has looked at, as they were a few seconds ago; the newest first."""
        return self._open

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what was refused until now is kept, unless the trail was away a moment ago."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_S)
        if not self._trouble:
            self._refusals.keep()

    def look(self) -> None:
        """Look now. While the trail cannot be read nothing is raised and nothing forgotten."""
        try:
            self._refusals.keep()
            self._raise(self.book())
            self._tell(self.learn())
        except StoreError as error:
            if str(error) != self._trouble:
                log.warning("suspicious activity cannot be looked for", error=str(error))
            self._trouble = str(error)
        else:
            self._trouble = ""

    def book(self) -> Book:
        """Read what is open from the trail."""
        return read(self._audit.lately(CASES, KEPT))

    def learn(self) -> Book:
        """Read what is open from the trail, and know it from then on."""
        book = self.book()
        self._open = book.open
        return book

    def _raise(self, book: Book) -> None:
        """Raise what is due, each once for all processes."""
        found = find(self._audit.lately(FACTS, WINDOW), book.looked)
        for one in filter(book.due, found):
            after, detail = book.newest.get(one.key, 0), one.detail()
            # Of what is older than the book nothing is known here: it holds nothing back.
            if self._audit.record_once(
                one.action, after=after, within=KEPT, subject=one.subject, detail=detail
            ):
                # Network addresses stay on the trail: logs are shipped elsewhere.
                whom = {} if one.subject.startswith("address:") else {"subject": one.subject}
                since = one.since.isoformat(timespec="seconds")
                log.warning("suspicious activity", kind=one.kind.value, count=one.count, since=since, **whom)

    def _tell(self, book: Book) -> None:
        """Write to the administrators, once for all processes, and not again within `BETWEEN_LETTERS`."""
        if self._post is None or not book.untold:
            return
        detail = {"upto": max(case.id for case in book.untold), "cases": len(book.untold)}
        if not self._audit.record_once(TOLD, within=BETWEEN_LETTERS, subject=ADMINISTRATORS, detail=detail):
            return
        everybody = self._accounts.all()
        names = {f"account:{account.id}": account.name for account in everybody}
        for account in everybody:
            if account.role is Role.ADMINISTRATOR and not account.disabled_at:
                self._post.put(partial(suspicious, account, book.untold, names, self._page))

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                # The edge of this thread: a record that this release cannot read must not end it.
                log.exception("suspicious activity")
            self._stopping.wait(EVERY_S)
