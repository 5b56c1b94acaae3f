"""The rules, pure: values in, values out. Nothing here asks for the time, draws a number or does I/O."""
