"""A kit for deciding about a model: it plays 20 scripted consultations through the whole service.

`consultations.json` has what the students say: `kind` is "open", "closed", "nothing" (nothing is asked) or "program"
(whether the patient is one), and `asks` numbers the locked facts of the patient, from 1, that a clinician would say the
message asks for. `signs.json` has words that show that a reply tells one of them.
"""
