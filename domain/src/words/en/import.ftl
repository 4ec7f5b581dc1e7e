# Importing lists from files: what is wrong, and how to mend it

error-file-unreadable = The file cannot be opened. Check its name and its encoding (UTF-8).
error-file-empty = The file has no rows.
error-csv-malformed = This is not well-formed CSV. Check the fields and quotes of this line.
error-geojson-malformed = This is not well-formed GeoJSON. Check the file.
error-column-missing = A needed column is missing. Check the first line.
error-value-missing = A needed field is empty. Fill it in.
error-character-nul = It has a character that cannot be used (U+0000). Take it out.
error-flag-malformed = In a yes-or-no field say 1 or 0.
error-code-malformed = The code has the wrong number of digits. Check it.
error-id-malformed = The id is not valid. Check it.
error-date-malformed = A date is written in the common era, as 2018-08-10.

# LAOs
error-lao-missing = An LAO that was there is not in the list. Say whether it was renumbered, merged, split or dissolved.
error-lao-code-duplicate = This LAO code is in the file twice.
error-lao-code-taken = This code is another LAO's already.
error-lao-code-unknown = No LAO has this code.
error-lao-type-unknown = This type of LAO is not known.
error-district-of-other-province = The district is not in this province.
error-province-unknown = There is no area of this province. Import the places first.
error-fate-unknown = Say renumbered, merged, split or dissolved.
error-successor-missing = Name the LAO that takes over (unless it is dissolved).
error-successor-unknown = The LAO that takes over was not found.

# Counters
error-counter-duplicate = This counter is in the file twice.
error-counter-kind-unknown = This kind of counter is not known. Say main_office, branch, one_stop or mobile.
error-counter-status-unknown = This status is not known. Say active, moved or closed.

# Users
error-username-duplicate = This username is in the file twice.
error-username-malformed = A username has 1–100 characters, none of them a control character.
error-role-unknown = This role is not known. Say lao, tester, province or department.
error-password-hash = The password could not be stored. Please try again.

# Backups
error-backup-exists = This file is there already. Move it away first.
error-backup-file = The copy cannot be read or written. Check its name and the free space.
error-backup-not-ours = This file is no registry's database. Choose another.
error-backup-postgres = For PostgreSQL use pg_dump and pg_restore, then the command new-epoch.
error-request-unreadable = The registry cannot read this request. Check the address and try again.
