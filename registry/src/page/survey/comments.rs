//! `/laos/ID/comments`: what people wrote and the photos of their responses, for
//! a person of the LAO to read. The public sees a comment once somebody has, and
//! let it be shown; a photo never.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use pakmut_domain::form::tally::SHOWN_FROM;
use pakmut_domain::model::Role;
use pakmut_domain::words::{Figure, Lang, text};
use serde::Deserialize;
use uuid::Uuid;

use crate::api::not_found;
use crate::app::App;
use crate::clock::now_ms;
use crate::page::ROWS;
use crate::page::form::Posted;
use crate::page::frame::{Ask, turn};
use crate::page::office::lao_of;
use crate::page::photo::{self, View};
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Visitor, role_not_allowed};
use crate::problem::Failure;
use crate::store::{CommentRow, LaoRow, Place, Read};
use crate::surveys::period::Period;

/// Whether the visitor may say that a comment was read: a person of the LAO.
fn may_read(visitor: &Visitor, lao: &LaoRow) -> bool {
    visitor.who.role == Role::Lao && visitor.who.lao == Some(lao.no)
}

/// What the list's address asks beyond [`Ask`].
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    /// `1` for trial responses, which never stand among real ones.
    #[serde(default)]
    trial: String,
}

impl Filter {
    fn is_trial(&self) -> bool {
        self.trial == "1"
    }
}

/// `GET`: the list, the unread ones first.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    // A tester tries forms; what citizens wrote is not for them.
    if visitor.who.role == Role::Tester {
        return Err(role_not_allowed());
    }
    let lang = ask.lang();
    let trial = filter.is_trial();
    let mut read = app.store.read().await?;
    let lao = lao_of(&mut read, &visitor, id).await?;
    let comments = read.comments_of(lao.no, trial, ask.offset(), ROWS).await?;
    let names: HashMap<String, String> = read
        .counter_names(lao.no)
        .await?
        .into_iter()
        .map(|(id, name)| (Place::Counter(id).key(), name))
        .collect();
    let mut photos = Vec::with_capacity(comments.len());
    for comment in &comments {
        photos.push(pictures(&mut read, lang, comment).await?);
    }
    let mine = may_read(&visitor, &lao);
    #[allow(clippy::cast_precision_loss)]
    let from = [("from", Figure::Number(SHOWN_FROM as f64))];
    let say = |id: &str| text(lang, id, &[]);
    let content = html! {
        (tabs::of_lao(lang, id, &visitor, Tab::Comments))
        ul.filters {
            @for (of, word) in [(false, "results-real"), (true, "results-trial")] {
                li { a href={ "/laos/" (id) "/comments?lang=" (lang.tag()) "&trial=" (u8::from(of)) } aria-current=[(of == trial).then_some("true")] { (say(word)) } }
            }
        }
        @if comments.is_empty() { p { (text(lang, if trial { "comments-none-trial" } else { "comments-none" }, &from)) } }
        @else { p.quiet { (say("comments-hint")) } }
        @for (comment, photos) in comments.iter().zip(&photos) {
            @let wrote = !comment.body.is_empty();
            @let state = match (comment.read_ms, comment.shown) {
                (None, _) => "comments-unread",
                (Some(_), true) => "comments-shown",
                (Some(_), false) => "comments-hidden",
            };
            blockquote {
                @if wrote { p dir="auto" { (comment.body) } }
                (photos)
                p.quiet {
                    @if let Some(name) = names.get(&comment.place) { span lang="th" { (name) } " · " }
                    (Period::Month(comment.period).text(lang)) @if wrote { " · " (say(state)) }
                }
                @if mine && wrote {
                    form method="post" action={ "/laos/" (id) "/comments?lang=" (lang.tag()) "&trial=" (u8::from(trial)) } {
                        (visitor.csrf_field())
                        input type="hidden" name="item" value=(comment.item.to_string());
                        button type="submit" name="shown" value="1" { (say("comments-show")) } " "
                        button type="submit" name="shown" value="0" { (say("comments-hide")) }
                    }
                }
            }
        }
        (turn(&ask, comments.len(), if trial { "&trial=1" } else { "" }))
    };
    let title = text(
        lang,
        "comments-title",
        &[("place", lao.name_th.as_str().into())],
    );
    let up = (format!("/laos/{id}/results"), lao.name_th.as_str());
    Ok(visitor.frame(&ask, &title, Some(up), &content))
}

/// A response's photos, each to be opened whole.
async fn pictures(read: &mut Read, lang: Lang, comment: &CommentRow) -> Result<Markup, Failure> {
    let mut views = Vec::with_capacity(comment.photos.len());
    for hash in &comment.photos {
        views.push(photo::view(read, hash).await?);
    }
    let at = |n: usize| format!("/responses/{}/photos/{n}", comment.item);
    Ok(html! {
        @if !views.is_empty() {
            div.photos {
                @for (n, view) in (1..).zip(views) {
                    @match view {
                        View::Here => { a href=(at(n)) { img src=(at(n)) alt=(text(lang, "comments-photo", &[("number", n.into())])) loading="lazy"; } }
                        View::Coming => { p.quiet { (text(lang, "review-photo-coming", &[])) } }
                        View::Removed => { p.quiet { (text(lang, "review-photo-removed", &[])) } }
                    }
                }
            }
        }
    })
}

/// `/responses/ID/photos/N`: a photo of a response that may be seen, from 1 on.
pub async fn photo(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((item, n)): Path<(Uuid, usize)>,
) -> Result<Response, Failure> {
    if visitor.who.role == Role::Tester {
        return Err(role_not_allowed());
    }
    let mut read = app.store.read().await?;
    let found = read.comment_in(item, visitor.scope()).await?;
    let hash = found.and_then(|of| of.photos.get(n.checked_sub(1)?).copied());
    photo::picture(&mut read, hash).await
}

/// `POST`: a comment was read.
pub async fn mark(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
    Query(filter): Query<Filter>,
    Posted { visitor, fields }: Posted,
) -> Result<Response, Failure> {
    if visitor.who.role != Role::Lao {
        return Err(role_not_allowed());
    }
    let lao = lao_of(&mut app.store.read().await?, &visitor, id).await?;
    let item = Uuid::parse_str(fields.get("item"))
        .map_err(|_| Failure::bad_request("item_malformed", "The comment is none"))?;
    let shown = fields.get("shown") == "1";
    let mut write = app.store.write().await?;
    let known = write
        .read_comment(item, lao.no, visitor.who.account, now_ms(), shown)
        .await?;
    write.commit().await?;
    if !known {
        return Err(not_found().await);
    }
    let to = format!(
        "/laos/{id}/comments?lang={}&page={}&trial={}",
        ask.lang().tag(),
        ask.page,
        u8::from(filter.is_trial()),
    );
    Ok(Redirect::to(&to).into_response())
}
