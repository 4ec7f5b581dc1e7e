# ข้อสังเกตของหมุด: พบอะไร แล้วให้ทำอะไร

unknown-code = รุ่นนี้ยังไม่มีคำอธิบายของ { $code } โปรดปรับปรุงแอปให้เป็นรุ่นล่าสุด

severity-info = ข้อมูล
severity-warn = ควรตรวจ
severity-block = ต้องแก้ไข

# ตำแหน่ง
finding-outside-country = พิกัดอยู่นอกประเทศไทย โปรดปักหมุดใหม่ที่จุดให้บริการ
finding-outside-area = พิกัดอยู่นอกเขต อปท. { LENGTH($distance_m) } โปรดตรวจว่าเลือกจุดให้บริการถูกต้อง
finding-area-undecidable = พิกัดอยู่ใกล้แนวเขต อปท. ยังบอกไม่ได้ว่าอยู่ในหรือนอกเขต
finding-area-unknown = ยังไม่มีข้อมูลเขตของ อปท. จึงยังไม่ได้ตรวจว่าอยู่ในเขตหรือไม่
finding-near-other-counter = ห่างจากจุดให้บริการอื่นเพียง { LENGTH($distance_m) } โปรดตรวจว่าไม่ใช่จุดเดียวกัน
finding-far-from-superseded = ห่างจากหมุดเดิมที่ตรวจแล้ว { LENGTH($distance_m) } หากย้ายที่ตั้ง โปรดแจ้งไว้ในหมายเหตุ
finding-swapped-coordinates = ละติจูดกับลองจิจูดน่าจะสลับกัน โปรดตรวจแล้วกรอกใหม่
finding-rounded-coordinates = พิกัดมีทศนิยมเพียง { $decimals } ตำแหน่ง อาจคลาดเคลื่อนถึง { LENGTH($rounding_m) } โปรดปักหมุดใหม่ที่จุดให้บริการ
finding-wrong-province = พิกัดอยู่นอกจังหวัดตามที่อยู่ { LENGTH($distance_m) } โปรดตรวจที่อยู่หรือปักหมุดใหม่
finding-wrong-district = พิกัดอยู่นอกอำเภอตามที่อยู่ { LENGTH($distance_m) } โปรดตรวจที่อยู่หรือปักหมุดใหม่

# การวัด
finding-mock = มีแอปจำลองตำแหน่งทำงานอยู่ โปรดปิดแล้วปักหมุดใหม่
finding-mock-unknown = โทรศัพท์ไม่ได้แจ้งว่าเป็นตำแหน่งจริงหรือจำลอง โปรดตรวจกับแผนที่
finding-placed-by-hand = วางพิกัดด้วยมือ ไม่ได้วัดจากสถานที่จริง จังหวัดต้องตรวจ
finding-accuracy-not-given = เครื่องรับไม่ได้แจ้งความแม่นยำ จึงใช้ค่าประมาณ { LENGTH($fallback_m) }
finding-weak = ความแม่นยำ { LENGTH($radius95_m) } ยังไม่ถึงเกณฑ์ { LENGTH($limit_m) } ลองขยับไปใกล้ประตูแล้ววัดใหม่
finding-too-weak = ความแม่นยำ { LENGTH($radius95_m) } เกินเกณฑ์ { LENGTH($limit_m) } จังหวัดต้องตรวจ
finding-moving = โทรศัพท์เคลื่อนที่ขณะวัด { LENGTH($way_m) } โปรดยืนนิ่งแล้ววัดใหม่
finding-jump = ตำแหน่งกระโดด { LENGTH($distance_m) } ขณะวัด โปรดตรวจกับแผนที่
finding-providers-disagree = ตำแหน่งจากดาวเทียมกับเครือข่ายต่างกัน { LENGTH($distance_m) } โปรดตรวจว่าไม่มีแอปจำลองตำแหน่ง
finding-repeated-coordinate = เครื่องรับส่งพิกัดซ้ำค่าเดิม จึงนับเป็นค่าเดียว
finding-cached-first-fix = ค่าแรกเป็นค่าเก่าที่เครื่องเก็บไว้ จึงไม่นำมาใช้
finding-clock-skew = นาฬิกาของโทรศัพท์คลาดเคลื่อน { DURATION($skew_s) } โปรดตั้งเวลาเป็นแบบอัตโนมัติ
finding-single-source = พิกัดมาจากแหล่งเดียว จึงเทียบกับแหล่งอื่นไม่ได้
finding-few-fixes = มีค่าพิกัดเพียง { $fixes } ค่า น้อยเกินกว่าจะแน่ใจ โปรดรอให้นานขึ้นในครั้งต่อไป
finding-ended-early = บันทึกหลังวัดเพียง { DURATION($elapsed_s) } ก่อนค่าพิกัดจะนิ่ง

# เทียบกับหมุดอื่น
finding-device-of-many-laos = โทรศัพท์เครื่องเดียวปักหมุดให้ { $laos } อปท. โปรดตรวจว่าปักที่จุดให้บริการจริง
finding-many-in-one-place = โทรศัพท์เครื่องเดียวปัก { $counters } จุดให้บริการห่างกันไม่เกิน { LENGTH($within_m) } โปรดตรวจว่าอยู่ที่เดียวกันจริง
finding-far-from-earlier = ห่างจากหมุดก่อนหน้า { LENGTH($distance_m) } โปรดตรวจว่าหมุดใดถูกต้อง
finding-several-pins = มีหมุดมากกว่าหนึ่ง จากผู้ที่ไม่เห็นหมุดของกัน โปรดเลือกหมุดที่ถูกต้อง
