"""How values are written: what dates and numbers in texts mean, told from all of them, the same on every engine.

An engine counts the shapes of a column's texts (`shapes`); `dates` and `numbers` decide what they mean, or that they may mean
several things; and what was decided becomes SQL again.
"""
