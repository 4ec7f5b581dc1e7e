# Accounts, and signing in on the pages

account-sign-in = Sign in
account-sign-out = Sign out
account-username = Username
account-password = Password
account-forgotten = Forgotten password: LAO staff ask their provincial office for a one-time code, provincial officers the department.
account-not-done = That did not work
account-to-start = To the first page

error-form-stale = This page was open for long, or came from elsewhere. Open it again and send once more.
