# Sending, and signing in

sync-running = Sending { $done } of { $count }
sync-done = Everything sent at { $when }
sync-offline = No network. You can go on; items are sent when there is one.
sync-next-try = Next try in { DURATION($wait_s) }
sync-oldest = The oldest item has waited { DURATION($age_s) }
sync-clock-skew = The phone's clock differs from the registry's by { DURATION($skew_s) }. Set the time to automatic.

# Network
error-unreachable = The registry cannot be reached. Everything is kept on this phone and sent when there is a network.
error-connection-broken = The connection broke. Everything is kept on this phone and tried again.
error-timeout = The registry took too long. Everything is kept on this phone and tried again.
error-certificate = The registry could not prove who it is. Check the phone's date and time, or change the network.
error-answer-too-large = The registry's answer is unusually large. It is tried again later.
error-not-our-registry = This network wants you to sign in first. Open a web page to do so, then try again.
error-cancelled = Sending was stopped. Everything is kept on this phone.
error-too-many-requests = Many people are using it just now. Next try in { DURATION($wait_s) }.
error-server = The registry has a passing fault. Everything is kept on this phone and tried again.
error-wire-version = This version of the app is too old. Please update it; everything is kept on this phone.

# Signing in
error-sign-in-wrong = The username or password is not right. Please try again.
error-sign-in-locked = Too many wrong tries. Wait { DURATION($wait_s) } and try again.
error-sign-in-needed = Please sign in again to send. Everything is kept on this phone.
error-not-allowed = This account may not do that.
error-not-in-scope = This item is not this account's to handle.

# The file on this device
error-database-failed = It could not be saved. Please try again.
error-database-schema = The data file is newer than the app. Please update the app.
error-database-address = The database's address is not valid. Check the settings.
error-database-corrupt = The data file is damaged; the old file is kept. Please tell the administrator.
error-storage-full = The phone's storage is full. Delete other files and save again.
