"""What the document of the control API says about product orders."""

from typing import Final

from mockserver.apis.management.control import answers, people
from mockserver.apis.management.control import rows as orders
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.web.controlled import LIMIT, Done, does, shows
from mockserver.web.described import Parameter
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.user import User

DESCRIBED: Final = {
    "GET /product-orders": shows(
        answers.Orders,
        Parameter("partner", "Of this partner."),
        Parameter("merchant", "Of this merchant."),
        Parameter("status", "In this state.", OrderState),
        Parameter("type", "Created in this way.", OrderType),
        LIMIT,
    ),
    "POST /product-orders": does(answers.OrderView, orders.MakeBody, needed=True, errors=(404,)),
    "GET /product-orders/{id}": shows(answers.OrderView),
    "POST /product-orders/{id}/view": does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/submit": does(answers.OrderView, orders.SubmitBody, errors=(409,)),
    "POST /product-orders/{id}/hold": does(answers.OrderView, orders.HoldBody, errors=(409,)),
    "POST /product-orders/{id}/answer": does(answers.OrderView, orders.AnswerBody, needed=True, errors=(409,)),
    "POST /product-orders/{id}/release": does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/approve": does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/reject": does(answers.OrderView, orders.RejectBody, errors=(409,)),
    "POST /product-orders/{id}/expire": does(answers.OrderView, errors=(409,)),
    "POST /merchants/{id}/agreement/sign": does(Merchant, orders.SignBody, errors=(409,)),
    "POST /merchants/{id}/agreement/activate": does(Merchant, errors=(409,)),
    "POST /merchants/{id}/agreement/decline": does(Merchant, errors=(409,)),
    "POST /merchants": does(Merchant, people.CompanyBody, needed=True),
    "GET /merchants/{id}/users": shows(answers.Users),
    "POST /merchants/{id}/users": does(User, people.InviteBody, needed=True),
    "PATCH /merchants/{id}/users/{email}": does(User, people.RightsBody, needed=True),
    "DELETE /merchants/{id}/users/{email}": does(Done, None, errors=(413,)),
    "GET /partners/{id}/employees": shows(answers.Users),
    "POST /partners/{id}/employees": does(User, people.EmployeeBody, needed=True),
    "DELETE /partners/{id}/employees/{email}": does(Done, None, errors=(413,)),
    "POST /sales-units/{msn}/keys/regenerate": does(SalesUnit, people.RegenerateBody, errors=(409,)),
}
