# การนำเข้าบัญชีจากไฟล์: ผิดตรงไหน แล้วให้แก้อย่างไร

error-file-unreadable = เปิดไฟล์ไม่ได้ โปรดตรวจชื่อไฟล์และรหัสอักขระ (UTF-8)
error-file-empty = ไฟล์ไม่มีข้อมูล
error-csv-malformed = รูปแบบ CSV ไม่ถูกต้อง โปรดตรวจจำนวนช่องและเครื่องหมายคำพูดของบรรทัดนี้
error-geojson-malformed = รูปแบบ GeoJSON ไม่ถูกต้อง โปรดตรวจไฟล์
error-column-missing = ไฟล์ขาดคอลัมน์ที่จำเป็น โปรดตรวจบรรทัดแรก
error-value-missing = ช่องที่จำเป็นว่างอยู่ โปรดกรอก
error-character-nul = มีอักขระที่ใช้ไม่ได้ (U+0000) โปรดลบออก
error-flag-malformed = ช่องใช่หรือไม่ใช่ ให้กรอก 1 หรือ 0
error-code-malformed = รหัสมีจำนวนหลักไม่ถูกต้อง โปรดตรวจ
error-id-malformed = เลขประจำไม่ถูกต้อง โปรดตรวจ
error-date-malformed = วันที่ต้องเป็น ค.ศ. แบบ 2018-08-10

# อปท.
error-lao-missing = อปท. ที่เคยมีหายไปจากบัญชี โปรดระบุว่าเปลี่ยนรหัส ควบรวม แยก หรือยุบ
error-lao-code-duplicate = รหัส อปท. ซ้ำในไฟล์
error-lao-code-taken = รหัสนี้เป็นของ อปท. อื่นแล้ว
error-lao-code-unknown = ไม่มี อปท. ที่ใช้รหัสนี้
error-lao-type-unknown = ไม่รู้จักประเภท อปท. นี้
error-district-of-other-province = รหัสอำเภอไม่อยู่ในจังหวัดนี้
error-province-unknown = ไม่พบเขตของจังหวัดนี้ โปรดนำเข้าเขตการปกครองก่อน
error-fate-unknown = ให้กรอกว่า renumbered, merged, split หรือ dissolved
error-successor-missing = โปรดระบุ อปท. ที่รับช่วงต่อ (ยกเว้นกรณียุบ)
error-successor-unknown = ไม่พบ อปท. ที่รับช่วงต่อ

# จุดให้บริการ
error-counter-duplicate = จุดให้บริการซ้ำในไฟล์
error-counter-kind-unknown = ไม่รู้จักประเภทจุดให้บริการ ให้กรอกว่า main_office, branch, one_stop หรือ mobile
error-counter-status-unknown = ไม่รู้จักสถานะจุดให้บริการ ให้กรอกว่า active, moved หรือ closed

# ผู้ใช้
error-username-duplicate = ชื่อผู้ใช้ซ้ำในไฟล์
error-username-malformed = ชื่อผู้ใช้ต้องมี 1–100 อักขระ และไม่มีอักขระควบคุม
error-role-unknown = ไม่รู้จักบทบาทนี้ ให้กรอกว่า lao, tester, province หรือ department
error-password-hash = เก็บรหัสผ่านไม่สำเร็จ โปรดลองใหม่

# สำเนาสำรอง
error-backup-exists = มีไฟล์นี้อยู่แล้ว โปรดย้ายไฟล์เดิมออกก่อน
error-backup-file = อ่านหรือเขียนไฟล์สำเนาไม่ได้ โปรดตรวจชื่อไฟล์และพื้นที่ว่าง
error-backup-not-ours = ไฟล์นี้ไม่ใช่ฐานข้อมูลของระบบ โปรดเลือกไฟล์อื่น
error-backup-postgres = ฐานข้อมูล PostgreSQL ใช้ pg_dump และ pg_restore แล้วสั่ง new-epoch
error-request-unreadable = ระบบอ่านคำขอนี้ไม่ได้ โปรดตรวจที่อยู่แล้วลองใหม่
