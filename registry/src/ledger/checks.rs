//! Counters that are measured once more, to check their pins: from a page or a
//! phone, judged here alike.

use pakmut_domain::check_pin::{Measured, compare};
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::{CheckMeasurement, Pin};
use serde_json::json;
use uuid::Uuid;

use super::{Group, out_of_scope};
use crate::arrival::{Arrival, Effect, Refusal};
use crate::audit::{self, Act};
use crate::clock::now_ms;
use crate::store::{CheckMeasure, CheckResult, Scope, StoreError};

impl<'a> Group<'a> {
    /// Holds the counter's pin, as it stood before this group, against what was
    /// measured. What comes after somebody else's is kept, and does not count:
    /// nobody's way there is lost.
    pub(super) async fn check(
        &mut self,
        item: &'a Arrival,
        measured: &CheckMeasurement,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let scope = &item.who.scope;
        let Some(check) = self.write.check_pin(measured.check, Some(scope)).await? else {
            let elsewhere = self.write.check_pin(measured.check, None).await?;
            return Ok(Err(match elsewhere {
                Some(check) if *scope == Scope::Lao(check.lao) => Refusal::new(
                    "check_own_lao",
                    "a counter is not checked by people of its own LAO",
                ),
                Some(_) => out_of_scope("the check"),
                None => unknown(),
            }));
        };
        if check.counter != measured.counter {
            return Ok(Err(unknown()));
        }
        if check.result.is_some() {
            self.keep(item, Some(check.lao), true, Vec::new()).await?;
            self.write.retell_check(check.id).await?;
            return Ok(Ok(true));
        }
        let account = item.envelope.account;
        if self.knows_pin(account, check.counter).await? {
            return Ok(Err(Refusal::new(
                "check_not_blind",
                "who saved or decided on a pin of the counter cannot check it",
            )));
        }
        let Some((pin, placed)) = self.shown_pin(check.counter).await? else {
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
        let said = compare(&placed, &here);
        self.keep(item, Some(check.lao), false, Vec::new()).await?;
        let result = CheckResult {
            // When it was saved counts: a phone may have no network until later.
            measured: item.envelope.saved.best_ms().min(now_ms()),
            account,
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
        self.write.measure_check_pin(check.id, pin, &result).await?;
        let what = json!({ "check": check.id, "verdict": said.verdict.as_str() });
        let who = Some(account);
        audit::record(self.write, who, Act::CheckMeasured, what, item.origin).await?;
        Ok(Ok(false))
    }

    /// Whether somebody saved a pin of the counter or decided on one, in this group
    /// or before it.
    async fn knows_pin(&mut self, account: Uuid, counter: Uuid) -> Result<bool, StoreError> {
        let now = self.new.iter().zip(&self.effects).any(|(new, effect)| {
            let of = match effect {
                Effect::Pin(pin) => Some(pin.counter),
                Effect::Review(review) => self.memory.counter_of.get(&review.pin).copied(),
                _ => None,
            };
            new.envelope.account == account && of == Some(counter)
        });
        Ok(now || self.write.knows_pin(account, counter).await?)
    }

    /// The pin that is shown for a counter, and where it lies.
    async fn shown_pin(&mut self, counter: Uuid) -> Result<Option<(Uuid, Measured)>, StoreError> {
        let counter = self.write.counters(&[counter]).await?.pop();
        let Some(shown) = counter.and_then(|counter| counter.state.shown) else {
            return Ok(None);
        };
        let item = self.write.items_by_id(&[shown]).await?.pop();
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

fn unknown() -> Refusal {
    Refusal::new("check_unknown", "no check of this counter has this id")
}
