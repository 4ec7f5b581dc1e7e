//! Every code that the core can show has its words in both languages. (The
//! domain's own codes are held by a test beside its messages.)
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pakmut_core::capture::{CaptureState, Hint, Refusal};
use pakmut_core::recording::Unread;
use pakmut_domain::words::{Lang, Topic, find};

fn has(topic: Topic, code: &str) {
    for lang in Lang::ALL {
        let id = topic.id(code);
        assert!(
            find(lang, &id, &[]).is_some(),
            "{id} has no words in {lang:?}"
        );
    }
}

#[test]
fn a_capture_can_say_all_it_has_to_say() {
    for refusal in Refusal::ALL {
        has(Topic::Refusal, refusal.code());
    }
    for state in [
        CaptureState::Searching,
        CaptureState::Improving,
        CaptureState::Ready,
        CaptureState::Weak,
        CaptureState::TooWeak,
        CaptureState::Moving,
        CaptureState::PlacedByHand,
    ] {
        has(Topic::Capture, state.code());
    }
    for hint in [
        Hint::Wait,
        Hint::HoldStill,
        Hint::StepToEntrance,
        Hint::TurnOffMock,
        Hint::CheckReceiver,
        Hint::Save,
    ] {
        has(Topic::Hint, hint.code());
    }
    // Where a pin is checked.
    for code in ["check_weak", "check_too_weak"] {
        has(Topic::Capture, code);
    }
    for code in ["check_save", "check_too_weak"] {
        has(Topic::Hint, code);
    }
    has(Topic::Error, "no_usable_fix");
}

#[test]
fn a_recording_s_faults_have_their_words() {
    for unread in [
        Unread::TooLong,
        Unread::NotText,
        Unread::NotASentence,
        Unread::ChecksumMissing,
        Unread::ChecksumWrong,
        Unread::Malformed,
        Unread::NoFix,
        Unread::FieldMissing,
        Unread::NotANumber,
        Unread::TimeMissing,
        Unread::MarkupBroken,
    ] {
        has(Topic::Unread, unread.code());
    }
    has(Topic::Error, "input");
    has(Topic::Error, "too_many_fixes");
}

#[test]
fn a_round_of_sending_has_its_words_however_it_ends() {
    for code in [
        "done",
        "cancelled",
        "out_of_time",
        "busy",
        "waiting",
        "needs_password",
        "offline",
        "later",
        "forbidden",
        "upgrade_needed",
    ] {
        has(Topic::Sync, code);
    }
}

/// What stands before a code in the sources of core and registry.
const BEFORE_A_CODE: &[&str] = &[
    "Refusal::new(",
    "bad_request(",
    "Failure::busy(",
    "Failure::new(",
    "unauthorized(",
    "offline(",
    "code: ",
    ".error(",
    "StoreError::Corrupt(",
];

fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, ending, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            found.push(path);
        }
    }
}

/// The codes that a source's own text makes errors and refusals with, its tests
/// left out: a literal right after one of [`BEFORE_A_CODE`], or the arms of a
/// `fn code`.
fn codes(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let literal = |text: &str| -> Option<String> {
        let text = text.trim_start();
        // A status may stand between: `StatusCode::CONFLICT, "code"`.
        let text = match text.strip_prefix("StatusCode::") {
            Some(rest) => rest.split_once(',')?.1.trim_start(),
            None => text,
        };
        let code = text.strip_prefix('"')?.split('"').next()?;
        let is_code = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        is_code.then(|| code.to_owned())
    };
    let after = BEFORE_A_CODE
        .iter()
        .flat_map(|before| source.split(before).skip(1).filter_map(literal));
    let arms = source.split("fn code(").skip(1).flat_map(|function| {
        let body = function.split("\n    }").next().unwrap_or_default();
        body.split("=>").skip(1).filter_map(literal)
    });
    after.chain(arms).collect()
}

/// Neither an error nor a refusal, though a `fn code` gives it: states and hints
/// have topics of their own and tests above.
const OTHER_TOPICS: &[&str] = &[
    "core/src/capture",
    "core/src/recording",
    "core/src/sync/mod.rs",
    "registry/src/follow_up.rs",
];

#[test]
fn every_error_of_core_and_registry_has_its_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut files, mut all) = (Vec::new(), BTreeSet::new());
    for part in ["core/src", "registry/src"] {
        sources(&root.join(part), "rs", &mut files);
    }
    let mut without = Vec::new();
    for file in files {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        if OTHER_TOPICS.iter().any(|part| name.starts_with(part)) {
            continue;
        }
        for code in codes(&fs::read_to_string(&file).unwrap()) {
            let id = Topic::Error.id(&code);
            if Lang::ALL.iter().any(|lang| find(*lang, &id, &[]).is_none()) {
                without.push(format!("{name}: {code}"));
            }
            all.insert(code);
        }
    }
    assert!(without.is_empty(), "add words for {without:#?}");
    assert!(all.len() > 60, "only {} codes found: {all:?}", all.len());
}

/// In the screens' sources, of the form of an id, and none: a basis of the catalogue.
const NO_ID: &[&str] = &["starting-set"];

#[test]
fn every_message_that_the_phone_s_screens_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let is_id = |text: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        text.contains('-')
            && text
                .split('-')
                .all(|p| !p.is_empty() && p.chars().all(plain))
    };
    let (mut all, mut files) = (BTreeSet::new(), Vec::new());
    sources(&root.join("core/src/screens"), "rs", &mut files);
    let rust = files.len();
    sources(&root.join("android/app/src/main"), "kt", &mut files);
    sources(&root.join("ios/App"), "swift", &mut files);
    for (place, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file).unwrap();
        // In a shell an id stands where its words are asked for.
        let literals: Vec<&str> = match place < rust {
            true => text.split('"').skip(1).step_by(2).collect(),
            false => text
                .split("label(\"")
                .skip(1)
                .filter_map(|t| t.split('"').next())
                .collect(),
        };
        all.extend(
            literals
                .into_iter()
                .filter(|text| is_id(text))
                .map(str::to_owned),
        );
    }
    all.retain(|id| !NO_ID.contains(&id.as_str()));
    let missing = |id: &&String| Lang::ALL.iter().any(|lang| find(*lang, id, &[]).is_none());
    let without: Vec<&String> = all.iter().filter(missing).collect();
    assert!(without.is_empty(), "add words for {without:#?}");
    assert!(all.len() > 120, "only {} ids found: {all:?}", all.len());
}
