# หน้าจอของแอป: ชื่อ ปุ่ม และข้อความ

app-name = ปักหมุด
screen-counters = จุดให้บริการของฉัน
screen-survey = ทดลองแบบสำรวจ
screen-review = ตรวจหมุด
screen-queue = การส่งข้อมูล
screen-about = เกี่ยวกับแอป

# ปุ่มและช่องกรอก
button-sign-in = เข้าสู่ระบบ
button-sign-out = ออกจากระบบ
button-sync = ส่งตอนนี้
button-stop = หยุด
button-cancel = ยกเลิก
button-back = กลับ
button-next = ถัดไป
button-done = เสร็จ
button-finish = เสร็จแล้วบันทึก
button-discard = ทิ้ง
button-mend = แก้ไข
button-try-again = ลองใหม่
button-photo = ถ่ายภาพ
button-photo-again = ถ่ายภาพใหม่
button-photo-remove = ลบภาพ
button-by-hand = วางพิกัดด้วยมือ
button-approve = อนุมัติ
button-send-back = ส่งกลับแก้ไข
button-save = บันทึก
field-show-password = แสดงรหัสผ่าน
button-enter-code = มีรหัสใช้ครั้งเดียว
button-map = เปิดในแผนที่
button-settings = เปิดการตั้งค่า
button-declare-all = แจ้งทุกรายการที่ยังไม่ได้แจ้ง
field-username = ชื่อผู้ใช้
field-password = รหัสผ่าน
field-registry = ที่อยู่ของระบบ
field-note = หมายเหตุ
field-reason = เหตุผล
field-position = พิกัด
field-language = ภาษา
field-digits = เลขไทย

# เข้าสู่ระบบ
screen-sign-in-note = เข้าสู่ระบบครั้งเดียวขณะมีสัญญาณ แล้วใช้งานได้แม้ไม่มีสัญญาณ
screen-others-waiting = มีข้อมูลของเพื่อนร่วมงานในเครื่องนี้ { $count } รายการที่ยังไม่ได้ส่ง จะส่งเมื่อเจ้าของเข้าสู่ระบบ
screen-sign-out-note = รายการที่ยังไม่ได้ส่งยังอยู่ในเครื่อง และจะส่งเมื่อเข้าสู่ระบบอีกครั้ง

# จุดให้บริการ
screen-counters-line = ปักหมุดแล้ว { $done } จาก { $count } จุด
screen-counters-not-fetched = จุดให้บริการของท่านจะอยู่ที่นี่ โปรดเชื่อมต่อครั้งหนึ่งเพื่อรับข้อมูล
screen-counters-none = ยังไม่มีจุดให้บริการ จุดของ อปท. จะอยู่ที่นี่
screen-counter-closed = ปิดแล้ว
screen-counter-sample = ตัวอย่าง
screen-pin-counter = ปักหมุด { $name }
screen-pin-again = ปักหมุด { $name } ใหม่

# บัญชีจุดให้บริการ
screen-counter-new = เพิ่มจุดให้บริการ
screen-counter-change = แก้ไขจุดให้บริการ
screen-list-complete = แจ้งว่าครบแล้ว { $count } จุด เมื่อ { $when }
screen-list-complete-saved = แจ้งว่าครบแล้ว { $count } จุด เมื่อ { $when } ยังไม่ได้ส่ง
screen-list-open = แจ้งว่ายังไม่ครบ เมื่อ { $when }
button-list-complete = บัญชีจุดครบแล้ว
button-list-open = บัญชีจุดยังไม่ครบ
field-counter-name = ชื่อจุดให้บริการ
field-counter-kind = ประเภท
field-counter-status = สถานะ
field-address = ที่อยู่
field-postcode = รหัสไปรษณีย์
field-phone = โทรศัพท์
field-extension = ต่อ

# ปักหมุด
screen-pin-title = ปักหมุด
screen-take-pin = ยืนอยู่ที่จุดแล้ว ใช้พิกัดนี้
screen-take-pin-anyway = ใช้พิกัดนี้แม้ยังไม่ถึงเกณฑ์
screen-save-pin = บันทึกหมุด
screen-measure-again = วัดใหม่
screen-findings-title = ก่อนบันทึก
screen-findings-none = ไม่มีข้อสังเกต
screen-reason-asked = เหตุใดจึงบันทึกทั้งที่มีข้อสังเกต
screen-location-why = แอปต้องใช้ตำแหน่งที่แม่นยำเพื่อปักหมุดจุดที่ท่านยืนอยู่ และใช้เฉพาะขณะปักหมุด
screen-location-denied = แอปยังไม่ได้รับอนุญาตให้ใช้ตำแหน่ง โปรดอนุญาตในการตั้งค่า
screen-location-approximate = แอปได้รับเพียงตำแหน่งโดยประมาณ โปรดอนุญาตตำแหน่งที่แม่นยำในการตั้งค่า
screen-location-off = ตำแหน่งของเครื่องปิดอยู่ โปรดเปิด
weak-checked-on-spot = ตรวจสอบที่จุดแล้ว
weak-counter-moved = จุดให้บริการย้ายที่
error-capture-not-ended = ยังไม่ได้วัดพิกัด โปรดวัดก่อน
error-pin-blocked = ต้องแก้ไขหมุดก่อนจึงจะบันทึกได้ โปรดวัดใหม่
error-note-too-long = ข้อความยาวเกินไป โปรดตัดให้สั้นลง
error-pin-reason-missing = โปรดเลือกหรือเขียนเหตุผล
error-closed = ส่วนทำงานของแอปปิดแล้ว โปรดเปิดแอปใหม่
error-argument = แอปส่งค่าที่อ่านไม่ได้ โปรดปรับปรุงแอป
error-internal = แอปขัดข้อง ข้อมูลที่บันทึกแล้วยังอยู่ครบ โปรดลองใหม่

# รายการและการส่ง
screen-queue-empty = สิ่งที่บันทึกจะอยู่ที่นี่ พร้อมสถานะของแต่ละรายการ
screen-nothing-to-send = ไม่มีรายการที่ต้องส่ง
screen-fetching = กำลังรับข้อมูลล่าสุด
screen-sync-some-left = ยังส่งไม่ครบ โปรดดูในรายการ

# แบบสำรวจ
screen-survey-line = กรอกในเครื่องนี้ { $count } ชุด ส่งแล้ว { $sent } ชุด
screen-survey-empty = แบบสำรวจจะอยู่ที่นี่ โปรดเชื่อมต่อครั้งหนึ่งเพื่อรับข้อมูล
screen-survey-trial = ทดลอง: ไม่นับในผลสำรวจ
screen-survey-page = หน้า { $number } จาก { $count }
screen-survey-draft = ตอบแล้ว { $count } ข้อ แก้ไขเมื่อ { $when }
screen-survey-end = ตอบครบแล้ว เมื่อบันทึกแล้วจะส่งเองเมื่อมีสัญญาณ
screen-survey-yes = ใช่
screen-survey-no = ไม่ใช่
screen-survey-photo-taken = ถ่ายภาพแล้ว

# การยกเลิกสำเนา
screen-zero-copy-line = แจ้งแล้ว { $done } จาก { $count } รายการ

# ตรวจหมุด
screen-review-line = หมุดรอตรวจ { $count } หมุด
screen-review-empty = หมุดที่รอการตัดสินจะอยู่ที่นี่ โปรดรับข้อมูลล่าสุด

# วัดซ้ำ
screen-checks-line = จุดที่ต้องวัดซ้ำ { $count } จุด
screen-checks-how = ไปวัดที่จุดให้บริการ แอปไม่แสดงหมุดเดิม ผลที่วัดได้จะบอกว่าหมุดเดิมตรงเพียงใด
screen-checks-empty = จุดที่ท่านต้องวัดซ้ำจะอยู่ที่นี่ โปรดรับข้อมูลล่าสุด
screen-check-to-measure = รอวัด
screen-check-not-yours = ท่านวัดจุดนี้ไม่ได้
screen-take-check = ยืนอยู่ที่จุดแล้ว ใช้ผลวัดนี้
screen-check-second = มีผู้วัดจุดนี้แล้ว เก็บผลของท่านไว้แล้ว แต่ไม่นำมานับ
screen-save-check = บันทึกผลที่วัด

# ติดตาม
screen-follow-behind = อปท. ที่ยังไม่ครบ { $count } แห่ง
screen-follow-empty = อปท. ในจังหวัดจะอยู่ที่นี่ โปรดรับข้อมูลล่าสุด
screen-follow-waiting = รอตรวจ { $count } หมุด

# เกี่ยวกับ
screen-version = รุ่น { $version } โปรโตคอล { $wire } สร้างเมื่อ { $when }
screen-privacy-position = แอปอ่านตำแหน่งเฉพาะขณะปักหมุด และเก็บไว้เฉพาะในหมุดที่ท่านบันทึก
screen-privacy-sent = หมุด คำตอบ และการแจ้ง ส่งถึงระบบกลางในชื่อของท่าน ไม่ส่งให้ผู้อื่น
screen-privacy-kept = รายการที่ส่งแล้วเก็บไว้ในเครื่อง 90 วัน เผื่อระบบกลางต้องกู้คืนข้อมูล
screen-recovered = ไฟล์ข้อมูลเสียหาย กู้คืนได้ { $count } รายการ เก็บไฟล์เดิมไว้แล้ว

# ภาพถ่าย
screen-photo-how = ถ่ายภาพจุดให้บริการให้เห็นป้ายหรือทางเข้า
screen-photo-shown = ภาพของจุดให้บริการนี้
screen-photo-none = ยังไม่มีภาพ
screen-photo-failed = เปิดกล้องหรืออ่านภาพไม่ได้ โปรดลองใหม่
screen-review-photo = มีภาพของจุดนี้ รับครั้งเดียวแล้วเก็บไว้ในเครื่อง
screen-review-photo-here = ภาพของจุดนี้ { $kb } กิโลไบต์ เก็บไว้ในเครื่องแล้ว
button-photo-fetch = ดูภาพ (ไม่เกิน { $kb } กิโลไบต์)
screen-photo-fetching = กำลังรับภาพ
screen-queue-photos = ภาพรอส่ง { $count } ภาพ
screen-queue-photo-stuck = ภาพส่งไม่ได้
