"""What the journal has of a request to a merchant."""

from mockserver.web.journal import Entry, packed
from mockserver.web.runtime import Runtime
from mockserver.webhooks.delivery.outgoing import Sent


def entry_of(runtime: Runtime, sent: Sent) -> Entry:
    """The next entry, which is about this request."""
    return Entry(
        number=runtime.journal.next_number(),
        at=runtime.engine.clock.now(),
        method="POST",
        path=sent.url,
        query="",
        headers=packed((name.encode(), value.encode()) for name, value in sent.headers.items()),
        body=sent.request,
        status=sent.status,
        answer=sent.body,
        duration=sent.duration,
        api=sent.errand.api,
        operation=sent.errand.operation,
        msn=sent.errand.msn,
        reference=sent.errand.reference,
        outgoing=True,
    )
