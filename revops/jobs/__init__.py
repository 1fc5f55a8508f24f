"""How each scheduled job stands, and the record of its runs."""
