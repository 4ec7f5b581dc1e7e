//! The pins for maps: GeoJSON (RFC 7946) and KML (OGC 12-007r2).

use pakmut_domain::words::Lang;
use serde_json::{Value, json};

use super::Line;
use super::table::{findings_words, machine_time, method_words, status_words};

/// The counters that have a pin, as a GeoJSON feature collection.
pub fn geojson(lang: Lang, lines: &[Line]) -> Value {
    let features: Vec<Value> = lines
        .iter()
        .filter_map(|line| {
            let (at, row) = (line.at?, line.pin.as_ref()?);
            Some(json!({
                "type": "Feature",
                "id": line.counter.id,
                "geometry": { "type": "Point", "coordinates": [at.lon(), at.lat()] },
                "properties": {
                    "lao_code": line.lao_code,
                    "lao": line.lao.name_th,
                    "counter": line.counter.definition.name,
                    "status": line.counter.state.status.as_str(),
                    "status_text": status_words(lang, line.counter.state.status),
                    "radius95_m": row.pin.radius95_m,
                    "method": row.pin.method,
                    "plus_code": line.plus_code(),
                    "saved": machine_time(row.best_ms),
                    "findings": findings_words(lang, line),
                    "sample": line.counter.definition.sample,
                },
            }))
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features })
}

/// The same as KML; the colours are the pages'.
pub fn kml(lang: Lang, title: &str, lines: &[Line]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
    );
    let _ = write!(out, "<name>{}</name>", escape(title));
    // aabbggrr, as KML has it.
    for (id, colour) in [
        ("approved", "ffa85f1f"),
        ("waiting", "ff34c0f2"),
        ("sent_back", "ff1462b3"),
    ] {
        let _ = write!(
            out,
            "<Style id=\"{id}\"><IconStyle><color>{colour}</color></IconStyle></Style>"
        );
    }
    for line in lines {
        let (Some(at), Some(row)) = (line.at, line.pin.as_ref()) else {
            continue;
        };
        let status = line.counter.state.status;
        let _ = write!(
            out,
            "<Placemark id=\"c-{}\"><name>{}</name><styleUrl>#{}</styleUrl><ExtendedData>",
            line.counter.id,
            escape(&line.counter.definition.name),
            status.as_str(),
        );
        let radius = row
            .pin
            .radius95_m
            .map_or_else(String::new, |metres| format!("{metres:.1}"));
        for (name, value) in [
            ("lao", line.lao.name_th.clone()),
            ("status", status_words(lang, status)),
            ("radius95_m", radius),
            ("method", method_words(lang, row.pin.method)),
            ("saved", machine_time(row.best_ms)),
            ("findings", findings_words(lang, line)),
        ] {
            let _ = write!(
                out,
                "<Data name=\"{name}\"><value>{}</value></Data>",
                escape(&value)
            );
        }
        let _ = write!(
            out,
            "</ExtendedData><Point><coordinates>{:.7},{:.7}</coordinates></Point></Placemark>",
            at.lon(),
            at.lat()
        );
    }
    out.push_str("</Document></kml>\n");
    out
}

/// Text in XML; what no XML 1.0 document may hold is left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_does_not_come_through() {
        assert_eq!(escape("a<b>&\"\u{1}ก"), "a&lt;b&gt;&amp;&quot;ก");
    }
}
