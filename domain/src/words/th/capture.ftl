# การวัดพิกัดที่จุดให้บริการ

# สถานะ
capture-searching = กำลังหาตำแหน่ง
capture-improving = กำลังวัดให้แม่นยำขึ้น
capture-ready = พร้อมบันทึก
capture-weak = ความแม่นยำยังไม่ถึงเกณฑ์ บันทึกได้โดยระบุเหตุผล
capture-too-weak = ความแม่นยำต่ำ บันทึกได้ แต่จังหวัดต้องตรวจ
capture-moving = โทรศัพท์กำลังเคลื่อนที่ เริ่มวัดใหม่เมื่อหยุดนิ่ง
capture-check-weak = ความแม่นยำยังไม่ถึงเกณฑ์ แต่พอใช้ตรวจหมุด
capture-check-too-weak = ความแม่นยำไม่พอใช้ตรวจหมุด
capture-placed-by-hand = วางพิกัดด้วยมือ

# สิ่งที่ควรทำต่อ
hint-wait = โปรดรอสักครู่ ค่ากำลังดีขึ้น
hint-hold-still = โปรดยืนนิ่งที่จุดให้บริการ
hint-step-to-entrance = ลองขยับไปใกล้ประตู ให้เห็นท้องฟ้ามากขึ้น
hint-turn-off-mock = โปรดปิดแอปจำลองตำแหน่ง
hint-check-receiver = โปรดเปิดตำแหน่ง และอนุญาตให้แอปใช้ตำแหน่งที่แม่นยำ
hint-save = บันทึกหมุดได้
hint-check-save = บันทึกผลวัดได้
hint-check-too-weak = โปรดรอให้อยู่ภายใน { LENGTH($most_m) } หรือขยับไปใกล้ประตูหรือหน้าต่าง

# ความแม่นยำ
radius-within = อยู่ภายใน { LENGTH($radius95_m) } (95 %)
radius-number = { LENGTH($radius95_m) }
radius-target = เกณฑ์ { LENGTH($limit_m) }
radius-target-check = เกณฑ์ { LENGTH($limit_m) } ไม่เกิน { LENGTH($most_m) }
radius-spoken = ความแม่นยำ { LENGTH($radius95_m) }
capture-elapsed = วัดมาแล้ว { DURATION($elapsed_s) }

# เหตุที่ไม่ใช้ค่าพิกัด
refusal-not-finite = ค่าพิกัดไม่ใช่ตัวเลข
refusal-out-of-range = ค่าพิกัดไม่อยู่บนโลก
refusal-zero-zero = เครื่องรับยังไม่มีตำแหน่ง (0, 0)
refusal-mock = เป็นตำแหน่งจำลอง
refusal-accuracy-invalid = ค่าความแม่นยำใช้ไม่ได้
refusal-accuracy-not-given = เครื่องรับไม่ได้แจ้งความแม่นยำ
refusal-hopeless-accuracy = ความแม่นยำต่ำเกินกว่าจะใช้ได้
refusal-stale = เป็นค่าเก่า
refusal-future = เวลาของค่าพิกัดอยู่หลังเวลาที่ได้รับ
refusal-out-of-order = มาถึงผิดลำดับเวลา
refusal-repeated = เป็นค่าซ้ำ
refusal-moving = โทรศัพท์กำลังเคลื่อนที่
refusal-jump = ตำแหน่งกระโดดจากค่าอื่น
refusal-first-fix = เป็นค่าแรก ซึ่งมักเป็นค่าเก่าที่เครื่องเก็บไว้
refusal-other-provider = มาจากแหล่งอื่นที่ให้ตำแหน่งไม่ตรงกัน

error-no-usable-fix = ยังไม่มีค่าพิกัดที่ใช้ได้ โปรดออกไปที่โล่งแล้วลองใหม่

# เหตุผลที่บันทึกทั้งที่ยังไม่ถึงเกณฑ์
weak-indoors = อยู่ในอาคาร
weak-tall-buildings = มีอาคารสูงรอบข้าง
weak-trees = มีต้นไม้บัง
weak-weather = สภาพอากาศไม่ดี
weak-urgent = มีเวลาจำกัด
weak-other = เหตุผลอื่น

# การอ่านไฟล์บันทึกพิกัด
unread-too-long = บรรทัดยาวเกินไป
unread-not-text = ไม่ใช่ข้อความ
unread-not-a-sentence = ไม่ใช่ประโยค NMEA
unread-checksum-missing = ไม่มีค่าตรวจสอบ
unread-checksum-wrong = ค่าตรวจสอบไม่ตรง
unread-malformed = รูปแบบไม่ถูกต้อง
unread-no-fix = เครื่องรับยังไม่มีตำแหน่ง
unread-field-missing = ขาดข้อมูลที่จำเป็น
unread-not-a-number = ไม่ใช่ตัวเลข
unread-time-missing = ไม่มีเวลา หรืออ่านเวลาไม่ได้
unread-markup-broken = รูปแบบ XML เสียหาย อ่านส่วนที่เหลือไม่ได้
error-input = อ่านไฟล์ไม่ได้ โปรดตรวจไฟล์แล้วลองใหม่
error-too-many-fixes = ไฟล์มีค่าพิกัดมากเกินไป โปรดแบ่งไฟล์
