"""Lineofsight: from what a company does, through how its customers feel, to what they do and what it is worth."""

__version__ = "0.1.0"
