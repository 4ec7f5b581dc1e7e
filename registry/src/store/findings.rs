//! Findings as they are stored with an item: a line each, a third of the room
//! that JSON takes where nearly every pin has one.
//!
//! `CODE SEVERITY NAME=FIGURE…`, separated by spaces: codes and names have none.

use std::fmt::Write as _;

use pakmut_domain::finding::{Finding, FindingCode, Severity};

use super::StoreError;

const SEVERITIES: [(Severity, &str); 3] = [
    (Severity::Info, "info"),
    (Severity::Warn, "warn"),
    (Severity::Block, "block"),
];

/// The findings as text; none where there are none. Figures to the thousandth:
/// millimetres are enough.
pub(super) fn pack(findings: &[Finding]) -> Option<String> {
    if findings.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(80 * findings.len());
    for finding in findings {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(finding.code.as_str());
        let severity = SEVERITIES.iter().find(|(s, _)| *s == finding.severity);
        text.push(' ');
        text.push_str(severity.map_or("", |(_, name)| name));
        for (name, figure) in &finding.figures {
            let _ = write!(text, " {name}={}", (figure * 1e3).round() / 1e3);
        }
    }
    Some(text)
}

/// The reverse of [`pack`].
///
/// # Errors
/// [`StoreError::Corrupt`] where it is not what [`pack`] writes.
pub(super) fn unpack(text: Option<&str>) -> Result<Vec<Finding>, StoreError> {
    text.map_or(Ok(Vec::new()), |text| {
        text.lines()
            .map(|line| finding(line).ok_or(StoreError::Corrupt("findings that are none of ours")))
            .collect()
    })
}

fn finding(line: &str) -> Option<Finding> {
    let mut words = line.split(' ');
    let code = FindingCode::from(words.next()?);
    let severity = words.next()?;
    let (severity, _) = SEVERITIES.iter().find(|(_, name)| *name == severity)?;
    let mut found = Finding::new(code, *severity);
    for word in words {
        let (name, figure) = word.split_once('=')?;
        found = found.with(name, figure.parse().ok()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn findings_come_back_as_they_were_to_the_millimetre() {
        let findings = vec![
            Finding::new(FindingCode::OutsideArea, Severity::Warn)
                .with("distance_m", 123_456.789_4)
                .with("tolerance_m", 500.0),
            Finding::new(FindingCode::OutOfScope, Severity::Block),
            Finding::new(FindingCode::AreaUnknown, Severity::Info).with("lat", -1e-4),
        ];
        let text = pack(&findings).unwrap();
        assert_eq!(
            text,
            "outside_area warn distance_m=123456.789 tolerance_m=500\n\
             out_of_scope block\n\
             area_unknown info lat=-0"
        );
        let back = unpack(Some(&text)).unwrap();
        assert_eq!(back.len(), 3);
        assert_eq!(back[0].figures["distance_m"], 123_456.789);
        assert_eq!(back[1], findings[1]);
        assert_eq!(back[2].figures["lat"], 0.0);
        assert_eq!(pack(&[]), None);
        assert_eq!(unpack(None).unwrap(), []);
    }

    #[test]
    fn what_is_not_ours_is_an_error() {
        for text in [
            "",
            "outside_area",
            "outside_area odd",
            "outside_area warn distance_m",
        ] {
            assert_eq!(unpack(Some(text)).is_err(), !text.is_empty(), "{text}");
        }
        assert!(unpack(Some("[{\"code\":\"outside_area\"}]")).is_err());
    }
}
