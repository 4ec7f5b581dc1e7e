# บัญชีผู้ใช้ รหัสใช้ครั้งเดียว และการเข้าสู่ระบบบนเว็บ

account-sign-in = เข้าสู่ระบบ
account-signed-in = เข้าสู่ระบบแล้ว
account-still-there = สิ่งที่กรอกไว้ยังอยู่ ตรวจแล้วกดส่งอีกครั้งเพื่อบันทึก
account-send-again = ส่งอีกครั้ง
account-sign-out = ออกจากระบบ
account-username = ชื่อผู้ใช้
account-password = รหัสผ่าน
account-forgotten = ลืมรหัสผ่าน: เจ้าหน้าที่ อปท. ขอรหัสใช้ครั้งเดียวจากท้องถิ่นจังหวัด เจ้าหน้าที่จังหวัดขอจากกรมฯ
account-have-code = มีรหัสใช้ครั้งเดียว: ลงทะเบียนหรือตั้งรหัสผ่านใหม่
account-not-done = ทำรายการไม่สำเร็จ
account-to-start = กลับหน้าแรก

# ลงทะเบียน
account-enrol = ลงทะเบียน
account-reset = ตั้งรหัสผ่านใหม่
account-code = รหัสใช้ครั้งเดียว
account-code-hint = กรอกรหัส 16 ตัวจากหนังสือหรือบัญชีที่ท้องถิ่นจังหวัดส่งให้
account-go-on = ต่อไป
account-name = ชื่อและนามสกุลผู้ติดต่อ
account-phone = โทรศัพท์สำนักงานและเบอร์ต่อ
account-username-hint = ตัวอักษร ตัวเลข จุด ขีด 3 ถึง 50 ตัว ใช้เข้าสู่ระบบทุกครั้ง
account-new-password = รหัสผ่านใหม่
account-password-hint = อย่างน้อย { $fewest } ตัวอักษร จะเป็นวลีที่จำง่ายก็ได้
account-password-again = รหัสผ่านใหม่อีกครั้ง
account-set-password = ตั้งรหัสผ่าน

# ออกรหัส
account-codes = รหัสใช้ครั้งเดียว
account-codes-issued = รหัสที่ออกแล้ว
account-codes-none = ยังไม่ได้ออกรหัส เลือกด้านบนแล้วกดออกรหัส
account-codes-nobody = ไม่มีใครที่ต้องออกรหัสให้
account-codes-once = รหัสแสดงครั้งนี้ครั้งเดียว โปรดพิมพ์ก่อนออกจากหน้านี้ ถ้าหายให้ออกรหัสใหม่ รหัสเก่าจะใช้ไม่ได้
account-for = ของหน่วยงาน
account-role = หน้าที่
account-issued = ออกเมื่อ
account-ends = ใช้ได้ถึง
account-state = สถานะ
account-received = ผู้รับลงชื่อ
account-code-open = ใช้ได้
account-code-used = ใช้แล้ว
account-code-revoked = ยกเลิกแล้ว
account-code-over = หมดอายุ
account-revoke = ยกเลิกรหัส
account-issue = ออกรหัส
account-issue-what = ออกรหัสให้
account-issue-for = หน่วยงาน
account-issue-as = รูปแบบ
account-issue-all = อปท. ที่ยังไม่ลงทะเบียนและยังไม่มีรหัส ({ $count } แห่ง)
account-issue-lao = อปท. ที่เลือก
account-issue-tester = ผู้ทดสอบสำรวจของ อปท.
account-issue-colleague = เพื่อนร่วมงาน
account-issue-province = เจ้าหน้าที่จังหวัดที่เลือก
account-issue-hint = รหัสใช้ได้ครั้งเดียวภายใน { $days } วัน ออกใหม่ให้หน่วยงานเดิมแล้วรหัสเก่าใช้ไม่ได้
account-as-letters = หนังสือ หน่วยงานละหน้า
account-as-list = บัญชีรวม
account-letter-code = รหัสใช้ครั้งเดียวสำหรับระบบปักหมุดจุดให้บริการประชาชน
account-letter-open = เปิดแอปปักหมุด หรือเปิด { $address } แล้วกรอกรหัสนี้
account-letter-choose = ตั้งชื่อผู้ใช้และรหัสผ่านของท่านเอง แล้วกรอกชื่อและโทรศัพท์
account-letter-ends = รหัสใช้ได้ถึง { $when }
account-letter-secret = ผู้ที่มีรหัสนี้ลงทะเบียนแทนหน่วยงานได้ โปรดอย่าส่งต่อ ถ้าสงสัยว่ามีผู้อื่นเห็น โปรดแจ้งท้องถิ่นจังหวัดให้ยกเลิก

# ผู้ใช้
account-people = ผู้ใช้
account-people-none = ไม่มีผู้ใช้ ออกรหัสใช้ครั้งเดียวเพื่อให้ลงทะเบียน
account-find = ค้นชื่อผู้ใช้ หน่วยงาน หรือผู้ติดต่อ
account-find-button = ค้น
account-contact = ผู้ติดต่อ
account-last = ใช้ล่าสุด
account-active = ใช้งาน
account-disabled = ปิดใช้
account-erased = ลบข้อมูลส่วนบุคคลแล้ว
account-disable = ปิดใช้
account-enable = เปิดใช้อีกครั้ง
account-erase = ลบข้อมูลส่วนบุคคล
role-lao = เจ้าหน้าที่ อปท.
role-tester = ผู้ทดสอบสำรวจ
role-province = เจ้าหน้าที่ท้องถิ่นจังหวัด
role-department = กรมส่งเสริมการปกครองท้องถิ่น

# ของตนเอง
account-own = บัญชีของฉัน
account-keep = บันทึก
account-change-password = เปลี่ยนรหัสผ่าน
account-old-password = รหัสผ่านเดิม
account-where = เครื่องที่เข้าสู่ระบบอยู่
account-what = เครื่อง
account-since = ตั้งแต่
account-phone-device = โทรศัพท์
account-browser = เบราว์เซอร์
account-this = เครื่องนี้
account-sign-out-everywhere = ออกจากระบบทุกเครื่อง
account-kept = ข้อมูลของฉันที่ระบบเก็บไว้
account-kept-hint = ชื่อผู้ใช้ ชื่อและโทรศัพท์ผู้ติดต่อ เวลาเข้าใช้ และหมุดที่ปัก เมื่อพ้นหน้าที่แล้ว 90 วัน ชื่อและโทรศัพท์จะถูกลบ หมุดยังอยู่
account-export = ดาวน์โหลดข้อมูลของฉัน

error-form-stale = หน้านี้เปิดไว้นานหรือเปิดจากที่อื่น โปรดเปิดหน้านี้ใหม่แล้วส่งอีกครั้ง
error-account-disabled = บัญชีนี้ปิดใช้แล้ว โปรดติดต่อเจ้าหน้าที่ที่ออกบัญชีให้ สิ่งที่บันทึกไว้ยังอยู่
error-username-malformed = ชื่อผู้ใช้ต้องเป็นตัวอักษร ตัวเลข จุด หรือขีด 3 ถึง 50 ตัว ไม่มีช่องว่าง
error-username-taken = มีผู้ใช้ชื่อนี้แล้ว โปรดตั้งชื่ออื่น
error-password-short = รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 12 ตัวอักษร
error-password-long = รหัสผ่านยาวเกิน 128 ตัวอักษร
error-password-common = รหัสผ่านนี้มีคนใช้มากหรือเดาง่าย โปรดตั้งใหม่ เช่น วลีที่ท่านจำได้
error-password-holds-username = รหัสผ่านต้องไม่มีชื่อผู้ใช้อยู่ข้างใน
error-password-differs = รหัสผ่านสองช่องไม่ตรงกัน โปรดกรอกใหม่
error-contact-malformed = โปรดกรอกชื่อและโทรศัพท์ของผู้ติดต่อ
error-code-character = รหัสมีตัวอักษรที่ไม่มีในรหัสใด โปรดตรวจกับหนังสือ
error-code-length = รหัสต้องมี 16 ตัว โปรดตรวจกับหนังสือ
error-code-check = รหัสผิดไปหนึ่งตัวหรือสลับที่กัน โปรดตรวจกับหนังสือ
error-code-unknown = ไม่มีรหัสนี้ โปรดตรวจกับหนังสือ หรือขอรหัสใหม่
error-code-used = รหัสนี้ใช้ไปแล้ว ถ้าท่านลงทะเบียนแล้วให้เข้าสู่ระบบ ถ้าไม่ใช่ท่าน โปรดแจ้งผู้ออกรหัส
error-code-revoked = รหัสนี้ถูกยกเลิก โปรดขอรหัสใหม่
error-code-expired = รหัสนี้หมดอายุ โปรดขอรหัสใหม่
error-code-not-below = บัญชีนี้ออกรหัสให้หน่วยงานนั้นไม่ได้
error-code-target = โปรดเลือกว่าจะออกรหัสให้ใคร
error-session-over = หมดเวลาการเข้าสู่ระบบขณะกรอก โปรดเข้าสู่ระบบ สิ่งที่กรอกไว้ยังอยู่
