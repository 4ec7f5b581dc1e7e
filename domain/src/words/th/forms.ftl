# แบบสำรวจ: คำของรหัสปัญหา (รหัส form_loop ใช้คำ form-loop)

# ตำแหน่งในไฟล์
import-place = แผ่นงาน { $sheet } แถว { $row } คอลัมน์ { $column }
import-place-row = แผ่นงาน { $sheet } แถว { $row }
import-place-column = แผ่นงาน { $sheet } คอลัมน์ { $column }
import-place-sheet = แผ่นงาน { $sheet }
import-unsupported = ไม่รองรับ จึงไม่ได้นำเข้า: { $what }
import-done = นำเข้าแบบสำรวจ { $id } รุ่น { $version } แล้ว มี { $questions } ข้อ

# ไฟล์ XLSForm
import-file-too-large = ไฟล์ใหญ่เกินไป ได้ไม่เกิน { $limit } ไบต์
import-unpacks-too-large = ไฟล์นี้คลายออกแล้วใหญ่เกินไป
import-too-many-cells = ไฟล์มีช่องข้อมูลมากเกินไป ได้ไม่เกิน { $limit } ช่อง
import-not-xlsx = เปิดไฟล์นี้เป็น XLSX ไม่ได้
import-no-sheet = ไม่มีแผ่นงาน { $sheet }
import-no-column = ไม่มีคอลัมน์ { $column }
import-duplicate-column = มีคอลัมน์ { $column } ซ้ำกัน
import-language = ภาษา { $value } ใช้ไม่ได้ ใช้ได้เฉพาะไทย (th) และอังกฤษ (en)
import-no-type = ไม่ได้ระบุประเภทของข้อ
import-unknown-type = ไม่รู้จักประเภท { $type }
import-unsupported-type = ยังไม่รองรับประเภท { $type }
import-wrong-end = ปิดกลุ่มไม่ตรงกับที่เปิดไว้
import-not-ended = กลุ่ม { $question } เปิดไว้แต่ไม่ได้ปิด
import-no-list-name = ไม่ได้ระบุชื่อรายการตัวเลือก
import-no-label = ตัวเลือกนี้ไม่มีข้อความ
import-score = คะแนน { $value } ไม่ใช่ตัวเลข

# แบบสำรวจ
form-format = แบบสำรวจนี้เป็นรูปแบบรุ่น { $found } ซึ่งโปรแกรมนี้อ่านไม่ได้
form-id = รหัสแบบสำรวจใช้ได้เฉพาะอักษรอังกฤษ ตัวเลข _ และ -
form-no-version = ไม่ได้ระบุรุ่นของแบบสำรวจ
form-no-title = ไม่ได้ระบุชื่อแบบสำรวจ
form-no-questions = แบบสำรวจนี้ไม่มีข้อคำถาม
form-too-many-items = มี { $count } ข้อ ได้ไม่เกิน { $limit } ข้อ
form-too-many-choices = มี { $count } ตัวเลือก ได้ไม่เกิน { $limit } ตัวเลือก
form-too-deep = กลุ่ม { $question } ซ้อนกันลึกเกิน { $limit } ชั้น
form-name = ชื่อข้อ “{ $question }” ใช้ไม่ได้ ต้องขึ้นต้นด้วยตัวอักษรและไม่มีช่องว่าง
form-duplicate-name = มีข้อชื่อ { $question } ซ้ำกัน
form-no-label = ข้อ { $question } ไม่มีข้อความคำถาม
form-no-list = ข้อ { $question } ใช้รายการตัวเลือก { $list } ซึ่งไม่มี
form-choice = ตัวเลือก “{ $choice }” ในรายการ { $list } ใช้ไม่ได้ ชื่อต้องไม่ว่างและไม่มีช่องว่าง
form-duplicate-choice = ตัวเลือก { $choice } ในรายการ { $list } ซ้ำกัน
form-unknown-name = ข้อ { $question } อ้างถึง { $unknown } ซึ่งไม่มีในแบบสำรวจ
form-no-calculation = ข้อ { $question } ไม่มีสูตรคำนวณ
form-loop = เงื่อนไขหรือสูตรของข้อเหล่านี้อ้างกันเป็นวงกลม: { $names }

# สูตร
expression-syntax = สูตรของข้อ { $question } อ่านไม่ได้ตั้งแต่อักษรตัวที่ { $at }
expression-too-long = สูตรของข้อ { $question } ยาวเกิน { $limit } ไบต์
expression-too-deep = สูตรของข้อ { $question } ซ้อนกันลึกเกิน { $limit } ชั้น
expression-unknown-function = ข้อ { $question } ใช้ฟังก์ชัน { $function }() ซึ่งไม่มี
expression-arguments = ข้อ { $question } ใช้ฟังก์ชัน { $function }() ด้วยจำนวนค่าไม่ถูกต้อง ({ $given })
expression-not-nodes = ข้อ { $question } ใช้ฟังก์ชัน { $function }() กับค่าเดี่ยว ต้องใช้กับข้อคำถามหรือกลุ่ม
expression-pattern = ข้อ { $question } ใช้รูปแบบ { $pattern } ไม่ได้
expression-argument = ข้อ { $question } ใช้ฟังก์ชัน { $function }() กับ { $value } ไม่ได้
expression-text-too-long = สูตรของข้อ { $question } ให้ข้อความยาวเกินไป
expression-too-much-work = สูตรของข้อ { $question } ต้องคำนวณมากเกินไป

# คำตอบ
answer-required = ยังไม่ได้ตอบข้อนี้
answer-constraint = คำตอบนี้อยู่นอกขอบเขตที่กำหนด
answer-type = คำตอบไม่ตรงกับประเภทของข้อ
answer-range = ตัวเลขอยู่นอกขอบเขต
answer-text = ข้อความยาวเกินไปหรือมีอักขระที่บันทึกไม่ได้
answer-choice = ตัวเลือกนี้ไม่มีในรายการ
answer-unknown = แบบสำรวจนี้ไม่มีข้อ { $question }
answer-not-relevant = ข้อนี้ไม่ต้องตอบ ตามคำตอบของข้ออื่น
answer-not-asked = ข้อนี้ไม่ได้ให้ตอบ
answer-expression = คำนวณเงื่อนไขของข้อนี้ไม่ได้ โปรดแจ้งผู้จัดทำแบบสำรวจ
answer-repetitions = จำนวนรอบของข้อนี้ไม่ตรงกับแบบสำรวจ
answer-form = คำตอบนี้เป็นของแบบสำรวจอื่นหรือรุ่นอื่น
