//! Filled survey forms, as they arrive.

use std::collections::HashMap;

use pakmut_domain::form::tally::{comment_of, photos_of};
use pakmut_domain::form::{Response, Tally};
use pakmut_domain::wire::Kind;
use pakmut_domain::zero_copy::reality::CopyAnswers;
use pakmut_domain::zero_copy::{Day, survey};
use uuid::Uuid;

use super::{Entry, Group, out_of_scope};
use crate::arrival::{Arrival, Filled, Refusal};
use crate::clock::now_ms;
use crate::reference::LaoRef;
use crate::store::{Scope, StoreError};
use crate::surveys::{self, Answered};
use crate::zero_copy::standing::take_answers;

/// The responses of a group that are to be counted.
#[derive(Debug, Default)]
pub(super) struct Responses {
    answered: Vec<Answered>,
    copies: Vec<(Uuid, i64, CopyAnswers)>,
    /// Those of this group whose counters are not known yet, by the counter.
    waiting: HashMap<Uuid, Vec<(Entry, Response)>>,
}

impl<'a> Group<'a> {
    pub(super) async fn response(
        &mut self,
        item: &'a Arrival,
        filled: &Filled,
    ) -> Result<Result<bool, Refusal>, StoreError> {
        let response = &filled.response;
        let forms = self.reference.forms();
        // What was checked on arrival holds: a version never changes. One that
        // was unknown or closed then may have been opened since.
        let tally = match &filled.checked {
            Some(Ok(tally)) => tally.clone(),
            _ => match surveys::check(forms, response) {
                Ok(tally) => tally,
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        let lao = match response.counter {
            None => item.who.lao,
            Some(counter) => {
                let known = self.view(counter).counter.as_ref();
                let Some(no) = known.map(|counter| counter.definition.lao) else {
                    // Its counter has not arrived yet: it waits for it.
                    let entry = self.keep(item, None, false, Vec::new()).await?;
                    let waiting = self.responses.waiting.entry(counter).or_default();
                    waiting.push((entry, response.clone()));
                    return Ok(Ok(false));
                };
                let within = self
                    .reference
                    .lao(no)
                    .is_some_and(|lao| lao.is_in(&item.who.scope));
                if !within {
                    return Ok(Err(out_of_scope("the counter")));
                }
                Some(no)
            }
        };
        let entry = self.keep(item, lao, false, Vec::new()).await?;
        self.count_later(&entry, lao, response, tally);
        Ok(Ok(false))
    }

    /// Notes a response to be counted with the group.
    fn count_later(&mut self, entry: &Entry, lao: Option<i64>, response: &Response, tally: Tally) {
        let Some(form) = self
            .reference
            .forms()
            .get(&response.form, &response.version)
        else {
            return;
        };
        // No response comes from the future, whatever a phone's clock says.
        let at_ms = entry.best_ms.min(now_ms());
        if let (Some(counter), Some(lao), Some(day)) =
            (response.counter, lao, Day::in_bangkok(at_ms))
            && let Some(copies) = survey::of_response(response, day)
        {
            self.responses.copies.push((counter, lao, copies));
        }
        self.responses.answered.push(Answered {
            id: entry.id,
            form: form.no,
            trial: response.trial,
            counter: response.counter,
            lao,
            at_ms,
            tally,
            comment: comment_of(response).map(str::to_owned),
            photos: form
                .program()
                .map(|program| photos_of(program.form(), response))
                .unwrap_or_default(),
        });
    }

    /// A counter arrived after its responses: those of people in whose scope it
    /// lies count from now on.
    pub(super) async fn attach_responses(
        &mut self,
        counter: Uuid,
        lao: &LaoRef,
    ) -> Result<(), StoreError> {
        let mut waiting = self.responses.waiting.remove(&counter).unwrap_or_default();
        for fact in self.write.responses_waiting(counter).await? {
            debug_assert_eq!(fact.kind, Kind::RESPONSE);
            if let Ok(response) = serde_json::from_slice(&fact.payload) {
                waiting.push((Entry::of(&fact), response));
            }
        }
        for (mut entry, response) in waiting {
            let author = self.write.account(entry.account).await?;
            let scope = author.as_ref().and_then(Scope::of);
            let within = scope.is_some_and(|scope| lao.is_in(&scope));
            let tally = surveys::check(self.reference.forms(), &response);
            if let (true, Ok(tally)) = (within, tally) {
                entry.lao = Some(lao.no);
                self.place(&entry, Vec::new());
                self.count_later(&entry, Some(lao.no), &response, tally);
            }
        }
        Ok(())
    }

    /// Counts the group's responses. All items of the group are stored by now.
    pub(super) async fn count_responses(&mut self) -> Result<(), StoreError> {
        let Responses {
            answered, copies, ..
        } = std::mem::take(&mut self.responses);
        if !copies.is_empty() {
            take_answers(self.write, self.reference.catalogues(), &copies).await?;
        }
        surveys::count(self.write, self.reference, &answered).await
    }
}
