"""A conversation without a name: with six words a candidate reads an answer and answers it.

Words: dialogue, remark. Leaves to others: how a key is made and kept, and who wrote the first words
(feedback); figures (reports).
"""
