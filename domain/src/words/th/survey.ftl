# แบบสำรวจบนเครื่องและที่ทะเบียนกลาง

# รายการทดสอบ (trial-รหัส)
trial-enough-responses = ทดสอบครบจำนวน
trial-every-question = ตอบทุกข้ออย่างน้อยหนึ่งครั้ง
trial-every-choice = เลือกทุกระดับคะแนนอย่างน้อยหนึ่งครั้ง
trial-both-languages = ทดสอบทั้งภาษาไทยและภาษาอังกฤษ
trial-all-arrived = ส่งถึงทะเบียนกลางครบแล้ว
trial-none-refused = ไม่มีคำตอบที่ทะเบียนกลางไม่รับ

# สิ่งที่ทำไม่ได้ และวิธีแก้
error-no-form = ยังไม่มีแบบสำรวจนี้ในเครื่อง โปรดเชื่อมต่อแล้วกดส่งและรับข้อมูลหนึ่งครั้ง
error-no-draft = ไม่มีแบบที่กรอกค้างไว้นี้แล้ว
error-form-trial-only = แบบสำรวจนี้เปิดให้ทดสอบเท่านั้น โปรดเลือกเป็นการทดสอบ
error-form-unknown = ทะเบียนกลางไม่มีแบบสำรวจรุ่นนี้ โปรดแจ้งผู้จัดทำแบบสำรวจ
error-answers-incomplete = ยังมีข้อที่ต้องแก้ไขหรือยังไม่ได้ตอบ
error-gone-already = คำตอบนี้ส่งไปแล้ว จึงแก้ไขไม่ได้
error-answer-required = มีข้อที่ต้องตอบแต่ไม่ได้ตอบ
error-answer-constraint = มีคำตอบอยู่นอกขอบเขตที่กำหนด
error-answer-type = มีคำตอบไม่ตรงกับประเภทของข้อ
error-answer-range = มีตัวเลขอยู่นอกขอบเขต
error-answer-text = มีข้อความยาวเกินไปหรือมีอักขระที่บันทึกไม่ได้
error-answer-choice = มีคำตอบที่ไม่มีในรายการตัวเลือก
error-answer-unknown = มีคำตอบของข้อที่แบบสำรวจไม่มี
error-answer-not-relevant = มีคำตอบของข้อที่ไม่ต้องตอบ
error-answer-not-asked = มีคำตอบของข้อที่ไม่ได้ให้ตอบ
error-answer-expression = คำนวณเงื่อนไขของข้อหนึ่งไม่ได้ โปรดแจ้งผู้จัดทำแบบสำรวจ
error-answer-repetitions = จำนวนรอบไม่ตรงกับแบบสำรวจ
error-answer-form = คำตอบนี้เป็นของแบบสำรวจอื่นหรือรุ่นอื่น
