"""The rules of a login, pure: values in, values out, told the time."""
