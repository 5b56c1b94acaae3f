"""How the ePayment API refuses: RFC 7807 with an ErrorCode; 401 and 429 in the gateway's shape."""

from mockserver.web.problems import of_refusal

refuse = of_refusal
