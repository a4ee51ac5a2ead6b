"""The report's sections: each module turns tables of a run into blocks."""
