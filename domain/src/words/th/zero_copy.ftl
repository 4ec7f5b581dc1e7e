# Zero Copy: การยกเลิกการขอสำเนาเอกสารราชการ

zero-copy-title = การยกเลิกสำเนาเอกสาร (Zero Copy)
zero-copy-starting-set = ชุดข้อมูลเริ่มต้น ยังไม่ใช่ประกาศของกรม
zero-copy-catalogue = บัญชีงานบริการและเอกสาร ฉบับที่ { $version }
zero-copy-own = รายการของ อปท. เอง
zero-copy-service = งานบริการ
zero-copy-document = เอกสาร
zero-copy-since = ตั้งแต่วันที่
zero-copy-before = เดิม
zero-copy-after = ปัจจุบัน
zero-copy-proxy = กรณีมอบอำนาจหรือทำแทน
zero-copy-reason = เหตุผลตามกฎหมายที่ต้องเก็บสำเนา
zero-copy-law = กฎหมาย มาตรา
zero-copy-note = หมายเหตุ
zero-copy-photo = ภาพถ่ายประกาศที่ติดไว้
zero-copy-history = ประวัติการแจ้ง

# แนวปฏิบัติ
zero-copy-practice-asked = ยังขอสำเนา
zero-copy-practice-stopped = เลิกขอสำเนาแล้ว
zero-copy-practice-not-offered = ไม่มีงานบริการนี้
zero-copy-practice-undeclared = ยังไม่แจ้ง

# วิธีดำเนินการ
zero-copy-basis-asked-for = ขอสำเนาจากประชาชน
zero-copy-basis-views-original = ดูต้นฉบับแล้วคืน
zero-copy-basis-officer-copies = เจ้าหน้าที่ทำสำเนาให้โดยไม่คิดค่าใช้จ่าย
zero-copy-basis-card-reader = อ่านข้อมูลจากเครื่องอ่านบัตร
zero-copy-basis-linked-database = ตรวจสอบจากฐานข้อมูลที่เชื่อมโยงกัน
zero-copy-basis-not-needed = ไม่ต้องใช้เอกสารนี้แล้ว

# เหตุผลที่ต้องเก็บสำเนา
zero-copy-reason-act = พระราชบัญญัติกำหนดให้เก็บสำเนา
zero-copy-reason-regulation = กฎกระทรวง ระเบียบ หรือข้อบัญญัติกำหนดให้เก็บสำเนา
zero-copy-reason-disbursement = เป็นหลักฐานการเบิกจ่ายเงิน
zero-copy-reason-evidence = เป็นหลักฐานในข้อพิพาทหรือคดี
zero-copy-reason-other = เหตุผลอื่น

# ผลการตรวจสอบกับคำตอบของประชาชน
zero-copy-verdict-unknown = ยังไม่ทราบ: ไม่มีการแจ้งและไม่มีคำตอบ
zero-copy-verdict-undeclared = มีคำตอบ แต่ยังไม่แจ้ง
zero-copy-verdict-nothing-due = ไม่มีงานบริการที่ต้องแจ้ง
zero-copy-verdict-still-asks = แจ้งแล้ว ยังขอสำเนาทุกรายการที่แจ้ง
zero-copy-verdict-untested = แจ้งว่าเลิกแล้ว คำตอบยังน้อยเกินกว่าจะตรวจสอบ
zero-copy-verdict-confirmed = คำตอบตรงกับที่แจ้ง
zero-copy-verdict-doubtful = มีคำตอบขัดแย้งเล็กน้อย อาจตอบผิด
zero-copy-verdict-contradicted = คำตอบขัดแย้งกับที่แจ้ง
zero-copy-contradictions = ขัดแย้ง { $count } จาก { $of } คำตอบ ({ $share } %, ช่วงความเชื่อมั่น 95 % { $low }–{ $high } %)
zero-copy-unlisted = { $count } คำตอบระบุว่าถูกขอเอกสารที่ไม่อยู่ในบัญชี
zero-copy-conflict = เจ้าหน้าที่แจ้งไม่ตรงกัน โปรดยืนยันอีกครั้ง

# ความก้าวหน้า
zero-copy-whole = รวม
zero-copy-due = ต้องแจ้ง
zero-copy-declared = แจ้งแล้ว
zero-copy-stopped = เลิกขอสำเนา
zero-copy-asked = ยังขอสำเนา
zero-copy-undeclared = ยังไม่แจ้ง
zero-copy-contradicted = คำตอบขัดแย้ง
zero-copy-not-offered = ไม่มีบริการ
zero-copy-conflicts = แจ้งไม่ตรงกัน
zero-copy-kept-without-reason = เก็บสำเนาโดยไม่ระบุเหตุผล
zero-copy-counters-unknown = จุดให้บริการที่ยังไม่ทราบ
zero-copy-few-answers = มีคำตอบน้อยกว่า { $least } ชุด จึงไม่แสดง

# หน้าสาธารณะ
zero-copy-need-not-bring = ไม่ต้องนำสำเนาเอกสารต่อไปนี้มา
zero-copy-unless-proxy = ยกเว้นผู้มาทำแทนผู้อื่น
zero-copy-nothing-declared = จุดให้บริการนี้ยังไม่แจ้งว่าเลิกขอสำเนาเอกสารใด

# การกรอกอย่างรวดเร็ว
zero-copy-all-services = ทุกงานบริการในครั้งเดียว
zero-copy-copy-from = คัดลอกจากจุดให้บริการอื่น
zero-copy-drafts = จะบันทึก { $count } รายการ

# สิ่งที่ต้องแก้ไข
error-since-in-future = วันที่เลิกขอสำเนายังมาไม่ถึง โปรดใส่วันที่ไม่เกินวันนี้
error-since-buddhist-year = ปีของวันที่เป็น พ.ศ. ที่ส่งมาแทน ค.ศ. โปรดเลือกวันที่ใหม่
error-since-too-early = วันที่เลิกขอสำเนาต้องไม่ก่อน 1 ม.ค. 2558
error-since-missing = โปรดใส่วันที่เลิกขอสำเนา
error-since-without-stop = ใส่วันที่ได้เฉพาะเมื่อเลิกขอสำเนาแล้ว
error-basis-missing = โปรดเลือกวิธีดำเนินการเดิมและปัจจุบัน
error-basis-contradicts = วิธีดำเนินการไม่ตรงกับแนวปฏิบัติที่แจ้ง โปรดเลือกใหม่
error-reason-without-copy = ไม่มีการเก็บสำเนา จึงไม่ต้องใส่เหตุผล
error-law-missing = โปรดระบุเหตุผลและกฎหมายที่ให้เก็บสำเนาให้ครบ
error-declaration-text = ข้อความยาวเกินไปหรือมีอักขระที่ใช้ไม่ได้ โปรดแก้ไข
error-unknown-service = ไม่พบงานบริการนี้ในบัญชี โปรดรับข้อมูลล่าสุดแล้วเลือกใหม่
error-unknown-document = ไม่พบเอกสารนี้ในบัญชี โปรดรับข้อมูลล่าสุดแล้วเลือกใหม่
error-unknown-pair = งานบริการนี้ไม่ได้ใช้เอกสารนี้ตามบัญชี โปรดเลือกใหม่หรือเพิ่มเป็นรายการของ อปท.
error-own-document-code = เอกสารที่ อปท. เพิ่มเองต้องใช้รหัสของ อปท.
error-own-service-asks-nothing = โปรดเลือกเอกสารอย่างน้อยหนึ่งรายการ
error-own-service-too-large = รายการเอกสารมากเกินไป
error-catalogue-name = ชื่อต้องมี 1–200 ตัวอักษร
error-catalogue-no-table = ไม่พบตารางที่มีหัวคอลัมน์ service และ document หรือ code, name_th และ name_en
error-catalogue-duplicate-column = หัวคอลัมน์ซ้ำ
error-catalogue-code = รหัสต้องเป็น a-z, 0-9 หรือ _ ยาว 1–48 ตัว
error-catalogue-own-code = รหัสที่ขึ้นต้นด้วย own_ สงวนไว้สำหรับรายการของ อปท.
error-catalogue-name-conflict = รหัสเดียวกันมีชื่อต่างกันในแถวอื่น
error-catalogue-name-missing = รหัสนี้ยังไม่มีชื่อ
error-catalogue-duplicate-pair = งานบริการกับเอกสารคู่นี้ซ้ำ
error-catalogue-too-large = รายการในบัญชีมากเกินไป
error-catalogue-service-without-document = งานบริการนี้ไม่มีเอกสารในแถวใดเลย
error-no-catalogue = ยังไม่มีบัญชีงานบริการในเครื่อง โปรดเชื่อมต่อเพื่อรับข้อมูลหนึ่งครั้ง
kind-own-service = งานบริการของ อปท. เอง

# แฟ้มบัญชีงานบริการและเอกสาร
error-file-too-large = แฟ้มใหญ่เกินไป โปรดแบ่งแฟ้มให้เล็กลง
error-file-too-many-cells = แฟ้มมีข้อมูลมากเกินไป โปรดตรวจแฟ้ม
error-file-not-csv = อ่านแฟ้มไม่ได้ โปรดบันทึกเป็น CSV (UTF-8) หรือ XLSX
error-catalogue-faulty = บัญชีมีข้อผิดพลาด จึงยังไม่นำเข้า โปรดแก้ไขตามรายการ
error-clock-failed = นาฬิกาของศูนย์ข้อมูลผิดปกติ โปรดติดต่อผู้ดูแลระบบ
error-counter-unknown = ไม่พบจุดให้บริการนี้ โปรดรับข้อมูลล่าสุดแล้วลองใหม่

# หน้า ใบพิมพ์ และแฟ้ม
zero-copy-short = สำเนาเอกสาร
zero-copy-counts = แจ้งแล้ว { $declared } จาก { $due } รายการ ยกเลิกแล้ว { $stopped } รายการ
zero-copy-reality = ที่แจ้งกับที่ประชาชนตอบ
zero-copy-notice-photo = ภาพถ่ายประกาศ
zero-copy-list-title = จุดที่คำตอบขัดแย้งกับที่แจ้ง
zero-copy-list-none = ไม่มี ที่ใดมีผู้ตอบตั้งแต่ 5 คำตอบ คำตอบตรงกับที่แจ้งไว้
zero-copy-list-more = แฟ้มด้านล่างมีครบทุกจุด
zero-copy-file-progress = ความก้าวหน้า
zero-copy-file-contradicted = จุดที่คำตอบขัดแย้งกับที่แจ้ง
zero-copy-counters = จุดให้บริการ
zero-copy-counters-contradicted = จุดที่ถูกขัดแย้ง
zero-copy-answers = คำตอบ
zero-copy-answers-contrary = คำตอบที่ขัดแย้ง
zero-copy-share-contrary = สัดส่วนที่ขัดแย้ง
zero-copy-share-low = ช่วงความเชื่อมั่น 95 % ตั้งแต่
zero-copy-share-high = ช่วงความเชื่อมั่น 95 % ถึง
