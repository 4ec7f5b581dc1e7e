//! The records and enums that cross over. Those of the core are described here
//! once more for the generator, which cannot read them there: the compiler holds
//! both alike.

use pakmut_core::capture::CaptureState;
use pakmut_core::model::{Fix, Mock, Monotonic, Provider, UnixMillis};
use pakmut_core::roster::CounterEntry;
use pakmut_core::screens::{
    AboutScreen, AnswerInput, CaptureScreen, Choice, CodeScreen, CounterFormScreen, CounterRow,
    CountersScreen, DraftRow, FindingRow, FindingsScreen, FollowUpRow, FollowUpScreen, HandScreen,
    HomeScreen, KindChoice, MeetingRow, NewsRow, PhotoScreen, QueueRow, QueueScreen, ReviewRow,
    ReviewScreen, SignInScreen, Spot, Standing, StatusChoice, StuckPhoto, SurveyChoice, SurveyItem,
    SurveyPage, SurveyRow, SurveyScreen, SyncScreen, Tab, TabKind, ZeroCopyLine, ZeroCopyScreen,
    ZeroCopyService,
};
use pakmut_domain::finding::Severity;
use pakmut_domain::model::{CounterKind, CounterStatus};
use pakmut_domain::wire::enrolment::Contact;
use pakmut_domain::wire::payload::Decision;
use pakmut_domain::words::Lang;
use uuid::Uuid;

use crate::PakmutError;

// An id: hexadecimal with hyphens, as on the wire.
uniffi::custom_type!(Uuid, String, {
    remote,
    lower: |id| id.to_string(),
    try_lift: |text| Uuid::try_parse(&text)
        .map_err(|_| PakmutError::argument(format_args!("no id: {text}")).into()),
});

/// What the core is opened with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Setup {
    /// The app's private folder.
    pub folder: String,
    /// The registry's address, `https://…`.
    pub registry: String,
    /// The certificate of the registry's own authority, PEM or DER, where it has one.
    #[uniffi(default = None)]
    pub authority: Option<Vec<u8>>,
    /// A text that is another after each start of the phone (Android's
    /// `BOOT_COUNT`, iOS's `kern.bootsessionuuid`); absent on a host that tells
    /// it itself.
    #[uniffi(default = None)]
    pub boot: Option<String>,
    /// The language.
    pub lang: Lang,
    /// Whether Thai text has ๐–๙.
    #[uniffi(default = false)]
    pub thai_digits: bool,
}

/// One reading of the phone's receiver, as it came.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ReceiverFix {
    /// When it was measured: milliseconds of the clock that [`crate::Pakmut::now_ms`] reads.
    pub at_ms: i64,
    /// Latitude, degrees WGS 84.
    pub lat: f64,
    /// Longitude, degrees WGS 84.
    pub lon: f64,
    /// Stated horizontal accuracy, metres, a radius of 68 %; absent where none
    /// was stated, never 0 for that.
    pub accuracy_m: Option<f64>,
    /// Speed over ground, metres a second, where given.
    pub speed_mps: Option<f64>,
    /// Who measured it.
    pub provider: Provider,
    /// Whether an app made it up.
    pub mock: Mock,
    /// Satellite time, milliseconds since 1970 UTC, where given.
    pub gnss_ms: Option<i64>,
    /// The wall clock at its arrival, milliseconds since 1970 UTC.
    pub wall_ms: Option<i64>,
}

impl From<ReceiverFix> for Fix {
    fn from(fix: ReceiverFix) -> Self {
        Self {
            at: Monotonic(fix.at_ms),
            lat: fix.lat,
            lon: fix.lon,
            accuracy_m: fix.accuracy_m,
            hdop: None,
            speed_mps: fix.speed_mps,
            provider: fix.provider,
            mock: fix.mock,
            gnss: fix.gnss_ms.map(UnixMillis),
            wall: fix.wall_ms.map(UnixMillis),
        }
    }
}

/// A language.
#[uniffi::remote(Enum)]
pub enum Lang {
    /// Thai.
    Th,
    /// English.
    En,
}

/// Which part of the phone made a fix.
#[uniffi::remote(Enum)]
pub enum Provider {
    /// The satellite receiver itself.
    Satellite,
    /// A mixture made by the phone.
    Fused,
    /// Cells and wireless networks.
    Network,
    /// Not said.
    Unknown,
}

/// Whether an app made a position up.
#[uniffi::remote(Enum)]
pub enum Mock {
    /// The phone says that it is made up.
    Yes,
    /// The phone says that it is not.
    No,
    /// The phone does not say.
    Unknown,
}

/// How much a finding weighs.
#[uniffi::remote(Enum)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be looked at; a reason is asked.
    Warn,
    /// To be corrected before it is saved.
    Block,
}

/// An officer's decision.
#[uniffi::remote(Enum)]
pub enum Decision {
    /// The pin is right.
    Approved,
    /// The pin must be taken anew.
    SentBack,
}

/// Where a capture stands.
#[uniffi::remote(Enum)]
pub enum CaptureState {
    /// No usable fix yet.
    Searching,
    /// Waiting may make it better.
    Improving,
    /// Within the target and stable.
    Ready,
    /// Above the target; a reason is asked.
    Weak,
    /// Beyond the weakest accepted; the province judges.
    TooWeak,
    /// The phone moves.
    Moving,
    /// A person placed it.
    PlacedByHand,
}

/// Where a counter stands, in the order of what needs doing.
#[uniffi::remote(Enum)]
pub enum Standing {
    /// Sent back: pin again.
    SentBack,
    /// Refused: mend or discard.
    Wedged,
    /// No pin yet.
    ToPin,
    /// Saved on this phone.
    Saved,
    /// At the registry.
    Sent,
    /// Approved.
    Approved,
    /// Closed.
    Closed,
}

/// One of the main screens.
#[uniffi::remote(Enum)]
pub enum TabKind {
    /// My counters.
    Counters,
    /// Trial survey.
    Survey,
    /// Zero Copy.
    ZeroCopy,
    /// Follow-up.
    FollowUp,
    /// Review.
    Review,
    /// Counters to be measured once more.
    Checks,
    /// Queue and sync.
    Queue,
    /// Language, address, about.
    About,
}

/// A place, degrees WGS 84.
#[uniffi::remote(Record)]
pub struct Spot {
    pub lat: f64,
    pub lon: f64,
}

/// A choice with its words.
#[uniffi::remote(Record)]
pub struct Choice {
    pub code: String,
    pub text: String,
}

/// Signing in.
#[uniffi::remote(Record)]
pub struct SignInScreen {
    pub registry: String,
    pub username: String,
    pub note: String,
    pub others: Option<String>,
}

/// A way to a main screen.
#[uniffi::remote(Record)]
pub struct Tab {
    pub kind: TabKind,
    pub text: String,
}

/// Where a person begins.
#[uniffi::remote(Record)]
pub struct HomeScreen {
    pub username: String,
    pub lao: Option<String>,
    pub tabs: Vec<Tab>,
    pub queue_line: String,
    pub round: Option<String>,
    pub news: Vec<NewsRow>,
    pub needs_password: Option<String>,
}

/// Something announced.
#[uniffi::remote(Record)]
pub struct NewsRow {
    pub reminds: bool,
    pub title: String,
    pub text: String,
    pub when: String,
    pub meeting: Option<MeetingRow>,
}

/// What may be said of an announced meeting, and what was.
#[uniffi::remote(Record)]
pub struct MeetingRow {
    pub meeting: String,
    pub asks: bool,
    pub answer: Option<String>,
    pub will: Option<bool>,
    pub people: String,
}

/// What a one-time code is for.
#[uniffi::remote(Record)]
pub struct CodeScreen {
    pub title: String,
    pub office: String,
    pub who: String,
    pub ends: String,
    pub asks_name: bool,
    pub username_hint: String,
    pub password_hint: String,
    pub button: String,
}

/// How a person is reached.
#[uniffi::remote(Record)]
pub struct Contact {
    pub name: String,
    pub phone: String,
}

/// One counter of the list.
#[uniffi::remote(Record)]
pub struct CounterRow {
    pub counter: Uuid,
    pub name: String,
    pub kind: String,
    pub address: String,
    pub standing: Standing,
    pub standing_text: String,
    pub reason: Option<String>,
    pub item: Option<Uuid>,
    pub conflict: Option<String>,
    pub sample: Option<String>,
    pub can_pin: bool,
}

/// My counters.
#[uniffi::remote(Record)]
pub struct CountersScreen {
    pub rows: Vec<CounterRow>,
    pub line: String,
    pub queue_line: String,
    pub next: Option<Uuid>,
    pub next_text: Option<String>,
    pub keeps_list: bool,
    pub stated: Option<String>,
    pub complete: bool,
    pub empty: Option<String>,
}

/// What kind of place a counter is.
#[uniffi::remote(Enum)]
pub enum CounterKind {
    /// The LAO's main office.
    MainOffice,
    /// A branch.
    Branch,
    /// A one-stop service.
    OneStop,
    /// A mobile service.
    Mobile,
}

/// Whether a counter serves.
#[uniffi::remote(Enum)]
pub enum CounterStatus {
    /// It serves.
    Active,
    /// It moved.
    Moved,
    /// It closed.
    Closed,
}

/// A kind of counter with its words.
#[uniffi::remote(Record)]
pub struct KindChoice {
    pub kind: CounterKind,
    pub text: String,
}

/// A status of a counter with its words.
#[uniffi::remote(Record)]
pub struct StatusChoice {
    pub status: CounterStatus,
    pub text: String,
}

/// What a person enters about a counter.
#[uniffi::remote(Record)]
pub struct CounterEntry {
    pub counter: Option<Uuid>,
    pub name: String,
    pub kind: CounterKind,
    pub status: CounterStatus,
    pub address: String,
    pub postcode: String,
    pub phone: String,
    pub extension: String,
}

/// A counter as it is entered.
#[uniffi::remote(Record)]
pub struct CounterFormScreen {
    pub title: String,
    pub entry: CounterEntry,
    pub kinds: Vec<KindChoice>,
    pub statuses: Vec<StatusChoice>,
}

/// How far one LAO is.
#[uniffi::remote(Record)]
pub struct FollowUpRow {
    pub lao: Uuid,
    pub name: String,
    pub line: String,
    pub missing: Vec<String>,
}

/// How far the LAOs are.
#[uniffi::remote(Record)]
pub struct FollowUpScreen {
    pub line: String,
    pub behind: String,
    pub rows: Vec<FollowUpRow>,
    pub empty: Option<String>,
}

/// The capture as it runs.
#[uniffi::remote(Record)]
pub struct CaptureScreen {
    pub counter_name: String,
    pub state: CaptureState,
    pub state_text: String,
    pub advice: String,
    pub radius95_m: Option<f64>,
    pub radius_number: Option<String>,
    pub radius_text: Option<String>,
    pub target_m: f64,
    pub target_text: String,
    pub elapsed_text: String,
    pub refused: Option<String>,
    pub spoken: Option<String>,
    pub can_save: bool,
    pub save_text: String,
    pub can_place: bool,
}

/// One finding.
#[uniffi::remote(Record)]
pub struct FindingRow {
    pub code: String,
    pub severity: Severity,
    pub severity_text: String,
    pub text: String,
}

/// What was found.
#[uniffi::remote(Record)]
pub struct FindingsScreen {
    pub counter_name: String,
    pub state: CaptureState,
    pub headline: String,
    pub position: Vec<String>,
    pub findings: Vec<FindingRow>,
    pub can_save: bool,
    pub takes_photo: bool,
    pub reason_asked: Option<String>,
    pub reasons: Vec<Choice>,
    pub button: String,
}

/// A position as it is typed.
#[uniffi::remote(Record)]
pub struct HandScreen {
    pub example: String,
    pub position: Option<Spot>,
    pub lines: Vec<String>,
    pub resolution: Option<String>,
    pub ask_zone: Option<String>,
    pub zones: Vec<Choice>,
    pub ask_datum: Option<String>,
    pub datums: Vec<Choice>,
    pub problem: Option<String>,
    pub problem_code: Option<String>,
}

/// One item of the queue.
#[uniffi::remote(Record)]
pub struct QueueRow {
    pub item: Uuid,
    pub seq: i64,
    pub kind: String,
    pub about: String,
    pub saved: String,
    pub standing: String,
    pub wedged: bool,
    pub sent: bool,
    pub reason: Option<String>,
    pub counter: Option<Uuid>,
    pub photo_removable: bool,
}

/// The queue.
#[uniffi::remote(Record)]
pub struct QueueScreen {
    pub line: String,
    pub wedged_line: Option<String>,
    pub rows: Vec<QueueRow>,
    pub photos_line: Option<String>,
    pub stuck_photos: Vec<StuckPhoto>,
    pub others: Option<String>,
    pub empty: Option<String>,
}

/// A photo that was taken, or the way to take one.
#[uniffi::remote(Record)]
pub struct PhotoScreen {
    pub photo: Option<String>,
    pub line: String,
    pub button: String,
    pub remove: Option<String>,
}

/// A photo that cannot be sent.
#[uniffi::remote(Record)]
pub struct StuckPhoto {
    pub photo: String,
    pub title: String,
    pub reason: String,
}

/// How a camera's picture is to be scaled before it is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PhotoScaling {
    /// To be turned so far, degrees clockwise: 0, 90, 180 or 270.
    pub turn_degrees: u16,
    /// To be mirrored left to right, before it is turned.
    pub mirrored: bool,
    /// The longest side afterwards, pixels.
    pub longest_side_px: u32,
    /// The most bytes of the JPEG.
    pub most_bytes: u32,
}

/// Sending.
#[uniffi::remote(Record)]
pub struct SyncScreen {
    pub running: bool,
    pub line: String,
    pub cause: Option<String>,
    pub part: Option<f64>,
    pub last_success: Option<String>,
    pub next_try: Option<String>,
    pub clock: Option<String>,
    pub needs_password: bool,
    pub wedged: Option<String>,
}

/// One survey form.
#[uniffi::remote(Record)]
pub struct SurveyRow {
    pub form: String,
    pub version: String,
    pub title: String,
    pub line: String,
}

/// The survey forms.
#[uniffi::remote(Record)]
pub struct SurveyScreen {
    pub rows: Vec<SurveyRow>,
    pub drafts: Vec<DraftRow>,
    pub empty: Option<String>,
}

/// One document of one service.
#[uniffi::remote(Record)]
pub struct ZeroCopyLine {
    pub document: String,
    pub name: String,
    pub practice: String,
    pub standing: String,
    pub basis: Option<String>,
    pub waits: bool,
    pub conflict: Option<String>,
}

/// One service.
#[uniffi::remote(Record)]
pub struct ZeroCopyService {
    pub service: String,
    pub name: String,
    pub lines: Vec<ZeroCopyLine>,
}

/// Zero Copy of a counter.
#[uniffi::remote(Record)]
pub struct ZeroCopyScreen {
    pub line: String,
    pub catalogue: String,
    pub services: Vec<ZeroCopyService>,
    pub practices: Vec<Choice>,
    pub bases: Vec<Choice>,
}

/// One pin that waits.
#[uniffi::remote(Record)]
pub struct ReviewRow {
    pub pin: Uuid,
    pub counter: Uuid,
    pub name: String,
    pub lao: String,
    pub place: Spot,
    pub position: Vec<String>,
    pub headline: String,
    pub saved: String,
    pub findings: Vec<String>,
    pub reason: Option<String>,
    pub decided: Option<String>,
    pub conflict: Option<String>,
}

/// The pins that wait.
#[uniffi::remote(Record)]
pub struct ReviewScreen {
    pub rows: Vec<ReviewRow>,
    pub line: String,
    pub reasons: Vec<Choice>,
    pub empty: Option<String>,
}

/// Language, address, about.
#[uniffi::remote(Record)]
pub struct AboutScreen {
    pub registry: String,
    pub version: String,
    pub device: String,
    pub languages: Vec<Choice>,
    pub privacy: Vec<String>,
    pub recovered: Option<String>,
}

/// How a question is answered.
#[uniffi::remote(Enum)]
pub enum AnswerInput {
    /// Words of a group.
    Heading,
    /// Words only.
    Note,
    /// One of the choices.
    One,
    /// Any of the choices.
    Many,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A text.
    Text,
    /// A day, as people write it in the language.
    Date,
    /// A time, `HH:MM`.
    Time,
    /// A day with a time.
    DateTime,
    /// Latitude and longitude.
    Place,
    /// A photo.
    Photo,
}

/// A choice of a question.
#[uniffi::remote(Record)]
pub struct SurveyChoice {
    pub code: String,
    pub text: String,
    pub chosen: bool,
}

/// Something on a page.
#[uniffi::remote(Record)]
pub struct SurveyItem {
    pub path: String,
    pub input: AnswerInput,
    pub label: String,
    pub hint: String,
    pub required: bool,
    pub read_only: bool,
    pub value: String,
    pub choices: Vec<SurveyChoice>,
    pub problem: Option<String>,
}

/// A page of a form that is being filled in.
#[uniffi::remote(Record)]
pub struct SurveyPage {
    pub draft: Uuid,
    pub trial: String,
    pub number: String,
    pub headings: Vec<String>,
    pub items: Vec<SurveyItem>,
    pub repeats: Vec<Choice>,
    pub at_end: bool,
    pub problems: Vec<String>,
}

/// A half-filled form.
#[uniffi::remote(Record)]
pub struct DraftRow {
    pub draft: Uuid,
    pub form: String,
    pub line: String,
}
