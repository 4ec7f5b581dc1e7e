# Zero Copy: no more copies of official documents

zero-copy-title = Document copies (Zero Copy)
zero-copy-starting-set = Starting set, not yet a publication of the department
zero-copy-catalogue = Catalogue of services and documents, version { $version }
zero-copy-own = Added by the LAO
zero-copy-service = Service
zero-copy-document = Document
zero-copy-since = Since
zero-copy-before = Before
zero-copy-after = Now
zero-copy-proxy = When somebody comes in another's place
zero-copy-reason = Legal reason for keeping a copy
zero-copy-law = Law and section
zero-copy-note = Note
zero-copy-photo = Photo of the posted notice
zero-copy-history = Earlier declarations

# Practices
zero-copy-practice-asked = Copy still asked for
zero-copy-practice-stopped = Copy no longer asked for
zero-copy-practice-not-offered = Service not offered
zero-copy-practice-undeclared = Not declared

# What a practice rests on
zero-copy-basis-asked-for = A copy is asked for
zero-copy-basis-views-original = The officer views the original
zero-copy-basis-officer-copies = The officer copies free of charge
zero-copy-basis-card-reader = Card reader
zero-copy-basis-linked-database = Linked database
zero-copy-basis-not-needed = No longer needed

# Why a copy is kept
zero-copy-reason-act = An act requires it
zero-copy-reason-regulation = A regulation or local ordinance requires it
zero-copy-reason-disbursement = Evidence of a payment
zero-copy-reason-evidence = Evidence in a dispute or case
zero-copy-reason-other = Another reason

# The citizens' answers beside it
zero-copy-verdict-unknown = Unknown: no declaration and no answers
zero-copy-verdict-undeclared = Answers, but nothing declared
zero-copy-verdict-nothing-due = No service to declare
zero-copy-verdict-still-asks = Declared; every copy is still asked for
zero-copy-verdict-untested = Declared as stopped; too few answers to check
zero-copy-verdict-confirmed = Answers agree with what is declared
zero-copy-verdict-doubtful = A few answers contradict, perhaps by mistake
zero-copy-verdict-contradicted = Answers contradict what is declared
zero-copy-contradictions = { $count } of { $of } answers contradict ({ $share } %, 95 % interval { $low }–{ $high } %)
zero-copy-unlisted = { $count } answers name a document that is not in the catalogue
zero-copy-conflict = Staff declared different things: please confirm

# Progress
zero-copy-whole = Total
zero-copy-due = To declare
zero-copy-declared = Declared
zero-copy-stopped = Stopped
zero-copy-asked = Still asked for
zero-copy-undeclared = Not declared
zero-copy-contradicted = Contradicted
zero-copy-not-offered = Not offered
zero-copy-conflicts = Declared differently
zero-copy-kept-without-reason = Copies kept without a reason given
zero-copy-counters-unknown = Counters unknown
zero-copy-few-answers = Fewer than { $least } answers, so not shown

# The public page
zero-copy-need-not-bring = You need not bring copies of these
zero-copy-unless-proxy = except when you come in another's place
zero-copy-nothing-declared = This counter has not yet declared any copy as no longer needed

# Quick entry
zero-copy-all-services = All services at once
zero-copy-copy-from = Copy from another counter
zero-copy-drafts = { $count } declarations will be saved

# What to mend
error-since-in-future = The day has not come yet: give one up to today
error-since-buddhist-year = The year is a Buddhist one where the common era is expected: pick the day again
error-since-too-early = The day must not lie before 1 January 2015
error-since-missing = Give the day since which no copy is asked for
error-since-without-stop = A day belongs only to a copy that has been stopped
error-basis-missing = Choose how it was before and how it is now
error-basis-contradicts = The way it is done does not fit the practice: choose again
error-reason-without-copy = No copy is kept, so no reason belongs here
error-law-missing = Give both the reason and the law for keeping a copy
error-declaration-text = The text is too long or has characters that cannot be used
error-unknown-service = This service is not in the catalogue: update and choose again
error-unknown-document = This document is not in the catalogue: update and choose again
error-unknown-pair = By the catalogue this service does not ask for this document: choose again, or add it as the LAO's own
error-own-document-code = A document that the LAO adds needs a code of its own
error-own-service-asks-nothing = Choose at least one document
error-own-service-too-large = Too many documents
error-catalogue-name = A name has 1 to 200 characters
error-catalogue-no-table = No table with the columns service and document, or code, name_th and name_en
error-catalogue-duplicate-column = A column is there twice
error-catalogue-code = A code is 1 to 48 of a-z, 0-9 and _
error-catalogue-own-code = Codes that begin with own_ are kept for LAOs' own additions
error-catalogue-name-conflict = The code has another name in another row
error-catalogue-name-missing = The code has no name
error-catalogue-duplicate-pair = This service and document are there twice
error-catalogue-too-large = Too many entries
error-catalogue-service-without-document = No row gives this service a document
error-no-catalogue = No catalogue on this phone yet: connect once to fetch it
kind-own-service = LAO's own service

# The catalogue's file
error-file-too-large = The file is too large: split it
error-file-too-many-cells = The file has too much in it: check it
error-file-not-csv = The file cannot be read: save it as CSV (UTF-8) or XLSX
error-catalogue-faulty = The catalogue has faults and was not imported: mend those listed
error-clock-failed = The registry's clock is wrong: tell its administrator
error-counter-unknown = This counter is not there: update and try again

# Pages, sheets and files
zero-copy-short = Document copies
zero-copy-counts = { $declared } of { $due } declared, { $stopped } stopped
zero-copy-reality = Declared and answered
zero-copy-notice-photo = Photo of the notice
zero-copy-list-title = Counters that answers contradict
zero-copy-list-none = None: where 5 or more have answered, the answers agree with what is declared.
zero-copy-list-more = The file below has all of them.
zero-copy-file-progress = Progress
zero-copy-file-contradicted = Counters that answers contradict
zero-copy-counters = Counters
zero-copy-counters-contradicted = Counters contradicted
zero-copy-answers = Answers
zero-copy-answers-contrary = Answers that contradict
zero-copy-share-contrary = Share that contradicts
zero-copy-share-low = 95 % interval, from
zero-copy-share-high = 95 % interval, to
