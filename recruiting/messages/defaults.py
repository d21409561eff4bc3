# ruff: noqa: E501 - a paragraph stands on its lines as it was written
"""What our mails say where no administrator has changed it: subject and body, by language.

Each thanks, asks one question at most, makes a no easy, and neither blames nor threatens.
"""

from __future__ import annotations

# Name -> language -> (subject, body); words in braces are filled in.
DEFAULTS: dict[str, dict[str, tuple[str, str]]] = {
    "follow_up_1": {
        "en": (
            "{job}: a short word from you?",
            (
                "Hello {first_name},\n\n"
                "thank you for your interest in the role {job}. On {asked_on} we wrote to you and have "
                "not heard back yet; mails do get lost.\n\n"
                "Are you still interested? One line is enough. If you need more time, or would rather "
                "not go on, that is fine too: just tell us so, no reason needed.\n\n"
                "Kind regards\n{sender}\n{employer}"
            ),
        ),
        "de": (
            "{job}: eine kurze Nachricht von Ihnen?",
            (
                "Guten Tag {first_name},\n\n"
                "vielen Dank für Ihr Interesse an der Stelle {job}. Am {asked_on} haben wir Ihnen "
                "geschrieben und noch keine Antwort bekommen; manchmal geht eine Mail verloren.\n\n"
                "Sind Sie weiterhin interessiert? Eine Zeile genügt. Wenn Sie mehr Zeit brauchen oder "
                "nicht weitermachen möchten, ist das völlig in Ordnung: Sagen Sie es uns einfach, "
                "einen Grund brauchen wir nicht.\n\n"
                "Freundliche Grüße\n{sender}\n{employer}"
            ),
        ),
    },
    "follow_up_2": {
        "en": (
            "{job}: how would you like to go on?",
            (
                "Hello {first_name},\n\n"
                "my name is {sender}, and I look after your application for {job}. Thank you for the "
                "time you have given us so far. Open is still what we asked on {asked_on}, at the step "
                "{stage}.\n\n"
                "How would you like to go on? A plain “yes”, “later” or “no, thank you” "
                "helps us, and each of them is fine. If something on our side is in the way, please "
                "let me know.\n\n"
                "Kind regards\n{sender}\n{employer}"
            ),
        ),
        "de": (
            "{job}: wie möchten Sie weitermachen?",
            (
                "Guten Tag {first_name},\n\n"
                "mein Name ist {sender}, ich betreue Ihre Bewerbung für {job}. Danke für die Zeit, die "
                "Sie uns bisher geschenkt haben. Offen ist noch unsere Frage vom {asked_on} im Schritt "
                "{stage}.\n\n"
                "Wie möchten Sie weitermachen? Ein einfaches „ja“, „später“ oder „nein, "
                "danke“ hilft uns, und jedes davon ist in Ordnung. Falls etwas auf unserer Seite "
                "im Weg steht, sagen Sie es mir bitte.\n\n"
                "Freundliche Grüße\n{sender}\n{employer}"
            ),
        ),
    },
    "closing": {
        "en": (
            "{job}: thank you, and all the best",
            (
                "Hello {first_name},\n\n"
                "thank you for your interest in the role {job} and the time you gave us. As we have "
                "not heard from you, we close your application for now.\n\n"
                "Should that be wrong, or should you wish to go on: a reply to this mail is enough, "
                "and we take it up again. If you would like to tell us what we could do better, five "
                "short questions are here: {feedback_link}\n\n"
                "All the best\n{sender}\n{employer}"
            ),
        ),
        "de": (
            "{job}: danke und alles Gute",
            (
                "Guten Tag {first_name},\n\n"
                "vielen Dank für Ihr Interesse an der Stelle {job} und für Ihre Zeit. Da wir nichts "
                "mehr von Ihnen gehört haben, schließen wir Ihre Bewerbung vorerst ab.\n\n"
                "Falls das nicht stimmt oder Sie weitermachen möchten: Eine Antwort auf diese Mail "
                "genügt, und wir nehmen sie wieder auf. Wenn Sie uns sagen möchten, was wir besser "
                "machen können, finden Sie fünf kurze Fragen hier: {feedback_link}\n\n"
                "Alles Gute\n{sender}\n{employer}"
            ),
        ),
    },
    "delay": {
        "en": (
            "{job}: our answer takes a little longer",
            (
                "Hello {first_name},\n\n"
                "thank you for your patience. Our answer on your application for {job} takes longer "
                "than we promised, and we are sorry about that. You will hear from us by {promised_on} "
                "at the latest; there is nothing you need to do. Should you not want to wait, a short "
                "word is enough.\n\n"
                "Kind regards\n{sender}\n{employer}"
            ),
        ),
        "de": (
            "{job}: unsere Antwort braucht etwas länger",
            (
                "Guten Tag {first_name},\n\n"
                "vielen Dank für Ihre Geduld. Unsere Antwort auf Ihre Bewerbung für {job} braucht "
                "länger als versprochen, das tut uns leid. Sie hören spätestens am {promised_on} von "
                "uns; Sie müssen nichts weiter tun. Falls Sie nicht warten möchten, genügt ein kurzes "
                "Wort.\n\n"
                "Freundliche Grüße\n{sender}\n{employer}"
            ),
        ),
    },
}
