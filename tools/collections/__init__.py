"""Collections of requests for API clients, Postman's and Bruno's: the same stories, written once."""
