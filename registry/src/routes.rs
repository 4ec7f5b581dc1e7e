//! One row for each address and method: the router is built from these rows and
//! from nothing else, and a test tries each with every role.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use pakmut_domain::model::Role;

use crate::app::App;
use crate::{api, page};

/// Who gets an answer. Its handler sees to it, by its extractor and its query;
/// this states it, for the test that tries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenTo {
    /// Whoever asks, signed in or not.
    Everybody,
    /// These roles with an access token, each within its scope.
    Bearers(&'static [Role]),
    /// These roles signed in on the pages, each within its scope.
    Visitors(&'static [Role]),
}

const ALL: &[Role] = &[Role::Lao, Role::Tester, Role::Province, Role::Department];

impl OpenTo {
    /// Every role with an access token.
    pub const BEARERS: Self = Self::Bearers(ALL);
    /// Every role that signed in on the pages.
    pub const VISITORS: Self = Self::Visitors(ALL);
    /// Officers, and the first user of an LAO, on the pages: those who look after
    /// accounts.
    pub const MANAGERS: Self = Self::Visitors(&[Role::Lao, Role::Province, Role::Department]);
    /// Officers of a province and of the department, on the pages.
    pub const OFFICERS: Self = Self::Visitors(&[Role::Province, Role::Department]);
}

/// One method of one address.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The address with its parameters in braces.
    pub path: &'static str,
    /// Who gets an answer.
    pub open_to: OpenTo,
    handler: fn() -> MethodRouter<Arc<App>>,
}

impl Route {
    /// A row. `handler` answers this method alone.
    pub(crate) const fn new(
        method: &'static str,
        path: &'static str,
        open_to: OpenTo,
        handler: fn() -> MethodRouter<Arc<App>>,
    ) -> Self {
        Self {
            method,
            path,
            open_to,
            handler,
        }
    }
}

/// Every row.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    api::ROUTES
        .iter()
        .chain(page::ROUTES)
        .chain(page::survey::ROUTES)
        .chain(page::ASSETS)
        .chain(page::office::ROUTES)
}

/// The router of all rows.
pub(crate) fn router() -> Router<Arc<App>> {
    routes().fold(Router::new(), |router, route| {
        router.route(route.path, (route.handler)())
    })
}
