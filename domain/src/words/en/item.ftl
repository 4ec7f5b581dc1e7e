# Items: pins, responses, declarations, and where they are

# The four states, the same words everywhere
item-saved = Saved here
item-sent = Sent
item-approved = Approved
item-sent-back = Sent back
item-wedged = Cannot be sent

item-saved-sentence = Saved on this phone, not yet sent
items-waiting = { $count ->
    [one] One item waits
   *[other] { $count } items wait
} since { $since }
items-wedged = { $count ->
    [one] One item cannot be sent. Mend or discard it.
   *[other] { $count } items cannot be sent. Mend or discard them.
}
items-all-sent = Everything is sent
item-wedged-sentence = It cannot be sent: { $reason } Mend it and save again, or discard it.

# Kinds
kind-pin = Pin
kind-check-pin = Check pin
kind-counter = Counter
kind-roster = List of counters
kind-attendance = Answer to a meeting
kind-review = Review
kind-response = Response
kind-declaration = Zero Copy declaration

# A counter's pin
pin-not-pinned = Not pinned
pin-waiting = Waiting for review
pin-approved = Approved
pin-sent-back = Sent back
pin-conflict = Several people pinned it: please choose

# Why a pin was sent back
sent-back-wrong-province = In the wrong province
sent-back-wrong-district = In the wrong district
sent-back-not-at-address = Not at the address
sent-back-not-on-building = Not on the building
sent-back-wrong-place = The position is not where the counter is
sent-back-wrong-counter = Another counter was pinned
sent-back-too-weak = Not accurate enough
sent-back-outside-area = Outside the LAO's area
sent-back-duplicate = The same as another counter
sent-back-moved = The counter has moved
sent-back-photo = The photo is unclear or not of the counter
sent-back-other = Another reason

# What keeps an item from being sent
error-envelope-kind = This version does not know this kind of item. Please update the app.
error-envelope-id = The item's id is not valid. Please save it again.
error-envelope-seen = The item refers to too many others ({ $count }). Please save it again.
error-payload-not-an-object = The item's data cannot be read. Please save it again.
error-payload-too-large = The item's data is too large. Please shorten the text.
error-payload-nul = The text has a character that cannot be used. Please type it again.
