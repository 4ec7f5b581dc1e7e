# Surveys on the phone and at the registry

# The trial checklist (trial-CODE)
trial-enough-responses = Tried often enough
trial-every-question = Every question answered at least once
trial-every-choice = Every score chosen at least once
trial-both-languages = Tried in Thai and in English
trial-all-arrived = Everything has arrived at the registry
trial-none-refused = The registry refused none

# What cannot be done, and how to mend it
error-no-form = This form is not on the phone yet. Connect and sync once.
error-no-draft = This half-filled form is not there any more.
error-form-trial-only = This form is open for trials only. Choose a trial.
error-form-unknown = The registry has no such version of the form. Tell whoever made it.
error-answers-incomplete = Some questions are still to be answered or mended.
error-gone-already = This response was sent already and can no longer be changed.
error-answer-required = A question that must be answered is not.
error-answer-constraint = An answer is out of bounds.
error-answer-type = An answer is not of its question's type.
error-answer-range = A number is out of range.
error-answer-text = A text is too long or has a character that cannot be stored.
error-answer-choice = An answer is not one of the choices.
error-answer-unknown = There is an answer to a question that the form does not have.
error-answer-not-relevant = There is an answer to a question that is not asked.
error-answer-not-asked = There is an answer to what is not answered.
error-answer-expression = A question's condition cannot be worked out. Tell whoever made the form.
error-answer-repetitions = The number of repetitions is not the form's.
error-answer-form = This response is another form's or version's.
