"""What the document of the parcels API says."""

from mockserver.web.described import PROBLEM, Described, Document, Problem, Reply
from tests.tiny.routes import OrderRequest

DOCUMENT = Document(
    title="Parcels API",
    version="1",
    operations={
        "orderParcel": Described({201: Reply("On its way.", dict[str, int])}, OrderRequest),
        "getParcels": Described({200: Reply("The parcels.", list[dict[str, str | int]])}),
    },
    problem=Reply("", Problem, PROBLEM),
)
