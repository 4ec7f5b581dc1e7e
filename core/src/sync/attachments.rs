//! Photos up, each after an item that names it: asked how far it is, then piece
//! by piece from there, until the registry says that it has the whole and that
//! its hash is right.

use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::attachment::AttachmentState;
use pakmut_domain::wire::push::{ReconcileAnswer, ReconcileRequest};
use uuid::Uuid;

use super::call::{Answered, offline, read};
use super::pump::{Halt, Pump};
use super::{Outcome, Progress};
use crate::ports::{Method, Piece};
use crate::retry::{self, Verdict};
use crate::store::StoreError;

/// The first piece, bytes: at 2 kbit/s it takes a minute, half of what a call
/// may.
const FIRST_PIECE: usize = 16 * 1024;

/// The largest piece, bytes.
const LARGEST_PIECE: usize = 256 * 1024;

/// A piece that took less than this is followed by one twice as large,
/// milliseconds.
const QUICK_MS: i64 = 2_000;

/// How long after it was sent a photo is asked about again, milliseconds: two
/// days, within which a disk's snapshot is put back if ever.
const RECHECK_MS: i64 = 2 * 86_400_000;

/// How often in a row a piece may bring a photo no further.
const MOST_STALLS: u32 = 3;

/// What became of a photo in this sync.
enum Fate {
    Sent,
    Removed,
    Wedged(String),
    Later(String),
}

impl Pump<'_> {
    /// Uploads all photos that are due.
    pub(super) fn upload(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Halt> {
        self.recheck()?;
        let mut piece = FIRST_PIECE;
        loop {
            let due = self.store.due_photos(self.clock.mono_ms())?;
            if due.is_empty() {
                return Ok(());
            }
            for hash in due {
                self.check()?;
                match self.upload_one(&hash, &mut piece)? {
                    Fate::Sent => {
                        self.store.photo_sent(&hash, self.best_now_ms())?;
                        self.report.photos += 1;
                        self.progress.photos = self.report.photos;
                    }
                    Fate::Removed => self.store.photo_removed(&hash)?,
                    Fate::Wedged(code) => self.store.photo_wedged(&hash, &code)?,
                    // Its own trouble, and no other's.
                    Fate::Later(code) => self.photo_later(&hash, &code)?,
                }
                progress(self.progress);
            }
        }
    }

    /// Asks once more about the photos that were sent of late. What a registry
    /// confirms of items shows a disk that was rolled back; a photo leaves no
    /// trace there.
    fn recheck(&mut self) -> Result<(), Halt> {
        let since = self.best_now_ms().saturating_sub(RECHECK_MS);
        let sent = self.store.sent_photos_since(since)?;
        if sent.is_empty() {
            return Ok(());
        }
        let answer = self.ask_about(sent)?;
        self.store.upload_again(&answer.missing_attachments)?;
        Ok(())
    }

    fn ask_about(&mut self, photos: Vec<ItemHash>) -> Result<ReconcileAnswer, Halt> {
        let request = ReconcileRequest {
            items: Vec::new(),
            attachments: photos,
        };
        match self.call_json(Method::Post, "/v1/reconcile", Some(&request))? {
            Ok(answer) => Ok(answer),
            Err(verdict) => Err(self.halt(verdict, None)),
        }
    }

    /// A photo goes again after the usual wait, at least a second, so that none
    /// comes twice in one sync.
    fn photo_later(&mut self, hash: &ItemHash, code: &str) -> Result<(), Halt> {
        let tries = self.store.photo(hash)?.map_or(0, |photo| photo.tries);
        let jittered = retry::backoff_ms(tries.saturating_add(1), self.random.unit()?);
        let wait = i64::try_from(jittered.saturating_add(retry::FIRST_MS)).unwrap_or(i64::MAX);
        let next = self.clock.mono_ms().saturating_add(wait);
        self.store.photo_later(hash, code, next)?;
        self.report.photos_retried += 1;
        Ok(())
    }

    fn upload_one(&mut self, hash: &ItemHash, piece: &mut usize) -> Result<Fate, Halt> {
        let bytes = match self.store.read_photo(hash) {
            Ok(bytes) => bytes,
            // Only this photo's trouble; a disk that fails is everybody's.
            Err(error @ (StoreError::NoSuchPhoto(_) | StoreError::PhotoDamaged(_))) => {
                return Ok(Fate::Wedged(error.code().to_owned()));
            }
            Err(error) => return Err(error.into()),
        };
        let mut at = None;
        let mut stalls = 0;
        loop {
            self.check()?;
            let began = self.clock.mono_ms();
            // Nothing of it, until it is known where to go on.
            let from = at.unwrap_or(bytes.len());
            let to = from.saturating_add(*piece).min(bytes.len());
            let part = bytes.get(from..to).unwrap_or_default();
            let state = match self.put(hash, part, from, bytes.len())? {
                Ok(state) => state,
                Err(Verdict::EpochChanged) => {
                    // It does not follow: another flight of ours was quicker, or
                    // the registry was set back.
                    stalls += 1;
                    if stalls > MOST_STALLS {
                        return Ok(Fate::Later("attachment_offset".to_owned()));
                    }
                    at = None;
                    continue;
                }
                Err(verdict) => return self.photo_trouble(hash, verdict),
            };
            if state.removed {
                return Ok(Fate::Removed);
            }
            if state.complete {
                return Ok(Fate::Sent);
            }
            let received = usize::try_from(state.received).unwrap_or(usize::MAX);
            if received >= bytes.len() {
                // All of it and not whole: what came was not what was sent.
                return Ok(Fate::Later("attachment_hash_wrong".to_owned()));
            }
            if at.is_some_and(|at| received <= at) {
                stalls += 1;
                if stalls > MOST_STALLS {
                    return Ok(Fate::Later("attachment_offset".to_owned()));
                }
            } else {
                stalls = 0;
            }
            if at.is_some() && self.clock.mono_ms().saturating_sub(began) < QUICK_MS {
                *piece = (*piece * 2).min(LARGEST_PIECE);
            }
            at = Some(received);
        }
    }

    /// Sends one piece, or asks with an empty one. Only an answer that is about
    /// this very photo counts.
    fn put(
        &mut self,
        hash: &ItemHash,
        part: &[u8],
        at: usize,
        size: usize,
    ) -> Result<Result<AttachmentState, Verdict>, Halt> {
        let path = format!("/v1/attachments/{hash}");
        let piece = Piece {
            at: at as u64,
            size: size as u64,
        };
        match self.call_with(Method::Put, &path, part.to_vec(), Some(piece))? {
            Answered::Body(response) => {
                let state: AttachmentState = read(&response)?;
                if state.hash != *hash || state.size != piece.size || state.received > state.size {
                    return Err(offline("foreign_answer"));
                }
                Ok(Ok(state))
            }
            Answered::Trouble(verdict) => Ok(Err(verdict)),
        }
    }

    fn photo_trouble(&mut self, hash: &ItemHash, verdict: Verdict) -> Result<Fate, Halt> {
        Ok(match verdict {
            Verdict::Halve { code } => Fate::Wedged(code),
            // The registry's judgement of the photo itself.
            Verdict::Unreadable { code, .. } if code.starts_with("photo_") => Fate::Wedged(code),
            Verdict::Unreadable { code, .. } => Fate::Later(code),
            // The registry may have tripped over this photo: behind the others
            // with it, and the sync ends.
            Verdict::Later { ref code, .. } => {
                self.photo_later(hash, code)?;
                return Err(self.halt(verdict, None));
            }
            other => return Err(self.halt(other, None)),
        })
    }

    /// Asks which of the sent photos the registry does not have whole, and
    /// queues those again. The registry's epoch, where it was asked.
    pub(super) fn reconcile_photos(&mut self) -> Result<Option<Uuid>, Halt> {
        let mut after = None;
        let mut epoch = None;
        loop {
            let sent = self.store.sent_photos_after(after.as_ref())?;
            let Some(last) = sent.last().copied() else {
                return Ok(epoch);
            };
            let answer = self.ask_about(sent)?;
            if *epoch.get_or_insert(answer.epoch) != answer.epoch {
                return Err(Halt::Stop(Outcome::Later {
                    code: "epoch_unsteady".to_owned(),
                }));
            }
            self.store.upload_again(&answer.missing_attachments)?;
            after = Some(last);
        }
    }
}
