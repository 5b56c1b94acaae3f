"""The ePayment API, version 1."""
