# Measuring a position at the counter

# Where it stands
capture-searching = Looking for the position
capture-improving = Getting more accurate
capture-ready = Ready to save
capture-weak = Not yet on target; can be saved with a reason
capture-too-weak = Poor accuracy; can be saved, but the province must check it
capture-moving = The phone is moving; measuring starts anew when it stands
capture-check-weak = Not yet on target, and good enough to check a pin
capture-check-too-weak = Too weak to check a pin
capture-placed-by-hand = Placed by hand

# What to do next
hint-wait = Please wait, it is getting better
hint-hold-still = Please stand still at the counter
hint-step-to-entrance = Try nearer the door, where more of the sky is seen
hint-turn-off-mock = Please turn off the mock-location app
hint-check-receiver = Please turn location on and allow the app the precise position
hint-save = The pin can be saved
hint-check-save = What was measured can be saved
hint-check-too-weak = Please wait until it is within { LENGTH($most_m) }, or go nearer to the door or a window

# Accuracy
radius-within = Within { LENGTH($radius95_m) } (95 %)
radius-number = { LENGTH($radius95_m) }
radius-target = Target { LENGTH($limit_m) }
radius-target-check = Target { LENGTH($limit_m) }, at most { LENGTH($most_m) }
radius-spoken = Accuracy { LENGTH($radius95_m) }
capture-elapsed = Measuring for { DURATION($elapsed_s) }

# Why a reading was not used
refusal-not-finite = The position is not a number
refusal-out-of-range = The position is not on the earth
refusal-zero-zero = The receiver has no position yet (0, 0)
refusal-mock = The position is mocked
refusal-accuracy-invalid = The accuracy is not valid
refusal-accuracy-not-given = The receiver gave no accuracy
refusal-hopeless-accuracy = The accuracy is too poor to be of use
refusal-stale = The reading is old
refusal-future = The reading is stamped after its arrival
refusal-out-of-order = The reading came out of order
refusal-repeated = The reading is a repeat
refusal-moving = The phone is moving
refusal-jump = The position jumped away from the others
refusal-first-fix = The first reading, which is often an old stored one
refusal-other-provider = From another source that disagrees

error-no-usable-fix = No reading could be used yet. Step into the open and try again.

# Why a weak pin is saved all the same
weak-indoors = Inside a building
weak-tall-buildings = Tall buildings around
weak-trees = Trees overhead
weak-weather = Bad weather
weak-urgent = Little time
weak-other = Another reason

# Reading a recording
unread-too-long = The line is too long
unread-not-text = Not text
unread-not-a-sentence = Not an NMEA sentence
unread-checksum-missing = No checksum
unread-checksum-wrong = Wrong checksum
unread-malformed = Malformed
unread-no-fix = The receiver has no position yet
unread-field-missing = A needed field is missing
unread-not-a-number = Not a number
unread-time-missing = No time, or none that can be read
unread-markup-broken = Broken XML; the rest cannot be read
error-input = The file could not be read. Check it and try again.
error-too-many-fixes = The file has too many readings. Split it.
