# The officers' pages: overview, follow-up, review, rounds

office-country = The country
office-overview = Overview
office-follow-up = Follow-up
office-review = Review pins
office-rounds = Rounds and news
office-how-far = How far are we
office-done-of = { $done } of { $due } counters pinned
office-who-is-late = Who is late
office-laos-behind = LAOs are behind
office-to-follow-up = To the follow-up
office-what-waits = What waits for you
office-pins-wait = pins wait for review
office-to-review = Review them
office-exempt = Exempt, need not be pinned
office-no-round = There is no round yet. Once the department opens one, its days show here.
office-counter = Counter
office-lao = LAO
office-district = District
office-whole-province = Whole province
office-districts = By district
office-all-laos = By LAO
office-progress = Progress
office-address = Address
office-phone = Telephone
office-extension = ext. { $extension }
office-save = Save
office-page-before = ← Page before
office-page-next = Next page →
office-page-of = Page { $page } of { $pages }
trend-title = Pinned, day by day
trend-words = { $done } of { $due } pinned, from { $first } to { $today }

# Review
review-order = { $count ->
    [one] One pin waits
   *[other] { $count } pins wait
}, those with most about them first.
review-start = Start reviewing
review-clean-ones = { $count } with nothing found
review-nothing-waits = No pin waits. Those that LAOs send will show here.
review-approved-together = { $count } approved together
review-reasons = What was found
review-nothing-found = Nothing was found
review-within = Within (95 %)
review-metres = { $metres } m
review-saved = Pinned
review-clean-title = Pins with nothing found
review-clean-how = About 1 in { $one } is drawn to be looked at by itself. Once those are decided, the others can be approved together.
review-sample = { $count } drawn: look at each
review-sample-first = Decide the drawn ones first. The button to approve these together then shows here.
review-together = Can be approved together
review-approve-together = Approve these { $count } together
review-no-clean = No pin with nothing found waits
review-place = { $place } of { $count } that wait
review-before = Before
review-next = Next
review-no-pin = This counter has no pin yet. It shows here once its LAO pins it.
review-facts = Details
review-degrees = Latitude, longitude (WGS 84)
review-utm = UTM
review-plus-code = Plus Code
review-how = Measured by
review-fixes = { $fixes } readings in { $seconds } s
review-who = By
review-reason-given = Reason given
review-note = Note
review-history = History
review-decision = Decision
review-approve = Approve
review-send-back = Send back
review-why = Why it is sent back
review-note-to-lao = To the LAO (optional)
review-choose = More than one pin: choose
review-choose-how = They were taken by people who did not know of each other's. Approve the right one and send the others back.
review-pin-number = Pin { $number }
review-this-one = This one is right
review-not-this-one = Send this one back
review-look-again = Look again
review-said-approved = { $counter } was approved
review-said-sent-back = { $counter } was sent back. The LAO's phones are told with their next sync.
review-said-overtaken = Your decision was not recorded: another officer decided on { $counter } before you. See below, and decide again if you disagree.
review-said-beside = You and another officer decided on { $counter } at the same moment. Both are kept; if they differ, sent back holds. See below.
review-said-superseded = Your decision was not recorded: the LAO pinned { $counter } anew. Please review the new pin.
review-keys = Keys
review-key-a = Approve
review-key-r = Send back (choose a reason, then R again)
review-key-j = Next pin
review-key-k = Pin before

# Map
map-shown = The pin under review
map-beside = Another pin of this counter
map-earlier = An earlier pin of this counter
map-other = Another counter of the LAO
map-close = Map round the pin; the counter lies within the circle with 95 %
map-whole = Where the pin lies in the LAO's area
map-country = Map of progress by province
map-province = Map of progress by district
map-key = Share of due counters that are pinned
map-live = Map: the arrow keys move it, + and − zoom
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-to-pin = To the pin
map-to-area = Whole area
map-metres = m
map-kilometres = km
map-wheel = Hold Ctrl and turn the wheel to zoom
map-fingers = Move the map with two fingers

# Follow-up
follow-nobody = Every LAO has done all that is due
follow-all = All { $count }
follow-choose = Choose
follow-missing = Still missing
follow-contact = Contact
follow-edit-contact = Change contact
follow-last-reminder = Last reminder
follow-since = since { $day }
follow-unsent = A phone holds unsent items since { $day }
follow-mark = Mark the chosen LAOs as reminded
follow-note = Your note (LAOs do not see it)
follow-reaches-phones = The phones of the chosen LAOs are told what is missing, with their next sync.
follow-mark-button = Mark as reminded
follow-reminded = { $count ->
    [one] One LAO
   *[other] { $count } LAOs
} marked as reminded
follow-person = Name
follow-email = E-mail
way-phone = By telephone
way-letter = By letter
way-in-person = In person
reminder-title = The province asks you to hurry
reminder-by = by { $day }
gap-not-enrolled = Not enrolled
gap-sent-back = { $count } to be pinned again
gap-not-pinned = { $count } not pinned
gap-no-trial-survey = No trial survey
gap-not-declared = { $count } documents not declared
gap-roster-open = No counter on its list
gap-name-not-enrolled = Not enrolled
gap-name-sent-back = To be pinned again
gap-name-not-pinned = Not all pinned
gap-name-no-trial-survey = No trial survey
gap-name-not-declared = Not all declared
gap-name-roster-open = No counter listed

# Rounds
task-enrolled = LAOs enrolled
task-pinned = Every counter pinned
task-trial-survey = Trial survey done
task-zero-copy = Zero Copy declared
task-own-counters = The province's own counters pinned
round-none = There is no round yet
round-until = until { $day }
round-begins = begins in { $days } days
round-runs = { $days } days left
round-last-day = last day
round-over = over for { $days } days
round-extended = extended to { $day }
round-extend-to = Extend to
round-extend = Extend
round-day-example = 10 Aug 2018
round-announcements = Announcements
round-no-announcements = No announcements yet
round-guidance = Guidance and contacts
round-no-guidance = No guidance yet
round-publish = Publish guidance or a contact
round-publish-button = Publish
round-withdraw = Withdraw
round-open = Open a round
round-open-button = Open the round
round-name = Name, in Thai
round-from = From
round-to = To
round-due = What is due
round-announce = Announce
round-announce-button = Announce
round-title = Title, in Thai
round-text = Text, in Thai
round-meeting = A meeting (optional)
round-meeting-day = Day
round-meeting-begins = Begins
round-meeting-ends = Ends
round-meeting-place = Place or web address

# What cannot be taken
error-round-name = Give the round a name of at most 200 characters. Go back: what you entered is still there.
error-round-ends-before-it-begins = The last day lies before the first. Go back and correct the days.
error-round-extended-to-earlier = A round is extended to a day after its last. Go back and correct the day.
error-round-nothing-due = Choose at least one thing that is due.
error-round-unknown = There is no such round. Open the page anew.
error-way-unknown = Choose how they were reminded.
error-nobody-chosen = No LAO is chosen. Go back and choose at least one.
error-sample-not-looked-at = Drawn pins still wait. Decide them first.
error-reason-missing = Choose why it is sent back, and send once more.
error-decision-unknown = Choose to approve or to send back.
error-decision-refused = The decision could not be recorded; the pin may not be in your scope.
error-decision-busy = The registry is busy and your decision was not recorded. Please send it again.
error-pin-malformed = Open this page anew and try again.
error-title-missing = Give the announcement a title.
error-time-unreadable = Write times as 10:00.
error-meeting-ends-before-it-begins = The meeting ends before it begins. Go back and correct the times.
error-action-unknown = Open this page anew and try again.

# Documents
office-papers = Documents
paper-to-check = To check with
paper-to-follow-up = To follow up with
paper-sheets = Sheets to print, every counter
paper-xlsx = Table of counters (XLSX)
paper-csv = Table of counters (CSV)
paper-geojson = Pins for GIS programs (GeoJSON)
paper-kml = Pins for Google Earth (KML)
paper-calls = Call list of LAOs that are behind (XLSX)
paper-letters = Letters to the LAOs that are behind
paper-letters-how = One DOCX file with a letter, in Thai, to each LAO that is behind, a page each.
paper-letters-button = Make all letters
paper-number = Number
paper-office = Office
paper-refers-to = Refers to
paper-signer = Signed by
paper-position = Position
paper-sheet = Verification sheets
paper-print-how = Print with the browser (Ctrl+P), a page for each counter, or save as PDF.
paper-status = Status
paper-checked = Checked:
paper-right = right
paper-wrong = wrong
paper-signature = Signed
paper-day = Date
paper-printed = Printed { $day }
paper-lao-code = LAO code
paper-lat = Latitude
paper-lon = Longitude
paper-utm-zone = UTM zone
paper-utm-e = UTM easting (m)
paper-utm-n = UTM northing (m)
paper-radius = Within 95 % (m)
paper-decision-reason = Why sent back
paper-counter-id = Counter id
paper-sample = Sample
paper-since = Since
paper-unsent = Unsent on a phone since
paper-call-note = Outcome of the call
error-nobody-behind = Every LAO has done all that is due: there is no letter to write.
error-file-unwritable = The file could not be made. Please try again.

# Exempt
exempt-title = Need this counter not be pinned?
exempt-reason = Why it is exempt
exempt-button = Exempt this counter
exempt-back-title = This counter is exempt
exempt-back-button = It must be pinned again
error-exempt-reason-missing = Say why the counter is exempt.

# Refusals of surveys, reviews and files
error-no-such-pin = This pin is not on this phone. Please sync and try again.
error-address-too-long = The address is too long for a QR code.
error-export-failed = The file could not be made. Please try again.
error-period-malformed = The period is none. Choose a month, a quarter or a year.
error-answer-unwritable = The answer could not be stored yet. Please send it again.
error-item-malformed = There is no such comment.
error-decision-malformed = The decision is incomplete. Choose to approve or to send back.
error-certificate-failed = The TLS certificate could not be used. Check the files of certificate and key.
error-form-faulty = The form has faults. Mend what is listed and import it again.
error-form-open-already = This version of the form is open already.
error-form-version-taken = This version number is taken. Use a new one.

# The way between pages
tab-zero-copy = Document copies
tab-results = Survey results
tab-comments = Suggestions
tab-counters = Counters
lao-qr-sheet = QR code to print
lao-no-counters = No counters yet. They show here once the LAO lists them.
follow-contradicted = { $count ->
    [one] One counter is contradicted by citizens' answers
   *[other] { $count } counters are contradicted by citizens' answers
} about document copies
paper-province-code = Province code
paper-zero-copy = Progress of document copies (XLSX)
paper-contradicted = Counters that answers contradict (XLSX)

# Changing a list of counters
tab-edit-counters = Change the list
counter-kind = Kind
counter-status = State
counter-subdistrict = Subdistrict code
counter-postcode = Postcode
counter-extension = Extension
counters-title = Change the list of counters: { $place }
counters-file = From a file
counters-file-how = Take the list as it is, change it in your spreadsheet, and send it here (CSV or XLSX, at most 150 kB). What would change is shown before anything does. A row without an id is a new counter; one that closed gets the state Closed; a counter that is not in the file stays as it is.
counters-list = The list as it is:
counters-choose = File
counters-look = See what would change
counters-add = Add a counter
counters-edit = Change { $counter }
counters-each = Change one
counters-keep = Save
counters-taken = { $count ->
    [one] One counter
   *[other] { $count } counters
} changed. The phones are told with their next sync.
counters-preview-title = What would change: { $place }
counters-faults = { $count ->
    [one] One thing is wrong.
   *[other] { $count } things are wrong.
} Nothing was changed. Mend it in the file and send it again.
counters-line = Row
counters-column = Column
counters-what = What to do
counters-new = New
counters-changed = Changes
counters-nothing = Nothing would change: the list is as the file says.
counters-sum = { $new } new, { $changed } to change, { $same } as they are.
counters-take = Make these changes
counters-meanwhile = The list changed since you looked. See what would change now.
error-counter-refused = A counter was refused. Look at the list and send the rest again.
error-file-missing = Choose a file first.
error-subdistrict-of-other-province = The subdistrict lies in another province than the LAO. Check the code.
error-text-too-long = The text is too long. Shorten it.

# Photos of pins
review-photo = Photo
review-photo-of = Photo of { $counter }
review-photo-coming = There is a photo; it has not arrived yet
review-photo-removed = The LAO took the photo out
photo-remove = Take the photo out
photo-removed = The photo was taken out

# Check pins
check-title = Check pins
check-to = Check pins
check-how = Pins are drawn, and somebody else measures those counters without seeing the first pin. Half are drawn by chance, the others are the most suspicious ones.
check-quality = { $confirmed } of { $measured } pins drawn by chance and measured once more are confirmed: { $share } % (95 % interval { $low }–{ $high } %); { $doubtful } doubtful, { $wrong } wrong
check-suspected = Of the suspicious ones, { $confirmed } of { $measured } are confirmed; { $doubtful } doubtful, { $wrong } wrong
check-not-yet = No pin was measured once more yet
check-none = No pin was drawn yet. Draw some below; they stand here until somebody measured them.
check-why = Drawn
check-why-chance = by chance
check-why-suspicion = as suspicious
check-result = Result
check-who = When, who
check-waits = not measured yet
check-verdict-confirmed = confirmed
check-verdict-doubtful = doubtful
check-verdict-wrong = wrong
check-distance = { LENGTH($distance_m) } apart; up to { LENGTH($agree_m) } they agree
check-draw = Draw more
check-count = How many
check-draw-button = Draw
check-drawn = { $count ->
    [one] One pin drawn
   *[other] { $count } pins drawn
}
check-none-left = No pin is left to be drawn
check-of = Measure once more: { $counter }
check-measure-how = Stand at the counter, measure, and send. The first pin is shown after that.
check-here = Use this phone's position
check-here-denied = The browser tells no position. Allow it, or type what your receiver shows.
check-position = Position
check-radius = Within how many metres (95 %)
check-send = Send
check-look = See both on the pin's page
error-check-count-wrong = Draw 1 to 100 pins.
error-check-no-chance = The registry cannot draw just now. Please try again.
error-check-radius-unreadable = Write within how many metres the position lies, 8.5 for example.
error-check-too-weak = The measurement is too weak to check a pin: it must be within 50 m. Measure again, nearer to the door or a window.
error-check-done = Somebody measured this counter already.
error-check-not-blind = You saved or decided on a pin of this counter, so somebody else must measure it.
error-check-pin-gone = This counter has no pin any more that could be checked.
error-check-own-lao = A counter is measured once more by somebody of another LAO.
error-check-unknown = This counter is not to be measured any more. Fetch the latest data.
error-check-mock = An app made the position up, so it can check no pin. Turn that app off and measure again.
error-check-by-hand = To check a pin, measure at the counter: a position placed by hand checks nothing.

# Meetings
meeting-title = Who comes
meeting-question = Will somebody of your office come?
meeting-will = Will come
meeting-will-not = Will not come
meeting-people = How many people
meeting-people-short = People
meeting-send = Send the answer
meeting-kept = Kept
meeting-comes = { $people ->
    [one] Will come, one person
   *[other] Will come, { $people } people
}
meeting-no-answer = No answer yet
meeting-answer = Answer
meeting-came = Came
meeting-province = Province
meeting-laos = LAOs
meeting-sums = Of { $laos } LAOs { $will } will come, { $willnot } will not; { $came } came
meeting-note = Note who came
meeting-note-later = Who came can be noted here once the meeting has begun.
error-meeting-unknown = This meeting is no longer announced.
error-meeting-over = The meeting is over.
error-meeting-not-begun = The meeting has not begun yet.
error-meeting-unanswered = Choose whether somebody will come.
error-meeting-people-wrong = Say how many people come, 1 to 50.
