"""The merchant's side in a browser: the prefilled product order, the merchant agreement, the finished sales unit."""
