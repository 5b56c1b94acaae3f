"""Holds real answers of a server against official OpenAPI files: python -m tools.contract --spec FILE [--spec FILE].

Every exchange is checked: status, content type and body of the answer, and whether what the file allows was taken and
what it forbids refused. Every documented status, field and word has to be seen. Each API has a module with its calls
and its list of differences on purpose; an entry that is not needed is a failure.
"""
