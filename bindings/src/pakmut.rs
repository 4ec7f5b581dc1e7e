//! The one object that a shell holds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::model::Monotonic;
use pakmut_core::ports::{Clock, SystemClock, SystemRandom};
use pakmut_core::roster::CounterEntry;
use pakmut_core::screens::{
    AboutScreen, CaptureScreen, CodeScreen, CounterFormScreen, CountersScreen, FindingsScreen,
    FollowUpScreen, HandScreen, HomeScreen, Pinning, PinningError, QueueScreen, ReviewScreen,
    Screens, SignInScreen, Style, SurveyPage, SurveyScreen, SyncScreen, ZeroCopyScreen, read_hand,
    sync_ended, sync_running,
};
use pakmut_core::sync::Options;
use pakmut_core::zero_copy::ZeroCopyError;
use pakmut_domain::calendar::Digits;
use pakmut_domain::position::Position;
use pakmut_domain::wire::enrolment::Contact;
use pakmut_domain::wire::payload::Decision;
use pakmut_domain::words::{self, Lang};
use pakmut_domain::zero_copy::entry::{Answer, Choice};
use pakmut_domain::zero_copy::{Basis, Code, Day, Practice};
use uuid::Uuid;

use crate::ports::Secrets;
use crate::{PakmutError, Progress, ReceiverFix, SecretStore, Setup};

pub(crate) type Said<T> = Result<T, PakmutError>;

/// Pakmut on one phone at one registry.
///
/// Use after [`Pakmut::end`] is an error of kind `Closed`, never a crash.
#[derive(uniffi::Object)]
pub struct Pakmut {
    /// Absent once ended.
    phone: RwLock<Option<Arc<Phone>>>,
    clock: SystemClock,
    style: Mutex<Style>,
    /// The counter that is being pinned.
    pinning: Mutex<Option<Pinning>>,
}

fn style(lang: Lang, thai_digits: bool) -> Style {
    let digits = if thai_digits {
        Digits::Thai
    } else {
        Digits::Arabic
    };
    Style { lang, digits }
}

#[uniffi::export]
impl Pakmut {
    /// Opens the phone's files and the session of whoever used it last.
    ///
    /// # Errors
    /// Kind `Input` where the address is none, `Storage` where a file cannot be used.
    #[uniffi::constructor]
    pub fn new(setup: Setup, secrets: Arc<dyn SecretStore>) -> Said<Arc<Self>> {
        let clock = match &setup.boot {
            Some(mark) => SystemClock::of_boot(mark),
            None => SystemClock::new().map_err(pakmut_core::engine::PhoneError::from)?,
        };
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let authority = setup.authority.as_deref();
        let transport = HttpTransport::new(&setup.registry, authority, shared.clone())?;
        let ports = Ports {
            clock: shared,
            random: Arc::new(SystemRandom),
            secrets: Arc::new(Secrets(secrets)),
            transport: Arc::new(transport),
        };
        let phone = Phone::open(setup.folder, &setup.registry, ports)?;
        Ok(Arc::new(Self {
            phone: RwLock::new(Some(Arc::new(phone))),
            clock,
            style: Mutex::new(style(setup.lang, setup.thai_digits)),
            pinning: Mutex::new(None),
        }))
    }

    /// Ends the sync that runs, closes the file, and lets go of everything. Every
    /// later call is an error of kind `Closed`.
    ///
    /// # Errors
    /// Where the disk fails; it is closed all the same.
    pub fn end(&self) -> Said<()> {
        let phone = self
            .phone
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        *self.pinning() = None;
        match phone {
            Some(phone) => Ok(phone.pause()?),
            None => Ok(()),
        }
    }

    /// How the person wants to be spoken to from now on.
    pub fn set_style(&self, lang: Lang, thai_digits: bool) {
        *self.style.lock().unwrap_or_else(PoisonError::into_inner) = style(lang, thai_digits);
    }

    /// The words of a message of this id in the chosen language, such as `button-save`.
    #[must_use]
    pub fn label(&self, id: &str) -> String {
        words::text(self.style().lang, id, &[])
    }

    /// The clock that fixes are stamped by: milliseconds since the phone's
    /// start, sleep included (Android's `elapsedRealtime`).
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.mono_ms()
    }

    /// Whether somebody is signed in.
    ///
    /// # Errors
    /// Kind `Closed`.
    pub fn signed_in(&self) -> Said<bool> {
        Ok(self.open()?.account().is_some())
    }

    /// The screen for signing in.
    ///
    /// # Errors
    /// Where files or secrets fail.
    pub fn sign_in_screen(&self) -> Said<SignInScreen> {
        Ok(SignInScreen::of(&*self.open()?, self.style())?)
    }

    /// Signs in. A colleague's queue is closed meanwhile, and kept.
    ///
    /// # Errors
    /// Kinds `Refused`, `Offline`, `Busy`, `Storage`.
    pub fn sign_in(&self, username: &str, password: &str) -> Said<HomeScreen> {
        let phone = self.open()?;
        *self.pinning() = None;
        phone.sign_in(username.trim(), password)?;
        Ok(phone.screens(self.style()).home()?)
    }

    /// What a one-time code is for.
    ///
    /// # Errors
    /// Kinds `Refused` for a code that does not count, `Offline`.
    pub fn preview_code(&self, code: &str) -> Said<CodeScreen> {
        let answer = self.open()?.preview_code(code)?;
        Ok(CodeScreen::of(&answer, self.style()))
    }

    /// Enrols with a one-time code and signs in. Called again after an answer
    /// that was lost, it signs in.
    ///
    /// # Errors
    /// Kinds `Refused`, `Offline`, `Busy`, `Storage`.
    pub fn enrol(
        &self,
        code: &str,
        username: &str,
        password: &str,
        contact: Contact,
    ) -> Said<HomeScreen> {
        let phone = self.open()?;
        *self.pinning() = None;
        phone.enrol(code, username.trim(), password, &contact)?;
        Ok(phone.screens(self.style()).home()?)
    }

    /// Sets a new password with a one-time code and signs in.
    ///
    /// # Errors
    /// Kinds `Refused`, `Offline`, `Busy`, `Storage`.
    pub fn reset_password(&self, code: &str, password: &str) -> Said<HomeScreen> {
        let phone = self.open()?;
        *self.pinning() = None;
        phone.reset_password(code, password)?;
        Ok(phone.screens(self.style()).home()?)
    }

    /// Signs out. The queue stays.
    ///
    /// # Errors
    /// Kinds `Busy`, `Storage`.
    pub fn sign_out(&self) -> Said<()> {
        *self.pinning() = None;
        Ok(self.open()?.sign_out()?)
    }

    /// Where a person begins.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn home(&self) -> Said<HomeScreen> {
        Ok(self.open()?.screens(self.style()).home()?)
    }

    /// My counters.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn counters(&self) -> Said<CountersScreen> {
        Ok(self.open()?.screens(self.style()).counters()?)
    }

    /// The queue.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn queue(&self) -> Said<QueueScreen> {
        Ok(self.open()?.screens(self.style()).queue()?)
    }

    /// The survey forms.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn survey(&self) -> Said<SurveyScreen> {
        Ok(self.open()?.screens(self.style()).survey()?)
    }

    /// Begins a trial of a form, about a counter where one is given.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn begin_survey(&self, form: &str, counter: Option<Uuid>) -> Said<SurveyPage> {
        Ok(self
            .open()?
            .screens(self.style())
            .begin_survey(form, counter)?)
    }

    /// The page of a half-filled form where it was left.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn survey_page(&self, draft: Uuid) -> Said<SurveyPage> {
        Ok(self.open()?.screens(self.style()).survey_page(draft)?)
    }

    /// Answers a question with what was typed, or the codes of what was chosen
    /// with blanks between. Nothing clears it. It is on the disk when this returns.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`; the answer before stays then.
    pub fn answer_survey(&self, draft: Uuid, path: &str, typed: &str) -> Said<SurveyPage> {
        let phone = self.open()?;
        Ok(phone
            .screens(self.style())
            .answer_survey(draft, path, typed)?)
    }

    /// Goes to the next page; where something is bad or missing, the page says
    /// what and stays.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn next_survey_page(&self, draft: Uuid) -> Said<SurveyPage> {
        Ok(self.open()?.screens(self.style()).next_survey_page(draft)?)
    }

    /// Goes back a page; absent where it was the first.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn back_survey_page(&self, draft: Uuid) -> Said<Option<SurveyPage>> {
        let phone = self.open()?;
        let (page, stayed) = phone.screens(self.style()).back_survey_page(draft)?;
        Ok((!stayed).then_some(page))
    }

    /// Adds a repetition of a repeat, by its path.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn add_survey_repetition(&self, draft: Uuid, repeat: &str) -> Said<SurveyPage> {
        let phone = self.open()?;
        Ok(phone
            .screens(self.style())
            .add_survey_repetition(draft, repeat)?)
    }

    /// Finishes a form: the response is in the queue when this returns, and its
    /// id comes back.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`; the draft stays then.
    pub fn finish_survey(&self, draft: Uuid) -> Said<Uuid> {
        Ok(self.open()?.screens(self.style()).finish_survey(draft)?)
    }

    /// The form for a new counter, or for one that is changed.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn counter_form(&self, counter: Option<Uuid>) -> Said<CounterFormScreen> {
        Ok(self.open()?.screens(self.style()).counter_form(counter)?)
    }

    /// Proposes a counter or changes one; it is in the queue when this returns.
    /// The counter's id: it can be pinned at once.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn propose_counter(&self, entry: CounterEntry) -> Said<Uuid> {
        Ok(self.open()?.propose_counter(&entry)?)
    }

    /// States that the list of counters is complete, or no longer.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn state_list(&self, complete: bool) -> Said<Uuid> {
        Ok(self.open()?.state_roster(complete)?)
    }

    /// Says whether the LAO comes to a meeting, and with how many people as typed;
    /// it is in the queue when this returns.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn answer_meeting(
        &self,
        meeting: String,
        will: Option<bool>,
        people: String,
    ) -> Said<Uuid> {
        Ok(self.open()?.answer_meeting(&meeting, will, &people)?)
    }

    /// How far the LAOs in the officer's scope are.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn follow_up(&self) -> Said<FollowUpScreen> {
        Ok(self.open()?.screens(self.style()).follow_up()?)
    }

    /// Pins that wait for the officer's decision.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn review(&self) -> Said<ReviewScreen> {
        Ok(self.open()?.screens(self.style()).review()?)
    }

    /// Language, address, about.
    ///
    /// # Errors
    /// Kind `Closed`.
    pub fn about(&self) -> Said<AboutScreen> {
        Ok(AboutScreen::of(&*self.open()?, self.style()))
    }

    /// Begins to pin a counter; another one that was being pinned is let go, even
    /// where this fails.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn begin_pin(&self, counter: Uuid) -> Said<CaptureScreen> {
        self.begin(|screens| screens.pin(counter))
    }

    /// Takes a fix that arrived at `now_ms` by the clock of [`Pakmut::now_ms`].
    ///
    /// # Errors
    /// Kind `Input` where no counter is being pinned.
    pub fn push_fix(&self, fix: ReceiverFix, now_ms: i64) -> Said<CaptureScreen> {
        self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| Ok(pinning.push(&fix.into(), Monotonic(now_ms), style)))
    }

    /// Where the capture stands when no fix came: to be called once a second.
    ///
    /// # Errors
    /// Kind `Input` where no counter is being pinned.
    pub fn tick(&self, now_ms: i64) -> Said<CaptureScreen> {
        self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| Ok(pinning.tick(Monotonic(now_ms), style)))
    }

    /// The person stands still and says so: what was found about the position.
    ///
    /// # Errors
    /// Kind `Input` where there is no position yet.
    pub fn take_position(&self, now_ms: i64) -> Said<FindingsScreen> {
        let phone = self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| pinning.take(&phone, Monotonic(now_ms), style))
    }

    /// Reads a position that is being typed. `zone` is `47N` or `48N`, `datum`
    /// `wgs84` or `indian_1975`, as chosen.
    #[must_use]
    pub fn read_position(
        &self,
        text: &str,
        zone: Option<String>,
        datum: Option<String>,
    ) -> HandScreen {
        read_hand(text, zone.as_deref(), datum.as_deref(), self.style())
    }

    /// The person places the position by hand.
    ///
    /// # Errors
    /// Kind `Input`.
    pub fn place_by_hand(&self, lat: f64, lon: f64) -> Said<FindingsScreen> {
        let phone = self.open()?;
        let style = self.style();
        let position = Position::new(lat, lon)
            .map_err(|e| PakmutError::of_code(crate::ErrorKind::Input, e.code(), None))?;
        let now = Monotonic(self.now_ms());
        self.with_pinning(|pinning| pinning.place(&phone, position, now, style))
    }

    /// What was found, again; absent where nothing was taken.
    ///
    /// # Errors
    /// Kind `Input` where no counter is being pinned.
    pub fn findings(&self) -> Said<Option<FindingsScreen>> {
        self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| Ok(pinning.findings(style)))
    }

    /// Saves the pin, or what was measured for a check; it is on the disk when this
    /// returns, and its id comes back.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`; what was measured stays.
    pub fn save_pin(&self, reason: Option<String>, note: Option<String>) -> Said<Uuid> {
        let phone = self.open()?;
        let mut pinning = self.pinning();
        let Some(begun) = pinning.as_ref() else {
            return Err(PinningError::NotEnded.into());
        };
        let id = begun.save(&phone, reason.as_deref(), note.as_deref())?;
        *pinning = None;
        Ok(id)
    }

    /// Lets go of the counter that is being pinned.
    pub fn leave_pin(&self) {
        *self.pinning() = None;
    }

    /// Saves an officer's decision on a pin, and gives its id.
    ///
    /// # Errors
    /// Kinds `Input`, `SignedOut`, `Storage`.
    pub fn decide(
        &self,
        pin: Uuid,
        decision: Decision,
        reason: Option<String>,
        note: Option<String>,
    ) -> Said<Uuid> {
        let phone = self.open()?;
        Ok(phone
            .reviews()
            .decide(pin, decision, reason.as_deref(), note.as_deref())?)
    }

    /// Zero Copy of a counter.
    ///
    /// # Errors
    /// Kind `Input` before the catalogue was fetched.
    pub fn zero_copy(&self, counter: Uuid) -> Said<ZeroCopyScreen> {
        Ok(self.open()?.screens(self.style()).zero_copy(counter)?)
    }

    /// Declares one practice of a counter: of these services and documents, all
    /// where empty. `since` is `YYYY-MM-DD`, common era; `photo` the hash of the
    /// posted notice's photo, kept before. How many declarations were saved.
    ///
    /// # Errors
    /// Kinds `Input`, `Argument`, `SignedOut`, `Storage`; nothing is saved then.
    #[uniffi::method(default(photo = None))]
    #[allow(clippy::too_many_arguments)]
    pub fn declare(
        &self,
        counter: Uuid,
        services: Vec<String>,
        documents: Vec<String>,
        undeclared_only: bool,
        practice: &str,
        since: Option<String>,
        basis: Option<String>,
        photo: Option<String>,
    ) -> Said<u32> {
        let phone = self.open()?;
        let practice: Practice = practice.parse().map_err(PakmutError::argument)?;
        let photo = photo.as_deref().map(crate::photos::hash).transpose()?;
        let answer = match practice {
            Practice::Asked => Answer::asked(),
            Practice::NotOffered => Answer::not_offered(),
            Practice::Stopped => {
                let since: Option<Day> = since
                    .map(|day| day.parse())
                    .transpose()
                    .map_err(PakmutError::argument)?;
                let basis: Option<Basis> = basis
                    .map(|basis| basis.parse())
                    .transpose()
                    .map_err(PakmutError::argument)?;
                Answer {
                    practice,
                    since,
                    before: Some(Basis::AskedFor),
                    after: basis,
                    ..Answer::asked()
                }
            }
        };
        let answer = Answer { photo, ..answer };
        let codes = |list: Vec<String>| {
            list.into_iter()
                .map(|code| Code::try_from(code).map_err(PakmutError::argument))
                .collect::<Said<_>>()
        };
        let choice = Choice {
            services: codes(services)?,
            documents: codes(documents)?,
            undeclared_only,
        };
        let saved: Result<Vec<Uuid>, ZeroCopyError> =
            phone.zero_copy().declare_all(counter, &choice, &answer);
        Ok(u32::try_from(saved?.len()).unwrap_or(u32::MAX))
    }

    /// Discards an item that cannot be sent.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn discard(&self, item: Uuid) -> Said<()> {
        Ok(self.open()?.discard(item)?)
    }

    /// Queues an item that could not be sent again as it is.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn queue_again(&self, item: Uuid) -> Said<()> {
        Ok(self.open()?.queue_again(item)?)
    }

    /// Sending, when none runs.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn sync_screen(&self) -> Said<SyncScreen> {
        Ok(self.open()?.screens(self.style()).sync()?)
    }

    /// Syncs for at most so many seconds. `urgent`: a person asked for it, or the
    /// network came back. Another one that runs ends this at once, and says so.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`; everything about the network is in the screen.
    pub fn sync(
        &self,
        deadline_s: u32,
        urgent: bool,
        progress: Arc<dyn Progress>,
    ) -> Said<SyncScreen> {
        let phone = self.open()?;
        let options = Options {
            deadline: Duration::from_secs(u64::from(deadline_s)),
            urgent,
        };
        let report = phone.sync(options, &mut |now| {
            // A listener that fails must not end the sync.
            let _ = progress.advanced(sync_running(now, self.style()));
        })?;
        Ok(sync_ended(&report, self.style()))
    }

    /// Ends the sync that runs, from any thread; it returns soon after.
    ///
    /// # Errors
    /// Kind `Closed`.
    pub fn cancel(&self) -> Said<()> {
        self.open()?.cancel();
        Ok(())
    }

    /// Finishes the write that runs and closes the file, before the app is
    /// suspended. Saving fails until [`Pakmut::resume`].
    ///
    /// # Errors
    /// Where the disk fails; it is closed all the same.
    pub fn pause(&self) -> Said<()> {
        Ok(self.open()?.pause()?)
    }

    /// Opens the file again.
    ///
    /// # Errors
    /// Kind `Storage`.
    pub fn resume(&self) -> Said<()> {
        Ok(self.open()?.resume()?)
    }
}

impl Pakmut {
    pub(crate) fn open(&self) -> Said<Arc<Phone>> {
        let phone = self.phone.read().unwrap_or_else(PoisonError::into_inner);
        phone.clone().ok_or_else(PakmutError::closed)
    }

    pub(crate) fn style(&self) -> Style {
        *self.style.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to measure a counter, for whatever it is; what was measured before is
    /// let go.
    pub(crate) fn begin(
        &self,
        begin: impl FnOnce(Screens<'_>) -> Result<Pinning, PinningError>,
    ) -> Said<CaptureScreen> {
        // First: after an error nothing of another counter may be saved.
        *self.pinning() = None;
        let phone = self.open()?;
        let mut begun = begin(phone.screens(self.style()))?;
        let screen = begun.tick(Monotonic(self.now_ms()), self.style());
        *self.pinning() = Some(begun);
        Ok(screen)
    }

    fn pinning(&self) -> MutexGuard<'_, Option<Pinning>> {
        self.pinning.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn with_pinning<T>(
        &self,
        act: impl FnOnce(&mut Pinning) -> Result<T, PinningError>,
    ) -> Said<T> {
        let mut pinning = self.pinning();
        let begun = pinning.as_mut().ok_or(PinningError::NotEnded)?;
        Ok(act(begun)?)
    }
}
