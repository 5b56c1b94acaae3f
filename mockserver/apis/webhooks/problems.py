"""How the Webhooks API refuses: RFC 7807, as the ePayment API without codes; 401 and 429 in the gateway's shape."""

from mockserver.web.problems import of_refusal

refuse = of_refusal
