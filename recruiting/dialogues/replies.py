"""Saved wordings to begin an answer with, in both languages: who reads is not known (pure).

They thank, say what happens next, and ask for nothing that would tell who writes.
"""

from __future__ import annotations

# Name -> language -> text.
REPLIES: dict[str, dict[str, str]] = {
    "thanks": {
        "en": (
            "Thank you for writing this down. We have read it and taken it to heart. If you would "
            "like to add anything, you can do so here; please name nobody, yourself included."
        ),
        "de": (
            "Vielen Dank, dass Sie uns das geschrieben haben. Wir haben es gelesen und nehmen es "
            "ernst. Wenn Sie etwas ergänzen möchten, können Sie das hier tun; bitte nennen Sie "
            "niemanden, auch sich selbst nicht."
        ),
    },
    "question": {
        "en": (
            "Thank you. To mend it, we would like to understand it better: at which point of the "
            "process was it, and what would have helped you? Please tell only what does not give "
            "you away."
        ),
        "de": (
            "Vielen Dank. Um es besser zu machen, möchten wir es besser verstehen: An welcher "
            "Stelle des Verfahrens war das, und was hätte Ihnen geholfen? Bitte schreiben Sie nur, "
            "was Sie nicht zu erkennen gibt."
        ),
    },
    "sorry": {
        "en": (
            "What you describe should not have happened, and we are sorry. We are looking into it "
            "and will write here what comes of it."
        ),
        "de": (
            "Was Sie beschreiben, hätte nicht geschehen dürfen; das tut uns leid. Wir gehen dem "
            "nach und schreiben Ihnen hier, was daraus wird."
        ),
    },
    "changed": {
        "en": "You were right, and we have changed it: ",
        "de": "Sie hatten recht, und wir haben es geändert: ",
    },
}
