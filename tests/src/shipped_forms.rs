//! The sheets of the forms that ship, from which `cargo run -p pakmut-tests
//! --bin shipped-forms` writes `forms/*.xlsx`. From then on the .xlsx files
//! are what people edit; a test holds that both say the same.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// A form's file.
pub struct ShippedForm {
    /// The file's name without `.xlsx`, and the form's id.
    pub id: &'static str,
    title: [&'static str; 2],
    survey: Vec<Row>,
    /// The lists used: name, and choices as name, Thai, English, score.
    choices: Vec<(&'static str, &'static [[&'static str; 4]])>,
}

/// A row of the survey sheet: only what it fills in.
#[derive(Default, Clone, Copy)]
struct Row {
    kind: &'static str,
    name: &'static str,
    th: &'static str,
    en: &'static str,
    hint_th: &'static str,
    hint_en: &'static str,
    required: bool,
    relevant: &'static str,
    constraint: &'static str,
    message_th: &'static str,
    message_en: &'static str,
    calculation: &'static str,
    default: &'static str,
    appearance: &'static str,
}

const fn ask(kind: &'static str, name: &'static str, th: &'static str, en: &'static str) -> Row {
    Row {
        kind,
        name,
        th,
        en,
        hint_th: "",
        hint_en: "",
        required: false,
        relevant: "",
        constraint: "",
        message_th: "",
        message_en: "",
        calculation: "",
        default: "",
        appearance: "",
    }
}

impl Row {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn when(mut self, relevant: &'static str) -> Self {
        self.relevant = relevant;
        self
    }

    const fn hint(mut self, th: &'static str, en: &'static str) -> Self {
        self.hint_th = th;
        self.hint_en = en;
        self
    }

    const fn holds(mut self, constraint: &'static str, th: &'static str, en: &'static str) -> Self {
        self.constraint = constraint;
        self.message_th = th;
        self.message_en = en;
        self
    }
}

/// A question on the scale.
const fn rate(name: &'static str, th: &'static str, en: &'static str) -> Row {
    let mut row = ask("select_one scale", name, th, en).required();
    row.appearance = "likert";
    row
}

const fn begin(name: &'static str, th: &'static str, en: &'static str) -> Row {
    ask("begin_group", name, th, en)
}

const END: Row = ask("end_group", "", "", "");

const fn calculate(name: &'static str, calculation: &'static str) -> Row {
    let mut row = ask("calculate", name, "", "");
    row.calculation = calculation;
    row
}

const SCALE: &[[&str; 4]] = &[
    ["5", "มากที่สุด", "Very satisfied", "5"],
    ["4", "มาก", "Satisfied", "4"],
    ["3", "ปานกลาง", "Neither", "3"],
    ["2", "น้อย", "Dissatisfied", "2"],
    ["1", "น้อยที่สุด", "Very dissatisfied", "1"],
    ["no_opinion", "ไม่มีความเห็น", "No opinion", ""],
];

const YES_NO: &[[&str; 4]] = &[["yes", "ใช่", "Yes", ""], ["no", "ไม่ใช่", "No", ""]];

/// The services by their codes in the Zero Copy catalogue.
const SERVICES: &[[&str; 4]] = &[
    ["birth_registration", "แจ้งเกิด", "Registering a birth", ""],
    ["death_registration", "แจ้งตาย", "Registering a death", ""],
    ["moving_registration", "แจ้งย้ายที่อยู่", "Registering a move", ""],
    ["house_number", "ขอเลขที่บ้าน", "House number", ""],
    [
        "house_registration_extract",
        "คัดและรับรองรายการทะเบียนราษฎร",
        "Certified extract of the civil register",
        "",
    ],
    [
        "identity_card_issue",
        "ทำบัตรประจำตัวประชาชน",
        "Identity card",
        "",
    ],
    [
        "building_permit",
        "ขออนุญาตก่อสร้าง ดัดแปลง หรือรื้อถอนอาคาร",
        "Building permit",
        "",
    ],
    [
        "business_registration",
        "จดทะเบียนพาณิชย์",
        "Business registration",
        "",
    ],
    [
        "land_building_tax",
        "ชำระภาษีที่ดินและสิ่งปลูกสร้าง",
        "Land and building tax",
        "",
    ],
    ["signboard_tax", "ชำระภาษีป้าย", "Signboard tax", ""],
    [
        "elderly_allowance",
        "ลงทะเบียนรับเบี้ยยังชีพผู้สูงอายุ",
        "Elderly allowance",
        "",
    ],
    [
        "disability_allowance",
        "ลงทะเบียนรับเบี้ยความพิการ",
        "Disability allowance",
        "",
    ],
    [
        "newborn_subsidy",
        "ลงทะเบียนเงินอุดหนุนเพื่อการเลี้ยงดูเด็กแรกเกิด",
        "Newborn subsidy",
        "",
    ],
    [
        "waste_collection",
        "ขอรับบริการเก็บขนมูลฝอย",
        "Waste collection",
        "",
    ],
    ["water_supply", "ขอใช้น้ำประปา", "Water supply", ""],
    ["market_licence", "ขออนุญาตจัดตั้งตลาด", "Market licence", ""],
    [
        "food_premises",
        "ขออนุญาตหรือแจ้งจัดตั้งสถานที่จำหน่ายหรือสะสมอาหาร",
        "Food premises licence",
        "",
    ],
    ["other", "เรื่องอื่น", "Something else", ""],
];

/// The documents by their codes in the Zero Copy catalogue.
const DOCUMENTS: &[[&str; 4]] = &[
    [
        "identity_card",
        "สำเนาบัตรประจำตัวประชาชน",
        "Copy of identity card",
        "",
    ],
    [
        "house_registration",
        "สำเนาทะเบียนบ้าน",
        "Copy of house registration",
        "",
    ],
    [
        "birth_certificate",
        "สำเนาสูติบัตร",
        "Copy of birth certificate",
        "",
    ],
    [
        "marriage_certificate",
        "สำเนาทะเบียนสมรส",
        "Copy of marriage certificate",
        "",
    ],
    [
        "name_change_certificate",
        "สำเนาใบสำคัญการเปลี่ยนชื่อตัวหรือชื่อสกุล",
        "Copy of name-change certificate",
        "",
    ],
    [
        "bank_book",
        "สำเนาสมุดบัญชีเงินฝากธนาคาร",
        "Copy of bank book",
        "",
    ],
    [
        "land_title_deed",
        "สำเนาโฉนดหรือเอกสารสิทธิในที่ดิน",
        "Copy of land title deed",
        "",
    ],
    [
        "company_certificate",
        "สำเนาหนังสือรับรองนิติบุคคล",
        "Copy of company certificate",
        "",
    ],
    [
        "power_of_attorney",
        "หนังสือมอบอำนาจพร้อมสำเนาบัตรของผู้มอบและผู้รับมอบ",
        "Power of attorney with copies of both identity cards",
        "",
    ],
    ["other", "เอกสารอื่น", "Another document", ""],
];

const SEXES: &[[&str; 4]] = &[
    ["female", "หญิง", "Female", ""],
    ["male", "ชาย", "Male", ""],
    ["other", "อื่น ๆ", "Other", ""],
    ["not_said", "ไม่ประสงค์ตอบ", "Prefer not to say", ""],
];

const AGES: &[[&str; 4]] = &[
    ["under_20", "ต่ำกว่า 20 ปี", "Under 20", ""],
    ["20_39", "20–39 ปี", "20–39", ""],
    ["40_59", "40–59 ปี", "40–59", ""],
    ["60_up", "60 ปีขึ้นไป", "60 or over", ""],
];

const OCCUPATIONS: &[[&str; 4]] = &[
    ["farmer", "เกษตรกร", "Farmer", ""],
    ["trader", "ค้าขายหรือธุรกิจส่วนตัว", "Own business", ""],
    ["employee", "พนักงานหรือรับจ้าง", "Employee or hired worker", ""],
    [
        "official",
        "ข้าราชการหรือพนักงานของรัฐ",
        "Government officer",
        "",
    ],
    ["student", "นักเรียนหรือนักศึกษา", "Student", ""],
    ["home", "พ่อบ้าน แม่บ้าน หรือเกษียณ", "At home or retired", ""],
    ["other", "อื่น ๆ", "Other", ""],
];

const USES: &[[&str; 4]] = &[
    ["identity_card", "บัตรประจำตัวประชาชน", "Identity card", ""],
    ["house_registration", "ทะเบียนบ้าน", "House registration", ""],
    ["none", "ไม่ใช้ทั้งสองอย่าง", "Neither", ""],
];

const WAYS: &[[&str; 4]] = &[
    [
        "views_original",
        "ดูตัวจริงแล้วคืน",
        "The original is looked at and given back",
        "",
    ],
    [
        "asks_copy",
        "ขอสำเนาจากผู้รับบริการ",
        "The citizen is asked for a copy",
        "",
    ],
    [
        "officer_copies",
        "เจ้าหน้าที่ถ่ายสำเนาให้",
        "The officer makes a copy",
        "",
    ],
    [
        "card_reader",
        "อ่านข้อมูลจากเครื่องอ่านบัตร",
        "The card is read by a card reader",
        "",
    ],
    [
        "linked_database",
        "ตรวจสอบจากฐานข้อมูลที่เชื่อมโยงกัน",
        "The linked database is looked up",
        "",
    ],
];

const WHEN: &[[&str; 4]] = &[
    ["already", "เลิกขอสำเนาแล้ว", "Already stopped", ""],
    ["now", "เลิกได้ทันที", "Can stop at once", ""],
    [
        "within_year",
        "เลิกได้ภายใน 1 ปี",
        "Can stop within a year",
        "",
    ],
    ["not_yet", "ยังเลิกไม่ได้", "Cannot stop yet", ""],
];

const NEEDS: &[[&str; 4]] = &[
    ["card_reader", "เครื่องอ่านบัตร", "Card readers", ""],
    [
        "link",
        "การเชื่อมโยงฐานข้อมูลทะเบียนราษฎร",
        "A link to the civil register",
        "",
    ],
    ["internet", "อินเทอร์เน็ตที่ใช้ได้สม่ำเสมอ", "Steady internet", ""],
    ["training", "การอบรมเจ้าหน้าที่", "Training of staff", ""],
    [
        "rule",
        "การแก้ไขกฎหมายหรือระเบียบ",
        "A change of law or regulation",
        "",
    ],
    ["other", "อื่น ๆ", "Something else", ""],
];

const NO_PERSONAL_TH: &str = "โปรดอย่าเขียนชื่อ เลขประจำตัว หรือหมายเลขโทรศัพท์ของผู้ใด";
const NO_PERSONAL_EN: &str = "Please write nobody's name, ID number or telephone number";

const SERVICE: Row = ask(
    "select_one service",
    "service",
    "วันนี้ท่านมารับบริการเรื่องใด",
    "Which service did you come for today?",
);

const OVERALL: Row = rate(
    "overall",
    "โดยรวมท่านพึงพอใจต่อการให้บริการเพียงใด",
    "Overall, how satisfied are you with the service?",
);

const COPY_ASKED: Row = ask(
    "select_one yes_no",
    "copy_asked",
    "เจ้าหน้าที่ขอสำเนาเอกสารจากท่านหรือไม่",
    "Were you asked for a copy of a document?",
);

const COPY_DOCUMENTS: Row = ask(
    "select_multiple document",
    "copy_documents",
    "เจ้าหน้าที่ขอสำเนาเอกสารใด",
    "Of which documents?",
)
.when("${copy_asked} = 'yes'");

const COMMENT: Row = ask(
    "text",
    "comment",
    "ข้อเสนอแนะเพื่อปรับปรุงการให้บริการ",
    "What should be better?",
)
.hint(NO_PERSONAL_TH, NO_PERSONAL_EN)
.holds(
    "string-length(.) <= 2000",
    "ข้อเสนอแนะยาวได้ไม่เกิน 2,000 ตัวอักษร",
    "At most 2,000 characters",
);

/// The forms.
#[must_use]
pub fn all() -> Vec<ShippedForm> {
    vec![satisfaction(), citizen(), readiness()]
}

fn satisfaction() -> ShippedForm {
    let multiline = Row {
        appearance: "multiline",
        ..COMMENT
    };
    ShippedForm {
        id: "satisfaction",
        title: [
            "แบบสำรวจความพึงพอใจต่อการให้บริการประชาชน",
            "Satisfaction with public services",
        ],
        survey: vec![
            begin("visit", "เรื่องที่มารับบริการ", "Your visit"),
            SERVICE.required(),
            ask(
                "text",
                "service_other",
                "โปรดระบุเรื่องที่มารับบริการ",
                "Which one?",
            )
            .required()
            .when("${service} = 'other'")
            .holds(
                "string-length(.) <= 200",
                "ยาวได้ไม่เกิน 200 ตัวอักษร",
                "At most 200 characters",
            ),
            ask(
                "select_one yes_no",
                "as_proxy",
                "ท่านมาดำเนินการแทนผู้อื่นใช่หรือไม่",
                "Did you come in another person's place?",
            ),
            END,
            begin(
                "process",
                "ด้านกระบวนการและขั้นตอนการให้บริการ",
                "How the service was given",
            ),
            rate(
                "process_clear",
                "ขั้นตอนการให้บริการชัดเจน ไม่ยุ่งยาก",
                "The steps were clear and simple",
            ),
            rate(
                "process_equal",
                "ให้บริการด้วยความเสมอภาค ไม่เลือกปฏิบัติ",
                "Everyone was treated equally",
            ),
            rate(
                "process_order",
                "ให้บริการตามลำดับก่อนหลัง",
                "First come, first served",
            ),
            rate(
                "process_time",
                "ระยะเวลาในการให้บริการเหมาะสม",
                "It took a fitting time",
            ),
            END,
            begin(
                "channel",
                "ด้านช่องทางการให้บริการ",
                "Ways to reach the service",
            ),
            rate(
                "channel_ways",
                "ติดต่อได้สะดวกหลายช่องทาง",
                "There are convenient ways to get in touch",
            ),
            rate(
                "channel_information",
                "มีข้อมูลเอกสาร ค่าธรรมเนียม และขั้นตอนให้ทราบล่วงหน้า",
                "Documents, fees and steps were known beforehand",
            ),
            END,
            begin("staff", "ด้านเจ้าหน้าที่ผู้ให้บริการ", "The staff"),
            rate(
                "staff_polite",
                "เจ้าหน้าที่สุภาพและเต็มใจให้บริการ",
                "The staff were polite and willing",
            ),
            rate(
                "staff_knowledge",
                "เจ้าหน้าที่ตอบข้อสงสัยได้ชัดเจน",
                "The staff answered questions clearly",
            ),
            rate(
                "staff_honest",
                "เจ้าหน้าที่ซื่อสัตย์ ไม่เรียกรับผลประโยชน์",
                "The staff were honest and asked for no favours",
            ),
            END,
            begin("place", "ด้านสถานที่และสิ่งอำนวยความสะดวก", "The place"),
            rate(
                "place_signs",
                "ป้ายบอกจุดให้บริการชัดเจน",
                "The signs to the counter were clear",
            ),
            rate(
                "place_comfort",
                "สถานที่สะอาด มีที่นั่งรอเพียงพอ",
                "It was clean, with seats enough",
            ),
            rate(
                "place_access",
                "ผู้สูงอายุและคนพิการเข้าถึงได้สะดวก",
                "The elderly and the disabled can reach it easily",
            ),
            END,
            begin("summary", "ความพึงพอใจโดยรวม", "Overall"),
            OVERALL,
            END,
            begin("copies", "การขอสำเนาเอกสาร", "Copies of documents"),
            COPY_ASKED.required(),
            COPY_DOCUMENTS.required(),
            END,
            begin("about", "ข้อมูลทั่วไป (ไม่ตอบก็ได้)", "About you (optional)"),
            ask("select_one sex", "sex", "เพศ", "Sex"),
            ask("select_one age", "age", "อายุ", "Age"),
            ask("select_one occupation", "occupation", "อาชีพ", "Occupation"),
            END,
            begin("remarks", "ข้อเสนอแนะ", "Suggestions"),
            multiline,
            END,
        ],
        choices: vec![
            ("scale", SCALE),
            ("yes_no", YES_NO),
            ("service", SERVICES),
            ("document", DOCUMENTS),
            ("sex", SEXES),
            ("age", AGES),
            ("occupation", OCCUPATIONS),
        ],
    }
}

fn citizen() -> ShippedForm {
    ShippedForm {
        id: "citizen",
        title: [
            "ให้คะแนนการบริการ (ไม่เกิน 2 นาที)",
            "Rate the service (two minutes)",
        ],
        survey: vec![
            begin("rating", "การบริการวันนี้", "Today's service"),
            SERVICE,
            OVERALL,
            rate(
                "process_time",
                "ระยะเวลาในการให้บริการเหมาะสม",
                "It took a fitting time",
            ),
            rate(
                "process_equal",
                "ให้บริการด้วยความเสมอภาค ไม่เลือกปฏิบัติ",
                "Everyone was treated equally",
            ),
            rate(
                "process_order",
                "ให้บริการตามลำดับก่อนหลัง",
                "First come, first served",
            ),
            rate(
                "staff_polite",
                "เจ้าหน้าที่สุภาพและเต็มใจให้บริการ",
                "The staff were polite and willing",
            ),
            COPY_ASKED,
            COPY_DOCUMENTS,
            COMMENT,
            END,
        ],
        choices: vec![
            ("scale", SCALE),
            ("yes_no", YES_NO),
            ("service", SERVICES),
            ("document", DOCUMENTS),
        ],
    }
}

fn readiness() -> ShippedForm {
    let today = Row {
        default: "today()",
        ..ask("date", "surveyed_on", "วันที่สำรวจ", "Day of the survey")
            .required()
            .holds(
                ". <= today()",
                "วันที่สำรวจต้องไม่เกินวันนี้",
                "The day cannot lie in the future",
            )
    };
    let process = Row {
        appearance: "field-list",
        ..ask("begin_repeat", "process", "กระบวนงานบริการ", "Process")
    };
    ShippedForm {
        id: "readiness",
        title: [
            "แบบสำรวจความพร้อม: การใช้บัตรประจำตัวประชาชนและทะเบียนบ้านในการให้บริการ",
            "Readiness: how services use the identity card and the house registration",
        ],
        survey: vec![
            begin("counter", "จุดให้บริการ", "The counter"),
            today,
            ask(
                "integer",
                "staff",
                "จำนวนเจ้าหน้าที่ประจำจุดให้บริการ",
                "How many staff serve here?",
            )
            .required()
            .holds(
                ". >= 0 and . <= 500",
                "ระบุจำนวน 0 ถึง 500",
                "Between 0 and 500",
            ),
            ask(
                "select_one yes_no",
                "has_reader",
                "มีเครื่องอ่านบัตรประจำตัวประชาชนใช่หรือไม่",
                "Is there a card reader?",
            )
            .required(),
            ask(
                "integer",
                "readers",
                "มีเครื่องอ่านบัตรที่ใช้งานได้กี่เครื่อง",
                "How many card readers work?",
            )
            .required()
            .when("${has_reader} = 'yes'")
            .holds(
                ". >= 0 and . <= 200",
                "ระบุจำนวน 0 ถึง 200",
                "Between 0 and 200",
            ),
            ask(
                "select_one yes_no",
                "linked",
                "เชื่อมโยงฐานข้อมูลทะเบียนราษฎรแล้วใช่หรือไม่",
                "Is the civil register linked?",
            )
            .required(),
            END,
            process,
            ask(
                "select_one service",
                "service",
                "กระบวนงานใด",
                "Which service?",
            )
            .required(),
            ask("text", "service_other", "โปรดระบุกระบวนงาน", "Which one?")
                .required()
                .when("${service} = 'other'")
                .holds(
                    "string-length(.) <= 200",
                    "ยาวได้ไม่เกิน 200 ตัวอักษร",
                    "At most 200 characters",
                ),
            ask(
                "integer",
                "requests",
                "จำนวนผู้รับบริการต่อปีโดยประมาณ",
                "About how many requests a year?",
            )
            .holds(
                ". >= 0 and . <= 10000000",
                "ระบุจำนวนตั้งแต่ 0 ขึ้นไป",
                "A number from 0 on",
            ),
            ask(
                "select_multiple uses",
                "uses",
                "ใช้เอกสารใดของผู้รับบริการ",
                "Which of the citizen's documents does it use?",
            )
            .required()
            .holds(
                "not(selected(., 'none') and count-selected(.) > 1)",
                "เลือก \"ไม่ใช้ทั้งสองอย่าง\" ร่วมกับข้ออื่นไม่ได้",
                "\"Neither\" cannot be chosen together with another",
            ),
            ask(
                "select_multiple way",
                "card_ways",
                "ใช้บัตรประจำตัวประชาชนอย่างไร",
                "How is the identity card used?",
            )
            .required()
            .when("selected(${uses}, 'identity_card')"),
            ask(
                "select_multiple way",
                "house_ways",
                "ใช้ทะเบียนบ้านอย่างไร",
                "How is the house registration used?",
            )
            .required()
            .when("selected(${uses}, 'house_registration')")
            .holds(
                "not(selected(., 'card_reader'))",
                "ทะเบียนบ้านไม่ได้อ่านจากเครื่องอ่านบัตร",
                "A card reader does not read the house registration",
            ),
            calculate(
                "copying",
                "if(selected(${card_ways}, 'asks_copy') or selected(${house_ways}, 'asks_copy'), 1, 0)",
            ),
            ask(
                "integer",
                "copies",
                "ขอสำเนาเอกสารละกี่ชุด",
                "How many copies of each?",
            )
            .required()
            .when("${copying} = 1")
            .holds(
                ". >= 1 and . <= 20",
                "ระบุจำนวน 1 ถึง 20 ชุด",
                "Between 1 and 20",
            ),
            ask(
                "select_one yes_no",
                "law",
                "มีกฎหมายหรือระเบียบให้ต้องเก็บสำเนาใช่หรือไม่",
                "Does a law or regulation require a copy to be kept?",
            )
            .required()
            .when("${copying} = 1"),
            ask(
                "text",
                "law_which",
                "กฎหมายหรือระเบียบใด มาตราหรือข้อใด",
                "Which one, and which section?",
            )
            .required()
            .when("${copying} = 1 and ${law} = 'yes'")
            .holds(
                "string-length(.) <= 500",
                "ยาวได้ไม่เกิน 500 ตัวอักษร",
                "At most 500 characters",
            ),
            ask(
                "select_one stop",
                "can_stop",
                "เลิกขอสำเนาได้เมื่อใด",
                "When can copies stop being asked for?",
            )
            .required()
            .when("not(selected(${uses}, 'none'))")
            .holds(
                "not(. = 'already' and ${copying} = 1)",
                "กระบวนงานนี้ยังขอสำเนาอยู่",
                "This process still asks for copies",
            ),
            ask(
                "select_multiple need",
                "needs",
                "ต้องการสิ่งใดก่อนจึงจะเลิกขอสำเนาได้",
                "What is needed first?",
            )
            .required()
            .when("${can_stop} = 'within_year' or ${can_stop} = 'not_yet'"),
            ask("end_repeat", "", "", ""),
            calculate("processes", "count(${process})"),
            calculate("still_copying", "sum(${copying})"),
            begin("end_page", "สรุป", "Summary"),
            ask(
                "note",
                "summary",
                "บันทึกแล้ว ${processes} กระบวนงาน ยังขอสำเนาจากผู้รับบริการ ${still_copying} กระบวนงาน",
                "${processes} processes recorded, ${still_copying} of them still ask for copies",
            ),
            ask(
                "image",
                "notice_photo",
                "ภาพถ่ายป้ายประกาศเอกสารที่ต้องใช้ (ถ้ามี)",
                "Photo of the notice of required documents, if any",
            ),
            Row {
                appearance: "multiline",
                ..ask(
                    "text",
                    "remarks",
                    "ปัญหา อุปสรรค และข้อเสนอแนะ",
                    "Difficulties and suggestions",
                )
            }
            .hint(NO_PERSONAL_TH, NO_PERSONAL_EN)
            .holds(
                "string-length(.) <= 2000",
                "ยาวได้ไม่เกิน 2,000 ตัวอักษร",
                "At most 2,000 characters",
            ),
            END,
        ],
        choices: vec![
            ("yes_no", YES_NO),
            ("service", SERVICES),
            ("uses", USES),
            ("way", WAYS),
            ("stop", WHEN),
            ("need", NEEDS),
        ],
    }
}

const SURVEY_HEADINGS: [&str; 15] = [
    "type",
    "name",
    "label::Thai (th)",
    "label::English (en)",
    "hint::Thai (th)",
    "hint::English (en)",
    "required",
    "relevant",
    "constraint",
    "constraint_message::Thai (th)",
    "constraint_message::English (en)",
    "calculation",
    "default",
    "appearance",
    "required_message::Thai (th)",
];

impl ShippedForm {
    /// The lists used, each with the names of its choices.
    pub fn choices(&self) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        let names = |choices: &[[&'static str; 4]]| choices.iter().map(|c| c[0]).collect();
        self.choices
            .iter()
            .map(move |(list, choices)| (*list, names(choices)))
    }

    /// The XLSX file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let day = ExcelDateTime::from_ymd(2018, 5, 7)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(self.title[0])
                .set_creation_datetime(&day),
        );
        let head = Format::new().set_bold();
        let sheet = book.add_worksheet().set_name("survey")?;
        sheet.set_freeze_panes(1, 2)?;
        for (column, heading) in (0u16..).zip(SURVEY_HEADINGS) {
            sheet.write_with_format(0, column, heading, &head)?;
            sheet.set_column_width(column, if column < 2 { 24 } else { 36 })?;
        }
        for (line, row) in (1u32..).zip(&self.survey) {
            let required = if row.required { "yes" } else { "" };
            let message = if row.required {
                "กรุณาตอบข้อนี้"
            } else {
                ""
            };
            let cells = [
                row.kind,
                row.name,
                row.th,
                row.en,
                row.hint_th,
                row.hint_en,
                required,
                row.relevant,
                row.constraint,
                row.message_th,
                row.message_en,
                row.calculation,
                row.default,
                row.appearance,
                message,
            ];
            for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(line, column, cell)?;
            }
            if row.required {
                sheet.write_string(line, 15, "Please answer this")?;
            }
        }
        sheet.write_with_format(0, 15, "required_message::English (en)", &head)?;
        let sheet = book.add_worksheet().set_name("choices")?;
        let headings = [
            "list_name",
            "name",
            "label::Thai (th)",
            "label::English (en)",
            "score",
        ];
        for (column, heading) in (0u16..).zip(headings) {
            sheet.write_with_format(0, column, heading, &head)?;
            sheet.set_column_width(column, if column < 2 { 24 } else { 48 })?;
        }
        let mut line = 1;
        for (list, choices) in &self.choices {
            for [name, th, en, score] in *choices {
                let cells = [list, name, th, en, score];
                for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(line, column, *cell)?;
                }
                line += 1;
            }
        }
        let sheet = book.add_worksheet().set_name("settings")?;
        let settings = [
            ("form_title::Thai (th)", self.title[0]),
            ("form_title::English (en)", self.title[1]),
            ("form_id", self.id),
            ("version", "1"),
            ("default_language", "Thai (th)"),
            ("style", "pages"),
        ];
        for (column, (heading, value)) in (0u16..).zip(settings) {
            sheet.write_with_format(0, column, heading, &head)?;
            sheet.write_string(1, column, value)?;
            sheet.set_column_width(column, 36)?;
        }
        book.save_to_buffer()
    }
}
