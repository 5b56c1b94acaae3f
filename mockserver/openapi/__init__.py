"""OpenAPI documents of everything the server answers, made of the tables that it routes by."""
