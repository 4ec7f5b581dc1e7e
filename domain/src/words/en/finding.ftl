# Findings of a pin: what was found, then what to do

unknown-code = This version has no words for { $code }. Please update the app.

severity-info = For information
severity-warn = Please check
severity-block = Must be corrected

# Position
finding-outside-country = The position is outside Thailand. Pin again at the counter.
finding-outside-area = The position is outside the LAO's area by { LENGTH($distance_m) }. Check that the right counter was chosen.
finding-area-undecidable = The position is near the edge of the LAO's area. Inside or outside cannot be told.
finding-area-unknown = The LAO's area is not known yet, so it was not checked.
finding-near-other-counter = Only { LENGTH($distance_m) } from another counter. Check that they are not the same.
finding-far-from-superseded = { LENGTH($distance_m) } from the earlier pin that was verified. If the counter moved, say so in the note.
finding-swapped-coordinates = Latitude and longitude look exchanged. Check and enter them again.
finding-rounded-coordinates = { $decimals ->
    [0] The position has no decimals
    [one] The position has only one decimal
   *[other] The position has only { $decimals } decimals
} and may be off by { LENGTH($rounding_m) }. Pin again at the counter.
finding-wrong-province = The position is outside the address's province by { LENGTH($distance_m) }. Check the address or pin again.
finding-wrong-district = The position is outside the address's district by { LENGTH($distance_m) }. Check the address or pin again.
finding-photo-elsewhere = The photo was taken { LENGTH($distance_m) } from here. Check that it shows this counter, or take it again.

# Measurement
finding-mock = A mock-location app was running. Turn it off and pin again.
finding-mock-unknown = The phone did not say whether the position is real or mocked. Compare it with the map.
finding-placed-by-hand = Placed by hand, not measured on the spot. The province must check it.
finding-accuracy-not-given = The receiver gave no accuracy; { LENGTH($fallback_m) } is assumed.
finding-weak = The accuracy of { LENGTH($radius95_m) } misses the target of { LENGTH($limit_m) }. Try again nearer the door.
finding-too-weak = The accuracy of { LENGTH($radius95_m) } is beyond the limit of { LENGTH($limit_m) }. The province must check it.
finding-moving = The phone moved { LENGTH($way_m) } while measuring. Stand still and measure again.
finding-jump = The position jumped by { LENGTH($distance_m) } while measuring. Compare it with the map.
finding-providers-disagree = Satellites and network differ by { LENGTH($distance_m) }. Check that no mock-location app is running.
finding-repeated-coordinate = The receiver repeated one position; the repeats count once.
finding-cached-first-fix = The first reading was an old stored one and was not used.
finding-clock-skew = The phone's clock is off by { DURATION($skew_s) }. Set the time to automatic.
finding-single-source = All readings came from one source, so none could be compared.
finding-few-fixes = { $fixes ->
    [one] Only one reading
   *[other] Only { $fixes } readings
}, too few to be sure. Wait longer next time.
finding-ended-early = Saved after only { DURATION($elapsed_s) }, before the position was steady.

# Who saved it
finding-unsigned = Not signed: the app was an older one. Ask its author whether the item is theirs.
finding-key-unregistered = Signed with a key that the registry does not know. Ask its author whether the item is theirs, and to sign in again.
finding-key-replaced = Signed with a key that the phone has lost since. Ask its author whether the item is theirs.
finding-signed-elsewhere = Signed by its author on another phone than the item names.
finding-author-disabled = Its author's account was disabled before it arrived. The province must check it.

# Beside other pins
finding-device-of-many-laos = One phone pinned counters of { $laos } LAOs. Check that it stood at each.
finding-many-in-one-place = One phone pinned { $counters } counters within { LENGTH($within_m) } of each other. Check that they are in one place.
finding-far-from-earlier = { LENGTH($distance_m) } from the earlier pin. Check which of them is right.
finding-several-pins = More than one pin, by people who did not know of each other's. Choose the right one.
