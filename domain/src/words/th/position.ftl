# พิกัดที่พิมพ์ วันที่ และหน่วยที่คนอ่าน

position-latitude = ละติจูด
position-longitude = ลองจิจูด
position-utm = พิกัด UTM
position-utm-zone = โซน UTM
position-utm-datum = พื้นหลักฐาน
position-easting = ระยะตะวันออก (ม.)
position-northing = ระยะเหนือ (ม.)
position-plus-code = Plus Code
position-ask-zone = พิกัดนี้อยู่ในโซน 47N หรือ 48N
position-ask-datum = พิกัดนี้ใช้พื้นหลักฐานใด WGS 84 หรือ Indian 1975 (สองแบบห่างกันราว 620–700 ม.)
position-example = เช่น 18.7877, 98.9933 หรือ 47N 499294 2077337 หรือ 7MCWQXQV+38
position-resolution = อ่านได้ละเอียดถึง { LENGTH($resolution_m) }

error-not-finite = ค่าพิกัดไม่ใช่ตัวเลข โปรดกรอกใหม่
error-out-of-range = ค่าพิกัดไม่อยู่บนโลก โปรดตรวจละติจูดและลองจิจูด
error-zero-zero = พิกัด 0, 0 หมายถึงยังไม่มีตำแหน่ง โปรดกรอกใหม่
error-swapped-coordinates = ละติจูดกับลองจิจูดน่าจะสลับกัน โปรดกรอกละติจูด (5–21) ก่อน
error-position-text-empty = โปรดกรอกพิกัด
error-position-text-too-long = ข้อความยาวเกินไป โปรดกรอกเฉพาะพิกัด
error-position-text-unclear = อ่านพิกัดไม่ได้ โปรดกรอกแบบ 18.7877, 98.9933
error-sixty-or-more = ลิปดาและฟิลิปดาต้องน้อยกว่า 60 โปรดตรวจ
error-utm-zone-missing = โปรดเลือกโซน UTM: 47N หรือ 48N
error-utm-datum-missing = โปรดเลือกพื้นหลักฐาน: WGS 84 หรือ Indian 1975
error-utm-contradiction = โซนหรือพื้นหลักฐานในข้อความไม่ตรงกับที่เลือก โปรดตรวจ
error-utm-off-grid = พิกัด UTM อยู่นอกช่วงที่ใช้ได้ โปรดตรวจตัวเลขและโซน
error-plus-code-malformed = Plus Code ไม่ถูกต้อง โปรดตรวจตัวอักษร
error-plus-code-short = Plus Code แบบสั้นต้องรู้พื้นที่ก่อน โปรดกรอกรหัสเต็ม เช่น 7MCWQXQV+38

error-date-unclear = อ่านวันที่ไม่ได้ โปรดกรอกแบบ 10 ส.ค. 2561
error-date-year = ปี { $year } อ่านไม่ได้ โปรดกรอกปี พ.ศ. สี่หลัก เช่น 2561
error-date-no-such-day = เดือนนี้ไม่มีวันที่ดังกล่าว โปรดตรวจ
