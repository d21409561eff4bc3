"""Jobs, their ordered stages, and the terms of each stage: patience, ladder, our promise.

Words: job, stage, patience, promise. Leaves to others: who is in a stage (pipeline).
"""
