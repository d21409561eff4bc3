"""Exit feedback: the invitation, its signed link, the five questions, the answers.

Words: invitation, exit feedback, item, reason, objection. Leaves to others: figures over many
answers (reports), and what candidates may know of their other applications (answers).
"""
