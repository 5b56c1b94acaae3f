"""The rules of product orders, pure: values in, values out, told the time."""
