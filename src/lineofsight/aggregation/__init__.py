"""From values of an episode to moments: the dictionary of columns, and the kernel that counts them in every bucket."""
