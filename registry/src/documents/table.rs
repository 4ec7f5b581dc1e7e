//! The counters as a table, and whom to call.

use pakmut_domain::calendar::{in_bangkok, iso_date};
use pakmut_domain::model::LaoType;
use pakmut_domain::resolve::PinStatus;
use pakmut_domain::wire::payload::Method;
use pakmut_domain::words::{self, Lang, Topic, coded, text};
use pakmut_domain::zero_copy::reality::Verdict;
use pakmut_domain::zero_copy::wording;

use super::Line;
use crate::export::{Cell, Table};
use crate::follow_up::Behind;
use crate::page::office::{gap_words, on_day, way};

fn w(lang: Lang, id: &str) -> String {
    text(lang, id, &[])
}

/// A status in the words that stand everywhere.
pub fn status_words(lang: Lang, status: PinStatus) -> String {
    coded(lang, Topic::Pin, status.as_str(), &[])
}

/// How a position was measured, in words.
pub fn method_words(lang: Lang, method: Method) -> String {
    let id = match method {
        Method::Gnss => "method-gnss",
        Method::Fused => "method-fused",
        Method::Hand => "method-hand",
    };
    w(lang, id)
}

/// The findings in words, one after the other.
pub fn findings_words(lang: Lang, line: &Line) -> String {
    let all: Vec<String> = line
        .findings
        .iter()
        .map(|finding| words::finding(lang, finding))
        .collect();
    all.join("; ")
}

/// What Zero Copy comes to at a counter.
pub fn verdict_words(lang: Lang, line: &Line) -> String {
    let verdict = line.zero_copy.as_ref().map(|row| row.verdict);
    wording::verdict(lang, verdict.unwrap_or(Verdict::Unknown))
}

/// A day and time of Bangkok as `YYYY-MM-DD HH:MM`, common era: what a
/// spreadsheet of any language reads the same way.
pub fn machine_time(ms: i64) -> String {
    in_bangkok(ms).map_or_else(String::new, |at| {
        format!(
            "{} {:02}:{:02}",
            iso_date(at.date()),
            at.hour(),
            at.minute()
        )
    })
}

/// All counters with their pins.
pub fn counters_table(lang: Lang, name: &str, lines: &[Line]) -> Table {
    let heads = [
        "paper-lao-code",
        "office-lao",
        "office-counter",
        "office-address",
        "paper-status",
        "paper-lat",
        "paper-lon",
        "paper-utm-zone",
        "paper-utm-e",
        "paper-utm-n",
        "review-plus-code",
        "paper-radius",
        "review-how",
        "review-saved",
        "review-who",
        "review-reasons",
        "paper-decision-reason",
        "zero-copy-declared",
        "zero-copy-stopped",
        "zero-copy-undeclared",
        "zero-copy-reality",
        "paper-counter-id",
        "paper-sample",
    ];
    let rows = lines
        .iter()
        .map(|line| {
            let pin = line.pin.as_ref();
            let declared = line.zero_copy.as_ref();
            let utm = line.utm();
            let address = &line.counter.definition.address;
            let address = [
                Some(address.text.as_str()),
                address.subdistrict.as_deref(),
                address.postcode.as_deref(),
            ];
            let reason = line.review.as_ref().and_then(|review| {
                let ready = review.review.reason.as_deref();
                let ready = ready.map(|code| coded(lang, Topic::SentBack, code, &[]));
                let parts: Vec<String> = ready
                    .into_iter()
                    .chain(review.review.note.clone())
                    .collect();
                (!parts.is_empty()).then(|| parts.join(": "))
            });
            vec![
                Cell::from(line.lao_code.clone()),
                line.lao.name_th.as_str().into(),
                line.counter.definition.name.as_str().into(),
                address
                    .into_iter()
                    .flatten()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
                    .into(),
                status_words(lang, line.counter.state.status).into(),
                line.at.map(|at| round_to(at.lat(), 7)).into(),
                line.at.map(|at| round_to(at.lon(), 7)).into(),
                utm.map(|utm| utm.zone.to_string()).into(),
                utm.map(|utm| utm.easting_m.round()).into(),
                utm.map(|utm| utm.northing_m.round()).into(),
                line.plus_code().into(),
                pin.and_then(|row| row.pin.radius95_m)
                    .map(|metres| round_to(metres, 1))
                    .into(),
                pin.map(|row| method_words(lang, row.pin.method)).into(),
                pin.map(|row| machine_time(row.best_ms)).into(),
                line.username.clone().into(),
                findings_words(lang, line).into(),
                reason.into(),
                declared.map(|row| row.progress.declared()).into(),
                declared.map(|row| row.progress.stopped).into(),
                declared.map(|row| row.progress.undeclared).into(),
                verdict_words(lang, line).into(),
                line.counter.id.to_string().into(),
                line.counter
                    .definition
                    .sample
                    .then(|| w(lang, "counter-sample"))
                    .into(),
            ]
        })
        .collect();
    Table {
        name: name.to_owned(),
        heads: heads.iter().map(|id| w(lang, id)).collect(),
        rows,
    }
}

fn round_to(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// Whom to call: the LAOs that are behind, with what they miss.
pub fn call_list(lang: Lang, name: &str, behind: &[Behind]) -> Table {
    let heads = [
        "office-lao",
        "office-district",
        "follow-missing",
        "paper-since",
        "follow-person",
        "office-phone",
        "follow-email",
        "follow-last-reminder",
        "paper-unsent",
        "paper-call-note",
    ];
    let rows = behind
        .iter()
        .map(|one| {
            let gaps: Vec<String> = one
                .gaps
                .iter()
                .map(|(gap, _)| gap_words(lang, *gap))
                .collect();
            let last = one.reminders.last();
            let district = one.lao.district_name.as_ref().map(|(th, en)| match lang {
                Lang::Th => th.clone(),
                Lang::En => en.clone(),
            });
            vec![
                one.lao.name_th.as_str().into(),
                district.into(),
                gaps.join(", ").into(),
                one.since().map(|ms| on_day(lang, ms)).into(),
                one.contact.person.as_str().into(),
                one.contact.phone.as_str().into(),
                one.contact.email.as_str().into(),
                last.map(|last| format!("{} {}", on_day(lang, last.at), way(lang, &last.way)))
                    .into(),
                one.unsent_since.map(|ms| on_day(lang, ms)).into(),
                Cell::Empty,
            ]
        })
        .collect();
    Table {
        name: name.to_owned(),
        heads: heads.iter().map(|id| w(lang, id)).collect(),
        rows,
    }
}

/// What kind of head an LAO has, as a letter addresses them.
pub fn head_of(lao_type: LaoType, name_th: &str) -> String {
    match lao_type {
        LaoType::CityMunicipality
        | LaoType::TownMunicipality
        | LaoType::SubdistrictMunicipality => match name_th.strip_prefix("เทศบาล") {
            Some(rest) => format!("นายกเทศมนตรี{rest}"),
            None => format!("นายกเทศมนตรี{name_th}"),
        },
        LaoType::Pao | LaoType::Sao | LaoType::Pattaya => format!("นายก{name_th}"),
        LaoType::ProvincialOffice => match name_th.strip_prefix("สำนักงานส่งเสริมการปกครอง")
        {
            Some(rest) => rest.to_owned(),
            None => name_th.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn each_kind_of_lao_has_its_head() {
        let sub = LaoType::SubdistrictMunicipality;
        assert_eq!(head_of(sub, "เทศบาลตำบลจอมทอง"), "นายกเทศมนตรีตำบลจอมทอง");
        assert_eq!(
            head_of(LaoType::Sao, "องค์การบริหารส่วนตำบลข่วงเปา"),
            "นายกองค์การบริหารส่วนตำบลข่วงเปา"
        );
        assert_eq!(
            head_of(
                LaoType::ProvincialOffice,
                "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัดเชียงใหม่"
            ),
            "ท้องถิ่นจังหวัดเชียงใหม่"
        );
        assert_eq!(head_of(LaoType::Pattaya, "เมืองพัทยา"), "นายกเมืองพัทยา");
    }

    #[test]
    fn a_machine_reads_the_common_era() {
        assert_eq!(machine_time(1_525_626_000_000), "2018-05-07 00:00");
    }
}
