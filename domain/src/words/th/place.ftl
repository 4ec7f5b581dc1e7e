# สถานที่ หน่วยงาน และการตรวจพิกัดที่เคยรายงาน

level-province = จังหวัด
level-district = อำเภอ
level-district-bangkok = เขต
level-subdistrict = ตำบล
level-subdistrict-bangkok = แขวง

# ประเภท อปท.
lao-type-pao = องค์การบริหารส่วนจังหวัด
lao-type-city-municipality = เทศบาลนคร
lao-type-town-municipality = เทศบาลเมือง
lao-type-subdistrict-municipality = เทศบาลตำบล
lao-type-sao = องค์การบริหารส่วนตำบล
lao-type-pattaya = เมืองพัทยา
lao-type-provincial-office = สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด
lao-short-pao = อบจ.
lao-short-city-municipality = ทน.
lao-short-town-municipality = ทม.
lao-short-subdistrict-municipality = ทต.
lao-short-sao = อบต.
lao-short-pattaya = เมืองพัทยา
lao-short-provincial-office = สถจ.

# จุดให้บริการ
counter-kind-main-office = ที่ทำการ
counter-kind-branch = สาขา
counter-kind-one-stop = ศูนย์บริการเบ็ดเสร็จ
counter-kind-mobile = หน่วยบริการเคลื่อนที่
counter-status-active = เปิดให้บริการ
counter-status-moved = ย้าย
counter-status-closed = ปิด
counter-sample = ตัวอย่าง

# บทบาท
role-lao = เจ้าหน้าที่ อปท.
role-tester = ผู้ทดสอบสำรวจ
role-province = ท้องถิ่นจังหวัด
role-department = กรมส่งเสริมการปกครองท้องถิ่น

# ที่มาของพิกัด
method-gnss = ดาวเทียม
method-fused = ตำแหน่งผสมของโทรศัพท์
method-hand = วางด้วยมือ

# ผลตรวจพิกัดที่เคยรายงาน
judgement-missing = ไม่มีพิกัด
judgement-rubbish = ไม่ใช่พิกัด
judgement-outside-country = อยู่นอกประเทศไทย
judgement-wrong-province = อยู่ผิดจังหวัด
judgement-wrong-district = อยู่ผิดอำเภอ
judgement-undecidable = ตัดสินไม่ได้
judgement-fine = อยู่ในเขต

# ไฟล์เขตการปกครอง
error-place = บรรทัดที่ { $line } รายการที่ { $feature }
error-area-file-malformed = ไฟล์ไม่ใช่ GeoJSON ของเขตการปกครอง โปรดตรวจไฟล์
error-area-file-too-large = ไฟล์มีเขตมากเกินไป โปรดแบ่งไฟล์
error-area-code-malformed = รหัสเขตต้องเป็นตัวเลข 2, 4 หรือ 6 หลัก
error-area-parent-wrong = รหัสเขตไม่ตรงกับรหัสของเขตที่สังกัด
error-area-name-missing = เขตไม่มีชื่อภาษาไทย
error-area-duplicate = รหัสเขตซ้ำ
error-shape-empty = เขตไม่มีพื้นที่
error-ring-too-short = เส้นแนวเขตมีเพียง { $vertices } จุด ต้องมีอย่างน้อย 4 จุด
error-ring-open = เส้นแนวเขตไม่บรรจบกัน
error-vertex-out-of-range = พิกัดแนวเขตอยู่นอกช่วง ลองจิจูดต้องมาก่อนละติจูด
error-shape-too-large = เขตมีจุดมากเกินไป โปรดลดความละเอียด
error-shape-damaged = ข้อมูลเขตเสียหาย โปรดนำเข้าใหม่
error-shape-version-unknown = ข้อมูลเขตเป็นรุ่นใหม่กว่าโปรแกรม โปรดปรับปรุงโปรแกรม
