"""What gives an outcome away, or stands for another column, and is kept out of the models."""
