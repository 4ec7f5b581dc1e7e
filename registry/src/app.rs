//! What every request may use.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::auth::Gate;
use crate::authors::Authors;
use crate::lockout::Lockout;
use crate::metrics::Metrics;
use crate::page::survey::Public;
use crate::rates::Rates;
use crate::reference::ReferenceCache;
use crate::store::Store;
use crate::tiles::Tiles;
use crate::writer::Job;

/// What every request may use.
#[derive(Debug)]
pub struct App {
    /// The storage.
    pub store: Store,
    /// LAOs and areas.
    pub reference: Arc<ReferenceCache>,
    /// Passwords and tokens.
    pub gate: Gate,
    /// How often passwords may be guessed.
    pub lockout: Lockout,
    /// Who saved items, and their keys.
    pub authors: Authors,
    /// Batches for the writer.
    pub jobs: mpsc::Sender<Job>,
    /// How many requests an address may make.
    pub rates: Rates,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// What the public's pages share.
    pub public: Public,
    /// Tiles for the map, where an address is named.
    pub tiles: Option<Tiles>,
    /// Whether people come by HTTPS.
    pub https: bool,
}
