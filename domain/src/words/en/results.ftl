# Pages of results, the citizens' page, and the print sheet

results-title = Results: { $place }
results-quarter = Quarter { $quarter } of { $year }
results-year = { $year }
results-real = Real responses
results-trial = Trial responses
results-responses = responses
results-before = Period before: { $count } responses
results-none = Nothing to show yet: results are shown from { $from } responses on, so that nobody can tell who answered.
results-none-trial = No trial responses in this period yet.
results-how = A counter's results grow by { $from } responses at a time, so that nobody can tell who answered.
results-mean = Mean
results-satisfied = Satisfied (4–5)
results-interval = 95 % interval
results-change = Against the period before
results-points = { $change } points
results-answered = Answered
results-question = Question
results-choice = Choice
results-share = Share
results-count = Number
results-all-versions = All versions
results-version = Version { $version }
results-form = Form
results-period = Period
results-show = Show
results-parts = By place
results-parts-none = { $count } without results yet
results-place = Place
results-comments = Suggestions
results-comments-none = No suggestion that staff have read and let be shown yet.
results-files = Download:
results-codebook = Codebook
results-chart = { $question }: { $values }
results-no-form = No form is published yet. Results will be here once the department has published one.
results-text-answers = Answered in words, which are not shown here

# Comments that staff read
comments-title = Suggestions: { $place }
comments-none = No suggestions yet. They arrive once a counter has { $from } responses.
comments-none-trial = No trial response has words or photos yet.
comments-photo = Photo { $number } of the response
comments-show = Read; let the public see it
comments-hide = Read; do not show it
comments-unread = Not read
comments-shown = The public sees it
comments-hidden = Not shown
comments-hint = Do not show one with a name, an ID or telephone number, or foul words.

# The citizens' page
rate-project = Pakmut: public-service counters
rate-rate = Rate it
rate-copies = Copies you need not bring
rate-intro = No name and no ID number is asked. Two minutes are enough.
rate-send = Send
rate-required = needed
rate-only-if = answer if it concerns you
rate-choose = Choose
rate-mend = { $count ->
    [one] One answer is to be mended. See the one marked ⚠ and send again; your answers are all here.
   *[other] { $count } answers are to be mended. See those marked ⚠ and send again; your answers are all here.
}
rate-again = This page was open for too long. Please press Send again; your answers are all here.
rate-thanks = Thank you. Your answer has arrived.
rate-thanks-once = This answer arrived before; it counts once.
rate-results = This counter's results
rate-nearest = Counters near here
rate-closed = No answers are taken at present.
rate-busy = Many people are sending just now. Please wait a moment and send again.
rate-failed = It could not be stored yet. Please send again; your answers are all here.

# The print sheet
sheet-title = Print sheet: { $place }
sheet-ask = How was the service today? Scan to rate it.
sheet-promise = No name and no ID number is asked.
sheet-alt = QR code of { $address }

# Counters near here
nearest-title = Counters near here
nearest-ask = Name of a subdistrict, district, province or LAO
nearest-search = Search
nearest-here = Use my position
nearest-unknown = No place of this name was found. Try a district or a province.
nearest-none = No counter with a checked position near here yet.
nearest-which = Which one?
nearest-distance = Distance
nearest-services = Services
nearest-denied = Your position could not be read. Please type a place's name.
nearest-only = Only counters whose position the province has checked.
nearest-away = { LENGTH($metres) }
