"""Exit feedback: the invitation, its signed link, the five questions, the answers.

Words: invitation, exit feedback, reason. Leaves to others: figures over many answers (reports).
"""
