"""Applications: where they stand, everything that happened to them, whose turn it is.

Words: application, event, timeline, touch, turn, move, outcome, handover, pause, owner.
`turns.py` reads a timeline and says whose turn it is and since when; it is the heart.
Leaves to others: what a silence means at this moment (silence), figures over many (reports).
"""
