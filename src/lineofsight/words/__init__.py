"""Facts into text: numbers, units, lists, reasons, sentences."""
