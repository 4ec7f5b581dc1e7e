//! Where a person begins: who is signed in, and what there is to do.

use pakmut_domain::model::{Lao, Role};
use pakmut_domain::wire::pull::record;

use super::Screens;
use super::follow_up::NewsRow;
use crate::engine::{PhoneError, SessionState};

/// One of the phone's main screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TabKind {
    /// The counters of one's own.
    Counters,
    /// The trial survey.
    Survey,
    /// The declaration of copies no longer asked for.
    ZeroCopy,
    /// How far the LAOs are.
    FollowUp,
    /// Pins that wait for a decision.
    Review,
    /// Counters to be measured once more.
    Checks,
    /// What was saved, and where it is.
    Queue,
    /// Language, address, about.
    About,
}

/// A way to a main screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Which.
    pub kind: TabKind,
    /// Its name.
    pub text: String,
}

/// Where a person begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeScreen {
    /// The username.
    pub username: String,
    /// The LAO or office, once it was pulled.
    pub lao: Option<String>,
    /// The main screens of the person's role, the first one shown first.
    pub tabs: Vec<Tab>,
    /// The one quiet line on what waits to be sent.
    pub queue_line: String,
    /// The round and how long it lasts, once it was pulled.
    pub round: Option<String>,
    /// What was announced last, the newest first: a few.
    pub news: Vec<NewsRow>,
    /// Why the password is asked again, where it is.
    pub needs_password: Option<String>,
}

/// The most announcements shown where a person begins.
const NEWS: usize = 3;

impl Screens<'_> {
    /// Where a person begins.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn home(&self) -> Result<HomeScreen, PhoneError> {
        let account = self.phone.account().ok_or(PhoneError::SignedOut)?;
        let kinds: &[TabKind] = match account.role {
            Role::Lao => &[
                TabKind::Counters,
                TabKind::ZeroCopy,
                TabKind::Survey,
                TabKind::Checks,
                TabKind::Queue,
                TabKind::About,
            ],
            Role::Tester => &[
                TabKind::Survey,
                TabKind::Checks,
                TabKind::Queue,
                TabKind::About,
            ],
            Role::Province | Role::Department => &[
                TabKind::Review,
                TabKind::FollowUp,
                TabKind::Checks,
                TabKind::Counters,
                TabKind::Queue,
                TabKind::About,
            ],
        };
        let checks = self.phone.has_checks()?;
        let tabs = kinds
            .iter()
            // Most people never measure for others: then nothing of it is shown.
            .filter(|kind| **kind != TabKind::Checks || checks)
            .map(|kind| Tab {
                kind: *kind,
                text: self.style.say(
                    match kind {
                        TabKind::Counters => "screen-counters",
                        TabKind::Survey => "screen-survey",
                        TabKind::ZeroCopy => "zero-copy-title",
                        TabKind::FollowUp => "office-follow-up",
                        TabKind::Review => "screen-review",
                        TabKind::Checks => "check-title",
                        TabKind::Queue => "screen-queue",
                        TabKind::About => "screen-about",
                    },
                    &[],
                ),
            })
            .collect();
        let lao = match account.lao {
            Some(id) => self.phone.record(record::LAO, &id.to_string())?,
            None => None,
        };
        let lao = lao.and_then(|lao| serde_json::from_str::<Lao>(&lao.body).ok());
        let needs_password = (self.phone.session()? == SessionState::NeedsPassword)
            .then(|| self.style.say("sync-needs-password", &[]));
        Ok(HomeScreen {
            username: account.username,
            lao: lao.map(|lao| lao.name_th),
            tabs,
            queue_line: self.queue_line(&self.phone.queue()?)?,
            round: self.round_line()?,
            news: self.news(NEWS)?,
            needs_password,
        })
    }
}
