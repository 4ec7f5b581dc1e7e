//! One suite over both databases.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(missing_docs)]

mod common;

/// Each test once over SQLite and once over PostgreSQL.
macro_rules! over_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::common::Over::Sqlite).await; })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::common::Over::Postgres).await; })+
        }
    };
}

#[path = "conformance/audit.rs"]
mod audit;
#[path = "conformance/checks.rs"]
mod checks;
#[path = "conformance/counter_lists.rs"]
mod counter_lists;
#[path = "conformance/enrolment.rs"]
mod enrolment;
#[path = "conformance/meetings.rs"]
mod meetings;
#[path = "conformance/officers.rs"]
mod officers;
#[path = "conformance/openapi.rs"]
mod openapi;
#[path = "conformance/pages.rs"]
mod pages;
#[path = "conformance/photos.rs"]
mod photos;
#[path = "conformance/pull.rs"]
mod pull;
#[path = "conformance/push.rs"]
mod push;
#[path = "conformance/roles.rs"]
mod roles;
#[path = "conformance/roster.rs"]
mod roster;
#[path = "conformance/sessions.rs"]
mod sessions;
#[path = "conformance/signatures.rs"]
mod signatures;
#[path = "conformance/survey_pages.rs"]
mod survey_pages;
#[path = "conformance/surveys.rs"]
mod surveys;
#[path = "conformance/web.rs"]
mod web;
#[path = "conformance/zero_copy.rs"]
mod zero_copy;
