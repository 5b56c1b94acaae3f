"""The ePayment API on the wire: operation table, forms, problems, document."""
