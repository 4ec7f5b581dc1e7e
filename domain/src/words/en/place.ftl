# Places, organisations, and the judgement of coordinates once reported

level-province = Province
level-district = District
level-district-bangkok = District
level-subdistrict = Subdistrict
level-subdistrict-bangkok = Subdistrict

# Types of LAO
lao-type-pao = Provincial Administrative Organisation
lao-type-city-municipality = City Municipality
lao-type-town-municipality = Town Municipality
lao-type-subdistrict-municipality = Subdistrict Municipality
lao-type-sao = Subdistrict Administrative Organisation
lao-type-pattaya = City of Pattaya
lao-type-provincial-office = Provincial Office for Local Administration
lao-short-pao = PAO
lao-short-city-municipality = City
lao-short-town-municipality = Town
lao-short-subdistrict-municipality = Subdistrict municipality
lao-short-sao = SAO
lao-short-pattaya = Pattaya
lao-short-provincial-office = Provincial office

# Counters
counter-kind-main-office = Main office
counter-kind-branch = Branch
counter-kind-one-stop = One-stop service
counter-kind-mobile = Mobile service
counter-status-active = Open
counter-status-moved = Moved
counter-status-closed = Closed
counter-sample = Sample

# Roles
role-lao = LAO staff
role-tester = Field tester
role-province = Provincial officer
role-department = Department of Local Administration

# How a position came about
method-gnss = Satellites
method-fused = The phone's mixed position
method-hand = Placed by hand

# Judgement of coordinates once reported
judgement-missing = No coordinate
judgement-rubbish = Not a coordinate
judgement-outside-country = Outside Thailand
judgement-wrong-province = In the wrong province
judgement-wrong-district = In the wrong district
judgement-undecidable = Cannot be decided
judgement-fine = In its area

# Files of areas
error-place = Line { $line }, feature { $feature }
error-area-file-malformed = The file is not a GeoJSON collection of areas. Check the file.
error-area-file-too-large = The file has too many areas. Split it.
error-area-code-malformed = An area's code has 2, 4 or 6 digits.
error-area-parent-wrong = The area's code does not fit that of the area above.
error-area-name-missing = The area has no Thai name.
error-area-duplicate = The area's code is there twice.
error-shape-empty = The area encloses nothing.
error-ring-too-short = A boundary has only { $vertices } points; it needs at least 4.
error-ring-open = A boundary does not end where it begins.
error-vertex-out-of-range = A point of the boundary is out of range. Longitude comes before latitude.
error-shape-too-large = The area has too many points. Simplify it.
error-shape-damaged = The area's data is damaged. Import it again.
error-shape-version-unknown = The area's data is newer than this program. Update the program.
