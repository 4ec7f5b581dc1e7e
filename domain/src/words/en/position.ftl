# Typed positions, dates, and units for people

position-latitude = Latitude
position-longitude = Longitude
position-utm = UTM coordinates
position-utm-zone = UTM zone
position-utm-datum = Datum
position-easting = Easting (m)
position-northing = Northing (m)
position-plus-code = Plus Code
position-ask-zone = Are these coordinates in zone 47N or 48N?
position-ask-datum = Which datum are these coordinates on, WGS 84 or Indian 1975? (They lie some 620–700 m apart.)
position-example = For example 18.7877, 98.9933 or 47N 499294 2077337 or 7MCWQXQV+38
position-resolution = Read to within { LENGTH($resolution_m) }

error-not-finite = The coordinate is not a number. Please enter it again.
error-out-of-range = The coordinate is not on the earth. Check latitude and longitude.
error-zero-zero = 0, 0 means that there is no position yet. Please enter it again.
error-swapped-coordinates = Latitude and longitude look exchanged. Enter the latitude (5–21) first.
error-position-text-empty = Please enter a position.
error-position-text-too-long = The text is too long. Enter the position alone.
error-position-text-unclear = The position cannot be read. Enter it as 18.7877, 98.9933.
error-sixty-or-more = Minutes and seconds are less than 60. Please check.
error-utm-zone-missing = Choose the UTM zone: 47N or 48N.
error-utm-datum-missing = Choose the datum: WGS 84 or Indian 1975.
error-utm-contradiction = The text names another zone or datum than was chosen. Please check.
error-utm-off-grid = The UTM coordinates are out of range. Check the numbers and the zone.
error-plus-code-malformed = This is not a Plus Code. Check the letters.
error-plus-code-short = A short Plus Code needs its area. Enter the full one, such as 7MCWQXQV+38.

error-date-unclear = The date cannot be read. Enter it as 10 Aug 2018.
error-date-year = The year { FIXED($year, decimals: 0) } cannot be read. Enter four digits, such as 2018.
error-date-no-such-day = That month has no such day. Please check.
