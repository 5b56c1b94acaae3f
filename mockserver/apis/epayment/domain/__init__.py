"""The rules of a payment, pure: values in, values out, told the time."""
