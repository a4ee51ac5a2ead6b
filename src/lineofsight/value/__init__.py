"""Money: what one unit of a behaviour is worth, and what a driver's improvement is worth a year."""
