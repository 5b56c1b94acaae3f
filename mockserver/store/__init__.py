"""The only room that knows SQL. Its functions take a connection and domain values; none of them decides anything."""
