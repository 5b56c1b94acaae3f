"""Who is there: merchants, sales units, customers, partners, their keys and tokens, and who calls."""
