# รายการ: หมุด คำตอบ การแจ้ง และทางที่ไป

# สี่สถานะ ใช้คำเดียวกันทุกแห่ง
item-saved = บันทึกในเครื่อง
item-sent = ส่งแล้ว
item-approved = อนุมัติแล้ว
item-sent-back = ส่งกลับแก้ไข
item-wedged = ส่งไม่ได้ ต้องแก้ไข

item-saved-sentence = บันทึกแล้วในเครื่อง ยังไม่ได้ส่ง
items-waiting = { $count } รายการรอส่ง ตั้งแต่ { $since }
items-wedged = { $count } รายการส่งไม่ได้ โปรดแก้ไขหรือทิ้ง
items-all-sent = ส่งครบทุกรายการแล้ว
item-wedged-sentence = ส่งไม่ได้: { $reason } โปรดแก้ไขแล้วบันทึกใหม่ หรือทิ้งรายการนี้

# ชนิด
kind-pin = หมุด
kind-check-pin = หมุดทวนสอบ
kind-counter = จุดให้บริการ
kind-roster = บัญชีจุดให้บริการ
kind-attendance = การตอบรับการประชุม
kind-review = ผลการตรวจสอบ
kind-response = คำตอบแบบสำรวจ
kind-declaration = การยกเลิกสำเนา

# หมุดของจุดให้บริการ
pin-not-pinned = ยังไม่ปักหมุด
pin-waiting = รอตรวจสอบ
pin-approved = อนุมัติแล้ว
pin-sent-back = ส่งกลับแก้ไข
pin-conflict = มีหมุดจากหลายคน โปรดเลือก

# เหตุผลที่ส่งกลับ
sent-back-wrong-province = พิกัดอยู่ผิดจังหวัด
sent-back-wrong-district = พิกัดอยู่ผิดอำเภอ
sent-back-not-at-address = ไม่ตรงกับที่อยู่
sent-back-not-on-building = ไม่อยู่บนอาคาร
sent-back-wrong-place = พิกัดไม่ตรงกับที่ตั้งจริง
sent-back-wrong-counter = ปักผิดจุดให้บริการ
sent-back-too-weak = ความแม่นยำไม่พอ
sent-back-outside-area = อยู่นอกเขต อปท.
sent-back-duplicate = ซ้ำกับจุดให้บริการอื่น
sent-back-moved = จุดให้บริการย้ายแล้ว
sent-back-photo = ภาพถ่ายไม่ชัดหรือไม่ใช่จุดให้บริการ
sent-back-other = เหตุผลอื่น

# สิ่งที่ทำให้รายการส่งไม่ได้
error-envelope-kind = รุ่นนี้ไม่รู้จักรายการชนิดนี้ โปรดปรับปรุงแอป
error-envelope-id = เลขประจำรายการไม่ถูกต้อง โปรดบันทึกใหม่
error-envelope-seen = รายการอ้างถึงรายการอื่นมากเกินไป { $count } รายการ โปรดบันทึกใหม่
error-payload-not-an-object = ข้อมูลของรายการอ่านไม่ได้ โปรดบันทึกใหม่
error-payload-too-large = ข้อมูลของรายการใหญ่เกินไป โปรดตัดข้อความให้สั้นลง
error-payload-nul = ข้อความมีอักขระที่ใช้ไม่ได้ โปรดพิมพ์ใหม่
