# Sending, signing in, and the file on the phone

sync-running = Sending { $done } of { $count }
sync-sent-at = Everything sent at { $when }
sync-next-try = Next try in { DURATION($wait_s) }
sync-oldest = The oldest item has waited { DURATION($age_s) }
sync-clock-skew = The phone's clock differs from the registry's by { DURATION($skew_s) }. Set the time to automatic.

# How a round of sending ended
sync-done = Everything is sent
sync-cancelled = Stopped. Everything is kept on this phone.
sync-out-of-time = Not all is sent yet; the next round goes on.
sync-busy = Sending is already under way
sync-waiting = Waiting for the next try
sync-needs-password = Please sign in again to send. Everything is kept on this phone.
sync-offline = No network. You can go on; items are sent when there is one.
sync-later = The registry cannot take it just now. Everything is kept on this phone and tried again.
sync-forbidden = This account may not send. Ask the provincial office; everything is kept on this phone.
sync-upgrade-needed = This version of the app is too old. Please update it; everything is kept on this phone.

# Network
error-unreachable = The registry cannot be reached. Everything is kept on this phone and sent when there is a network.
error-connection-broken = The connection broke. Everything is kept on this phone and tried again.
error-timeout = The registry took too long. Everything is kept on this phone and tried again.
error-certificate = The registry could not prove who it is. Check the phone's date and time, or change the network.
error-answer-too-large = The registry's answer is unusually large. It is tried again later.
error-cancelled = Stopped. Everything is kept on this phone.
error-foreign-answer = The answer is not the registry's. This network may want you to sign in first: open a web page to do so, then try again.
error-redirect = The network leads elsewhere. It may want you to sign in first: open a web page to do so, then try again.
error-http = The registry answered oddly ({ $status }). Everything is kept on this phone and tried again.
error-asked-to-wait = Many people are using it just now. It is tried again later.
error-epoch-changed = The registry was restored. Checking what must be sent again.
error-epoch-unsteady = The registry is being restored. It is tried again later.
error-receipt-mismatch = The receipt does not match what is on this phone. It is sent again.
error-retry = The registry cannot take this item just now. It is tried again.
error-refused = The registry does not take this item. Check it and save it again.
error-busy = Sending is under way. Please wait until it ends.
error-other-registry = Another registry answers at this address. Everything is kept on this phone; check the address.
error-registry-address = This is not the address of a registry. Please check it.
error-registry-not-https = The registry's address must begin with https.
error-registry-authority = The registry's certificate cannot be read. Please tell the administrator.
error-http-client = The connection cannot be set up. Please restart the app.

# Signing in
error-signed-out = Please sign in first.
error-credentials-wrong = The username or password is not right. Please try again.
error-sign-in-locked = Too many wrong tries. Wait { DURATION($wait_s) } and try again.
error-sign-in-busy = Many people are signing in. Please try again in a moment.
error-token-missing = Please sign in first.
error-token-invalid = Please sign in again. Everything is kept on this phone.
error-token-expired = The session has ended. Please sign in again; everything is kept on this phone.
error-token-reused = A session was used twice. To be safe, please sign in again.
error-device-key-malformed = The device's key is not valid. Please sign in again.
error-role-not-allowed = This account may not do that.
error-out-of-scope = This item is not this account's to handle.
finding-out-of-scope = This item was no longer its author's to handle. The province must check it.

# What the registry found wrong in an item
error-envelope-malformed = The item cannot be read. Please save it again.
error-item-without-id = The item has no id. Please save it again.
error-id-reused = Another item has this id. Please save it again.
error-sig-malformed = The item's signature is not valid. Please save it again.
error-sig-wrong = The item's signature is not its author's. Mend it and save again.
error-sig-missing = The item is not signed. Mend it and save again.
error-device-mismatch = This item was saved on another device.
error-author-unknown = The registry does not know the item's author yet. It is tried again.
error-account-mismatch = This item belongs to another account.
error-kind-unknown = The registry does not take this kind of item yet.
error-payload-malformed = The item's data is incomplete or not valid. Please save it again.
error-payload-version-unknown = The registry does not know this version of the item. Please update the app.
error-radius-out-of-range = The accuracy is not valid. Please pin again.
error-counter-name-length = The counter's name is too short or too long. Please change it.
error-counter-of-other-lao = This counter belongs to another LAO.
error-lao-unknown = This LAO was not found. Get the latest data and try again.

# What was sent in the wrong form
error-answer-failed = The registry has a passing fault. It is tried again.
error-storage-failed = The registry cannot store just now. Everything is kept on this phone and tried again.
error-rate-limited = Too many requests come from this network just now. It is tried again.
error-body-slow = What was sent stood still for too long. It is sent again.
error-bodies-busy = Many people are sending just now. It is tried again.
error-push-busy = Many people are sending just now. It is tried again.
error-registry-stopping = The registry is closing for maintenance. It is tried again.
error-randomness-missing = The registry has a passing fault. Please try again.
error-request-timeout = Sending took too long. It is tried again.
error-request-malformed = The request could not be made. Please update the app.
error-body-too-large = Too much was sent at once. It is sent in parts.
error-body-broken = What was sent broke off. It is sent again.
error-body-malformed = What was sent cannot be read. Please update the app.
error-body-not-gzip = What was sent is damaged. It is sent again.
error-content-encoding-unknown = The registry does not know this compression. Please update the app.
error-media-type-unknown = The registry does not know this kind of data. Please update the app.
error-too-many-items = Too many items were sent at once. They are sent in parts.
error-not-found = There is nothing here.
error-method-not-allowed = That cannot be done here.
error-wire-too-old = This version of the app is too old. Please update it; everything is kept on this phone.
error-wire-too-new = The app is newer than the registry. Please tell the administrator; everything is kept on this phone.
error-wire-malformed = The app's version cannot be read. Please update the app.

# Photos
error-hash-malformed = The photo's code is not valid. Please take it again.
error-attachment-unknown = This photo was not found.
error-attachment-too-large = The photo is too large. Please take a smaller one.
error-attachment-hash-wrong = The photo was damaged on its way. It is sent again.
error-attachment-offset = The photo did not arrive in one piece. Sending goes on where it stopped.
error-range-malformed = The part of the photo is not valid. It is sent again.
error-photo-not-jpeg = This is no JPEG picture. Please take the photo again.
error-photo-cut-short = The photo is not whole. Please take it again.
error-photo-too-large = The photo is too large. Please take it again.
error-photo-too-wide = The photo's size is not right. Please take it again.
error-photo-has-metadata = The photo carries other data, so it is not taken. Take it again with this app.
error-photo-missing = The photo's file is not on this phone. Please take it again.
error-photo-damaged = The photo's file is damaged on this phone. Please take it again.
error-photo-decided = This pin was decided on, so its photo cannot be taken out.
error-photo-coming = The photo has not arrived at the registry yet. It goes after its pin; try again later.
error-photo-removed = The LAO took the photo out.
error-photo-not-fetched = The photo could not be fetched, and nothing of it was kept: there is no network, or it broke off. Try again when there is one.

# The file on the phone
error-disk-full = The phone's storage is full. Delete other files and save again.
error-disk-io = The file cannot be read or written. Restart the phone and try again.
error-file-corrupt = The data file is damaged; the old file is kept. Please tell the administrator.
error-file-newer = The data file is newer than the app. Please update the app.
error-file-foreign = The file belongs to another program, so it is not opened.
error-file-locked = The file is in use. Please try again in a moment.
error-file-paused = The app is paused. Open it and try again.
error-no-such-item = This item was not found.
error-item-not-wedged = This item needs no mending.
error-item-damaged = The item was damaged on this phone. Please save it again.
error-payload-not-json = The item's data cannot be read. Please save it again.
error-database = It could not be saved. Please try again.
error-secret-store = The phone's secure storage cannot be opened. Unlock the phone and try again.
error-no-randomness = The phone gives no random numbers. Please restart it.
item-mended = Mended; a new item takes its place

# The registry
error-database-failed = The registry's database has a fault. Please try again.
error-database-schema = The database is of a version that this program does not know. Update the program.
error-database-disk = The disk did not keep what was written. Look at the disk; what was not answered is sent again.
error-database-address = The database's address is not valid. Check the settings.
error-database-corrupt = Data in the database is damaged. Restore it from a backup.
error-socket-failed = The port cannot be opened. Check that no other program uses it.
error-server-ended = The registry ended by itself. See its log.
error-attachment-chunks = A photo in the database is not whole. Restore it from a backup.
