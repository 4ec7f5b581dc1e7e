//! Every code that the core can show has its words in both languages. (The
//! domain's own codes are held by a test beside its messages.)
#![allow(clippy::unwrap_used, clippy::expect_used)]

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
