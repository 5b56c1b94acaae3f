"""The floor: what any server on Starlette and pydantic costs that checks the required fields and keeps a dict."""

import sys

import uvicorn
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Amount(BaseModel):
    """Money."""

    currency: str
    value: int


class PaymentMethod(BaseModel):
    """How the payment is made."""

    type: str


class Payment(BaseModel):
    """What createPayment requires."""

    amount: Amount
    paymentMethod: PaymentMethod  # noqa: N815 - the wire's name
    reference: str
    userFlow: str  # noqa: N815 - the wire's name


class Charge(BaseModel):
    """What CreateChargeV3 requires."""

    amount: int
    description: str
    transactionType: str  # noqa: N815 - the wire's name
    due: str
    retryDays: int  # noqa: N815 - the wire's name
    orderId: str  # noqa: N815 - the wire's name


payments: dict[str, Payment] = {}
charges: dict[str, Charge] = {}


async def create_payment(request: Request) -> Response:
    """Keep the payment."""
    payment = Payment.model_validate_json(await request.body())
    payments[payment.reference] = payment
    url = f"{request.base_url}landing?token={payment.reference}"
    return JSONResponse({"redirectUrl": url, "reference": payment.reference}, 201)


async def create_charge(request: Request) -> Response:
    """Keep the charge."""
    charge = Charge.model_validate_json(await request.body())
    charges[charge.orderId] = charge
    return JSONResponse({"chargeId": charge.orderId}, 201)


async def get_payment(request: Request) -> Response:
    """Show the payment."""
    payment = payments.get(request.path_params["reference"])
    if payment is None:
        return JSONResponse({"title": "Not Found"}, 404)
    return Response(payment.model_dump_json(), media_type="application/json")


async def health(request: Request) -> Response:
    """Say that the server is up."""
    return JSONResponse({"status": "ok"})


app = Starlette(
    routes=[
        Route("/epayment/v1/payments", create_payment, methods=["POST"]),
        Route("/epayment/v1/payments/{reference}", get_payment),
        Route("/recurring/v3/agreements/{agreement}/charges", create_charge, methods=["POST"]),
        Route("/health", health),
    ]
)


if __name__ == "__main__":
    # What mockserver/process/serving.py asks of uvicorn, so that loop, parser and headers are the same.
    uvicorn.run(
        app,
        ws="none",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
