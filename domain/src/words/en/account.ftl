# Accounts, one-time codes, and signing in on the pages

account-sign-in = Sign in
account-signed-in = Signed in
account-still-there = What you had entered is still there. Check it and send it once more.
account-send-again = Send once more
account-sign-out = Sign out
account-username = Username
account-password = Password
account-forgotten = Forgotten password: LAO staff ask their provincial office for a one-time code, provincial officers the department.
account-have-code = I have a one-time code: enrol, or set a new password
account-not-done = That did not work
account-to-start = To the first page

# Enrolling
account-enrol = Enrol
account-reset = Set a new password
account-code = One-time code
account-code-hint = Type the 16 characters from the letter or list of your provincial office.
account-go-on = Go on
account-name = Name of the person to contact
account-phone = Office telephone and extension
account-username-hint = 3 to 50 letters, digits, dots or hyphens. You sign in with it.
account-new-password = New password
account-password-hint = At least { $fewest } characters; a phrase that you remember is fine.
account-password-again = New password once more
account-set-password = Set the password

# Issuing codes
account-codes = One-time codes
account-codes-issued = Codes issued
account-codes-none = No codes yet. Choose above and issue one.
account-codes-nobody = There is nobody who needs a code.
account-codes-once = The codes are shown this once. Print them before you leave this page. A lost one is issued anew; the old one then ends.
account-for = Office
account-role = Role
account-issued = Issued
account-ends = Ends
account-state = State
account-received = Received, signature
account-code-open = Open
account-code-used = Used
account-code-revoked = Taken back
account-code-over = Too old
account-revoke = Take back
account-issue = Issue
account-issue-what = Issue to
account-issue-for = Office
account-issue-as = As
account-issue-all = LAOs that have neither enrolled nor a code ({ $count })
account-issue-lao = The LAO chosen
account-issue-tester = A survey tester of an LAO
account-issue-colleague = A colleague
account-issue-province = An officer of the province chosen
account-issue-hint = A code counts once, within { $days } days. Issued anew to the same office, the old one ends.
account-as-letters = Letters, a page an office
account-as-list = One list
account-letter-code = One-time code for Pakmut, the map of public-service counters
account-letter-open = Open the Pakmut app, or { $address }, and type this code.
account-letter-choose = Choose a username and a password of your own, and give your name and telephone.
account-letter-ends = The code ends { $when }.
account-letter-secret = Whoever has this code can enrol in your office's name. Do not pass it on. If somebody else may have seen it, have your provincial office take it back.

# People
account-people = People
account-people-none = Nobody here. Issue a one-time code so that they can enrol.
account-find = Find a username, office or contact
account-find-button = Find
account-contact = Contact
account-last = Last seen
account-active = Active
account-disabled = Disabled
account-erased = Personal data erased
account-disable = Disable
account-enable = Enable again
account-erase = Erase personal data
role-lao = LAO staff
role-tester = Survey tester
role-province = Provincial officer
role-department = The department

# One's own
account-own = My account
account-keep = Save
account-change-password = Change the password
account-old-password = Old password
account-where = Where I am signed in
account-what = Device
account-since = Since
account-phone-device = Phone
account-browser = Browser
account-this = this one
account-sign-out-everywhere = Sign out everywhere
account-kept = What is kept about me
account-kept-hint = The username, the contact's name and telephone, when you signed in, and the pins you made. 90 days after you leave, name and telephone are erased; the pins stay.
account-export = Download my data

error-form-stale = This page was open for long, or came from elsewhere. Open it again and send once more.
error-account-disabled = This account is disabled. Ask the office that issued it. What you saved is still there.
error-username-malformed = A username has 3 to 50 letters, digits, dots or hyphens, and no spaces.
error-username-taken = Somebody has this username. Please choose another.
error-password-short = This password is too short. It needs at least 12 characters.
error-password-long = This password has more than 128 characters.
error-password-common = Many people use this password, or it is easily guessed. Choose another, a phrase that you remember for instance.
error-password-holds-username = A password may not hold the username.
error-password-differs = The two passwords differ. Please type them again.
error-contact-malformed = Please give the contact's name and telephone.
error-code-character = The code has a character that is in no code. Compare it with the letter.
error-code-length = A code has 16 characters. Compare it with the letter.
error-code-check = One character of the code is wrong, or two have changed places. Compare it with the letter.
error-code-unknown = There is no such code. Compare it with the letter, or ask for a new one.
error-code-used = This code was used already. If that was you, sign in; if not, tell the office that issued it.
error-code-revoked = This code was taken back. Please ask for a new one.
error-code-expired = This code is too old. Please ask for a new one.
error-code-not-below = This account issues no codes for that office.
error-code-target = Please choose whom to issue a code to.
error-session-over = The session ended while you were filling this in. Please sign in; what you entered is kept.
