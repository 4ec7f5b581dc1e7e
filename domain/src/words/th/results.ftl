# หน้าผลการสำรวจ หน้าให้คะแนนของประชาชน และใบปิดประกาศ

results-title = ผลการสำรวจ: { $place }
results-quarter = ไตรมาส { $quarter } ปี { $year }
results-year = ปี { $year }
results-real = คำตอบจริง
results-trial = คำตอบทดสอบ
results-responses = คำตอบ
results-before = ช่วงก่อนหน้า: { $count } คำตอบ
results-none = ยังไม่มีผลให้แสดง ผลจะแสดงเมื่อมีคำตอบตั้งแต่ { $from } คำตอบขึ้นไป เพื่อไม่ให้รู้ว่าใครตอบ
results-none-trial = ยังไม่มีคำตอบทดสอบในช่วงเวลานี้
results-how = ผลของแต่ละจุดเพิ่มครั้งละ { $from } คำตอบ เพื่อไม่ให้รู้ว่าใครตอบ
results-mean = ค่าเฉลี่ย
results-satisfied = พึงพอใจ (4–5)
results-interval = ช่วงเชื่อมั่น 95 %
results-change = เทียบช่วงก่อน
results-points = { $change } จุด
results-answered = ผู้ตอบ
results-question = ข้อ
results-choice = ตัวเลือก
results-share = สัดส่วน
results-count = จำนวน
results-all-versions = ทุกรุ่น
results-version = รุ่น { $version }
results-form = แบบสำรวจ
results-period = ช่วงเวลา
results-show = แสดง
results-parts = แยกตามพื้นที่
results-parts-none = ยังไม่มีผลให้แสดง { $count } แห่ง
results-place = พื้นที่
results-comments = ข้อเสนอแนะ
results-comments-none = ยังไม่มีข้อเสนอแนะที่เจ้าหน้าที่อ่านแล้วและให้แสดง
results-files = ดาวน์โหลด:
results-codebook = คำอธิบายข้อมูล
results-chart = { $question }: { $values }
results-no-form = ยังไม่มีแบบสำรวจที่เผยแพร่ เมื่อกรมฯ เผยแพร่แล้วผลจะแสดงที่นี่
results-text-answers = คำตอบเป็นข้อความ ไม่แสดงที่นี่

# ข้อเสนอแนะที่เจ้าหน้าที่อ่าน
comments-title = ข้อเสนอแนะ: { $place }
comments-none = ยังไม่มีข้อเสนอแนะ ข้อเสนอแนะจะมาถึงเมื่อจุดนั้นมีคำตอบครบ { $from } คำตอบ
comments-none-trial = ยังไม่มีคำตอบทดลองที่มีข้อเสนอแนะหรือภาพถ่าย
comments-photo = ภาพถ่ายที่ { $number } ของคำตอบ
comments-show = อ่านแล้ว ให้ประชาชนเห็น
comments-hide = อ่านแล้ว ไม่แสดง
comments-unread = ยังไม่ได้อ่าน
comments-shown = ประชาชนเห็น
comments-hidden = ไม่แสดง
comments-hint = ไม่ให้แสดงเมื่อมีชื่อ เลขประจำตัว หมายเลขโทรศัพท์ หรือถ้อยคำหยาบคาย

# หน้าของประชาชน
rate-project = ปักหมุด: จุดให้บริการประชาชน
rate-rate = ให้คะแนน
rate-copies = เอกสารที่ไม่ต้องนำสำเนามา
rate-intro = ไม่ถามชื่อหรือเลขประจำตัว ใช้เวลาไม่เกิน 2 นาที
rate-send = ส่งคำตอบ
rate-required = ต้องตอบ
rate-only-if = ตอบเมื่อเกี่ยวข้องกับท่าน
rate-choose = เลือก
rate-mend = ยังมีข้อที่ต้องแก้ไข { $count } ข้อ โปรดดูข้อที่มีเครื่องหมาย ⚠ แล้วส่งอีกครั้ง คำตอบของท่านยังอยู่ครบ
rate-again = หน้านี้เปิดไว้นานเกินไป โปรดกดส่งอีกครั้ง คำตอบของท่านยังอยู่ครบ
rate-thanks = ขอบคุณ ได้รับคำตอบของท่านแล้ว
rate-thanks-once = ได้รับคำตอบนี้ไว้แล้ว นับเพียงครั้งเดียว
rate-results = ดูผลของจุดนี้
rate-nearest = จุดให้บริการใกล้เคียง
rate-closed = ขณะนี้ยังไม่เปิดรับคำตอบ
rate-busy = มีผู้ส่งจำนวนมากในขณะนี้ โปรดรอสักครู่แล้วส่งอีกครั้ง
rate-failed = ยังบันทึกไม่ได้ โปรดส่งอีกครั้ง คำตอบของท่านยังอยู่ครบ

# ใบปิดประกาศ
sheet-title = ใบปิดประกาศ: { $place }
sheet-ask = บริการวันนี้เป็นอย่างไร สแกนเพื่อให้คะแนน
sheet-promise = ไม่ถามชื่อหรือเลขประจำตัว
sheet-alt = คิวอาร์โค้ดของ { $address }

# จุดให้บริการใกล้เคียง
nearest-title = จุดให้บริการใกล้เคียง
nearest-ask = ชื่อตำบล อำเภอ จังหวัด หรือ อปท.
nearest-search = ค้นหา
nearest-here = ใช้ตำแหน่งของฉัน
nearest-unknown = ไม่พบสถานที่ชื่อนี้ ลองชื่ออำเภอหรือจังหวัด
nearest-none = ยังไม่มีจุดให้บริการที่ตรวจพิกัดแล้วใกล้ที่นี่
nearest-which = หมายถึงที่ใด
nearest-distance = ระยะทาง
nearest-services = บริการ
nearest-denied = อ่านตำแหน่งไม่ได้ โปรดพิมพ์ชื่อสถานที่
nearest-only = แสดงเฉพาะจุดที่จังหวัดตรวจพิกัดแล้ว
nearest-away = { LENGTH($metres) }
