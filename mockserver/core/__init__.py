"""What everything stands on, and knows no product: clock, ids, values, money, errors, engine, database."""
