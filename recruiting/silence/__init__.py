"""What a silence means now: its state, its evidence, its chance; the desk.

Words: silence, delay, due, quiet, desk, evidence, condition, watch. Leaves to others: whose turn
it is and since when (pipeline), how likely an answer is (stats), figures over many (reports).
"""
