# The phone's screens: names, buttons, lines

app-name = Pakmut
screen-counters = My counters
screen-survey = Trial survey
screen-review = Review
screen-queue = Sending
screen-about = About

# Buttons and fields
button-sign-in = Sign in
button-sign-out = Sign out
button-sync = Send now
button-stop = Stop
button-cancel = Cancel
button-back = Back
button-next = Next
button-done = Done
button-finish = Finish and save
button-discard = Discard
button-mend = Mend
button-try-again = Try again
button-photo = Take a photo
button-photo-again = Take the photo again
button-photo-remove = Remove the photo
button-by-hand = Place by hand
button-approve = Approve
button-send-back = Send back
button-save = Save
field-show-password = Show the password
button-enter-code = I have a one-time code
button-map = Open in the map
button-settings = Open settings
button-declare-all = Declare for all undeclared
field-username = Username
field-password = Password
field-registry = Registry address
field-note = Note
field-reason = Reason
field-position = Position
field-language = Language
field-digits = Thai digits

# Signing in
screen-sign-in-note = Sign in once while there is a network; then everything works without.
screen-others-waiting = { $count ->
    [one] A colleague's item on this phone is not sent yet. It goes out when they sign in.
   *[other] { $count } of colleagues' items on this phone are not sent yet. They go out when they sign in.
}
screen-sign-out-note = What is not sent yet stays on this phone and goes out when you sign in again.

# Counters
screen-counters-line = { $done } of { $count } pinned
screen-counters-not-fetched = Your counters will be here. Connect once to fetch them.
screen-counters-none = There is no counter yet. Your LAO's counters will be here.
screen-counter-closed = Closed
screen-counter-sample = Sample
screen-pin-counter = Pin { $name }
screen-pin-again = Pin { $name } again

# The list of counters
screen-counter-new = Add a counter
screen-counter-change = Change the counter
screen-list-complete = Stated as complete: { $count ->
    [one] one counter
   *[other] { $count } counters
}, { $when }
screen-list-complete-saved = Stated as complete, not yet sent: { $count ->
    [one] one counter
   *[other] { $count } counters
}, { $when }
screen-list-open = Stated as not complete, { $when }
button-list-complete = The list is complete
button-list-open = The list is not complete
field-counter-name = Name of the counter, in Thai
field-counter-kind = Kind
field-counter-status = Status
field-address = Address
field-postcode = Postcode
field-phone = Telephone
field-extension = Extension

# Pinning
screen-pin-title = Pin
screen-take-pin = I stand at the counter: take this position
screen-take-pin-anyway = Take this position all the same
screen-save-pin = Save pin
screen-measure-again = Measure again
screen-findings-title = Before you save
screen-findings-none = Nothing to remark
screen-reason-asked = Why is it saved all the same?
screen-location-why = Pakmut needs the precise location to pin the counter that you stand at. It is used only while you pin.
screen-location-denied = The location is not allowed. Allow it in the settings.
screen-location-approximate = Only the approximate location is allowed. Allow the precise one in the settings.
screen-location-off = Location is off. Turn it on.
weak-checked-on-spot = Checked on the spot
weak-counter-moved = The counter has moved
error-capture-not-ended = Nothing is measured yet. Measure first.
error-pin-blocked = The pin must be corrected before it can be saved. Measure again.
error-note-too-long = The text is too long. Please shorten it.
error-pin-reason-missing = Please choose or write a reason.
error-closed = The app's library was closed. Please open the app again.
error-argument = What the app asked cannot be read. Please update the app.
error-internal = The app has a fault. What was saved is safe; please try again.

# Queue and sending
screen-queue-empty = What you save will be here, with where it is.
screen-nothing-to-send = Nothing to send
screen-fetching = Fetching the latest data
screen-sync-some-left = Not all is sent. See the list.

# Survey
screen-survey-line = { $count } filled on this phone, { $sent } of them sent
screen-survey-empty = Survey forms will be here. Connect once to fetch them.
screen-survey-trial = Trial: it counts in no result
screen-survey-page = Page { $number } of { $count }
screen-survey-draft = { $count } answered, changed { $when }
screen-survey-end = All is answered. Once saved, it is sent when there is a network.
screen-survey-yes = Yes
screen-survey-no = No
screen-survey-photo-taken = A photo was taken

# Zero Copy
screen-zero-copy-line = { $done } of { $count } declared

# Review
screen-review-line = { $count ->
    [0] Nothing waits for you
    [one] One pin waits for you
   *[other] { $count } pins wait for you
}
screen-review-empty = Pins that wait for your decision will be here. Fetch the latest data.

# Counters to be measured once more
screen-checks-line = { $count ->
    [0] Nothing to measure once more
    [one] One counter to measure once more
   *[other] { $count } counters to measure once more
}
screen-checks-how = Go there and measure at the counter. The pin is not shown: what you measure tells how good it is.
screen-checks-empty = Counters that you are to measure once more will be here. Fetch the latest data.
screen-check-to-measure = To be measured
screen-check-not-yours = Not yours to measure
screen-take-check = I stand at the counter: take what was measured
screen-check-second = Somebody measured this counter already. What you measured is kept and does not count.
screen-save-check = Save what was measured

# Follow-up
screen-follow-behind = { $count ->
    [one] One LAO is behind
   *[other] { $count } LAOs are behind
}
screen-follow-empty = The LAOs of your province will be here. Fetch the latest data.
screen-follow-waiting = { $count } to be reviewed

# About
screen-version = Version { $version }, wire { $wire }, built { $when }
screen-privacy-position = Your position is read only while you pin, and kept only in the pin that you save.
screen-privacy-sent = Pins, answers and declarations go to the registry under your name, and to nobody else.
screen-privacy-kept = What was sent stays on this phone for 90 days, in case the registry must be restored.
screen-recovered = The data file was damaged. { $count ->
    [one] One item was
   *[other] { $count } items were
} brought over; the old file is kept.

# Photos
screen-photo-how = Take a photo of the counter that shows its sign or its door
screen-photo-shown = Photo of this counter
screen-photo-none = No photo yet
screen-photo-failed = The camera or the photo could not be opened. Please try again.
screen-review-photo = There is a photo of this counter. It is fetched once and then kept on this phone.
screen-review-photo-here = Photo of this counter, { $kb } kB, kept on this phone
button-photo-fetch = Show the photo (at most { $kb } kB)
screen-photo-fetching = Fetching the photo
screen-queue-photos = { $count ->
    [one] One photo waits to be sent
   *[other] { $count } photos wait to be sent
}
screen-queue-photo-stuck = A photo cannot be sent
