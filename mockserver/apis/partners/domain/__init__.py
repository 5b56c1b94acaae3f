"""What a company does on its way to being a partner, and what it has to show."""
