"""Where and why the conversation breaks, on both sides: rates with bounds and caveats, for HR.

Words: ghosting rate, never-responded rate, own delay rate, open turn, group. Leaves to others:
whose turn it is (pipeline, silence), what was answered (feedback).
"""
