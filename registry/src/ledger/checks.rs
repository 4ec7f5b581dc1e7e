//! Counters that are measured once more, to check their pins: from a page or a
//! phone, judged here alike.

use std::collections::HashMap;

use pakmut_domain::check_pin::{Comparison, Measured, compare};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::{CheckMeasurement, Pin};
use serde_json::json;
use uuid::Uuid;

use super::{Group, out_of_scope};
use crate::arrival::{Arrival, Effect, Refusal};
use crate::audit::{self, Act, Origin};
use crate::clock::now_ms;
use crate::store::{CheckMeasure, CheckResult, Scope, StoreError, Write};

impl<'a> Group<'a> {
    /// Holds the counter's pin, as it stood before this group, against what was
    /// measured. What comes after somebody else's is kept, and does not count; so is
    /// what was measured for a check that a registry which was set back no longer
    /// knows, until the counter is drawn again: nobody's way there is lost.
    pub(super) async fn check(
        &mut self,
        item: &'a Arrival,
        measured: &CheckMeasurement,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let scope = &item.who.scope;
        let Some(check) = self.write.check_pin(measured.check, Some(scope)).await? else {
            let elsewhere = self.write.check_pin(measured.check, None).await?;
            return match elsewhere {
                Some(check) if !check.is_open_to(scope) => Ok(Err(own_lao())),
                Some(_) => Ok(Err(out_of_scope("the check"))),
                None => {
                    self.keep(item, None, false, Vec::new()).await?;
                    Ok(Ok(false))
                }
            };
        };
        if check.counter != measured.counter {
            return Ok(Err(Refusal::new(
                "check_unknown",
                "no check of this counter has this id",
            )));
        }
        let account = item.envelope.account;
        let at = item.envelope.saved.best_ms();
        if self.knew_pin(account, check.counter, at) {
            return Ok(Err(not_blind()));
        }
        let by = By { account, at };
        let compared = match self.write.compare(check.counter, measured, by).await? {
            Ok(compared) => compared,
            Err(refused) => return Ok(Err(refused)),
        };
        let taken = check.result.is_some();
        self.keep(item, Some(check.lao), taken, Vec::new()).await?;
        if taken {
            self.write.retell_check(check.id).await?;
        } else {
            self.write
                .take_measurement(check.id, measured, by, compared, item.origin)
                .await?;
        }
        Ok(Ok(taken))
    }

    /// Whether somebody saved a pin of the counter or decided on one, in this group
    /// and before this moment.
    fn knew_pin(&self, account: Uuid, counter: Uuid, at: i64) -> bool {
        self.new.iter().zip(&self.effects).any(|(new, effect)| {
            let of = match effect {
                Effect::Pin(pin) => Some(pin.counter),
                Effect::Review(review) => self.memory.counter_of.get(&review.pin).copied(),
                _ => None,
            };
            let saved = &new.envelope;
            saved.account == account && of == Some(counter) && saved.saved.best_ms() <= at
        })
    }
}

/// Who measured, and when, milliseconds since 1970 UTC: when it was saved counts, a
/// phone may have no network until later.
#[derive(Debug, Clone, Copy)]
struct By {
    account: Uuid,
    at: i64,
}

/// A drawn counter that was measured before it was drawn: for a check that a
/// registry which was set back no longer knows.
///
/// It gets that check's id, so that whoever measured is told.
#[derive(Debug)]
pub struct Waiting {
    /// The id of the check that it was measured for.
    pub check: Uuid,
    item: Uuid,
    measured: CheckMeasurement,
    by: By,
    compared: (Uuid, Comparison),
}

impl Write {
    /// The first measurement of each counter that waits for it to be drawn again and
    /// still holds: by somebody who may measure it, blind, where a pin is shown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting_for_draw(
        &mut self,
        counters: &HashMap<Uuid, i64>,
    ) -> Result<HashMap<Uuid, Waiting>, StoreError> {
        let mut all = self.measurements_waiting().await?;
        all.sort_by_key(|fact| (fact.best_ms, fact.id));
        let mut found = HashMap::new();
        for fact in all {
            let Ok(measured) = serde_json::from_slice::<CheckMeasurement>(&fact.payload) else {
                continue;
            };
            let Some(lao) = counters.get(&measured.counter) else {
                continue;
            };
            let author = self.account(fact.account).await?;
            let scope = author.as_ref().and_then(Scope::of);
            if found.contains_key(&measured.counter)
                || scope.is_none_or(|scope| scope == Scope::Lao(*lao))
            {
                continue;
            }
            let by = By {
                account: fact.account,
                at: fact.best_ms,
            };
            if let Ok(compared) = self.compare(measured.counter, &measured, by).await? {
                let waiting = Waiting {
                    check: fact.subject,
                    item: fact.id,
                    by,
                    compared,
                    measured,
                };
                found.insert(waiting.measured.counter, waiting);
            }
        }
        Ok(found)
    }

    /// Takes what waited for a counter's draw, which was written down just now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_waiting(
        &mut self,
        waiting: &Waiting,
        lao: i64,
        origin: Origin,
    ) -> Result<(), StoreError> {
        let revision = self.next_revision();
        self.attach_item(waiting.item, Some(lao), &[], revision)
            .await?;
        let (check, measured) = (waiting.check, &waiting.measured);
        self.take_measurement(check, measured, waiting.by, waiting.compared, origin)
            .await
    }

    /// The pin that is shown for a counter, and what a measurement says of it.
    async fn compare(
        &mut self,
        counter: Uuid,
        measured: &CheckMeasurement,
        by: By,
    ) -> Result<Result<(Uuid, Comparison), Refusal>, StoreError> {
        if self.knows_pin(by.account, counter, by.at).await? {
            return Ok(Err(not_blind()));
        }
        let Some((pin, placed)) = self.shown_pin(counter).await? else {
            return Ok(Err(Refusal::new(
                "check_pin_gone",
                "the counter has no pin that could be checked",
            )));
        };
        let here = match measured.check() {
            Ok(position) => position,
            Err(unfit) => return Ok(Err(Refusal::new(unfit.code(), unfit.to_string()))),
        };
        let here = Measured {
            position: here,
            radius95_m: Some(measured.radius95_m),
        };
        Ok(Ok((pin, compare(&placed, &here))))
    }

    async fn take_measurement(
        &mut self,
        check: Uuid,
        measured: &CheckMeasurement,
        by: By,
        (pin, said): (Uuid, Comparison),
        origin: Origin,
    ) -> Result<(), StoreError> {
        let result = CheckResult {
            measured: by.at.min(now_ms()),
            account: by.account,
            username: None,
            verdict: said.verdict,
            body: CheckMeasure {
                lat: measured.lat,
                lon: measured.lon,
                radius95_m: measured.radius95_m,
                distance_m: said.distance_m,
                agree_m: said.agree_m,
            },
        };
        self.measure_check_pin(check, pin, &result).await?;
        let what = json!({ "check": check, "verdict": said.verdict.as_str() });
        audit::record(self, Some(by.account), Act::CheckMeasured, what, origin).await
    }

    /// The pin that is shown for a counter, and where it lies.
    async fn shown_pin(&mut self, counter: Uuid) -> Result<Option<(Uuid, Measured)>, StoreError> {
        let counter = self.counters(&[counter]).await?.pop();
        let Some(shown) = counter.and_then(|counter| counter.state.shown) else {
            return Ok(None);
        };
        let item = self.items_by_id(&[shown]).await?.pop();
        let pin = item.and_then(|item| serde_json::from_slice::<Pin>(&item.payload).ok());
        Ok(pin.and_then(|pin| {
            let placed = Measured {
                position: Position::new(pin.lat, pin.lon).ok()?,
                radius95_m: pin.radius95_m,
            };
            Some((shown, placed))
        }))
    }
}

fn own_lao() -> Refusal {
    Refusal::new(
        "check_own_lao",
        "a counter is not checked by people of its own LAO",
    )
}

fn not_blind() -> Refusal {
    Refusal::new(
        "check_not_blind",
        "who saved or decided on a pin of the counter before cannot check it",
    )
}
