//! `/laos/ID/comments`: what people wrote, for a person of the LAO to read.
//! The public sees a comment once somebody has, and let it be shown.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use pakmut_domain::form::tally::SHOWN_FROM;
use pakmut_domain::model::Role;
use pakmut_domain::words::{Figure, text};
use uuid::Uuid;

use crate::api::not_found;
use crate::app::App;
use crate::clock::now_ms;
use crate::page::ROWS;
use crate::page::form::Posted;
use crate::page::frame::{Ask, turn};
use crate::page::office::lao_of;
use crate::page::tabs::{self, Tab};
use crate::page::visitor::{Visitor, role_not_allowed};
use crate::problem::Failure;
use crate::store::LaoRow;
use crate::surveys::period::Period;

/// Whether the visitor may say that a comment was read: a person of the LAO.
fn may_read(visitor: &Visitor, lao: &LaoRow) -> bool {
    visitor.who.role == Role::Lao && visitor.who.lao == Some(lao.no)
}

/// `GET`: the list, the unread ones first.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
) -> Result<Response, Failure> {
    // A tester tries forms; what citizens wrote is not for them.
    if visitor.who.role == Role::Tester {
        return Err(role_not_allowed());
    }
    let lang = ask.lang();
    let lao = lao_of(&mut app.store.read().await?, &visitor, id).await?;
    let mut read = app.store.read().await?;
    let comments = read.comments_of(lao.no, ask.offset(), ROWS).await?;
    let mine = may_read(&visitor, &lao);
    #[allow(clippy::cast_precision_loss)]
    let from = [("from", Figure::Number(SHOWN_FROM as f64))];
    let say = |id: &str| text(lang, id, &[]);
    let content = html! {
        (tabs::of_lao(lang, id, &visitor, Tab::Comments))
        @if comments.is_empty() { p { (text(lang, "comments-none", &from)) } }
        @else { p.quiet { (say("comments-hint")) } }
        @for comment in &comments {
            @let state = match (comment.read_ms, comment.shown) {
                (None, _) => "comments-unread",
                (Some(_), true) => "comments-shown",
                (Some(_), false) => "comments-hidden",
            };
            blockquote {
                p dir="auto" { (comment.body) }
                p.quiet { (Period::Month(comment.period).text(lang)) " · " (say(state)) }
                @if mine {
                    form method="post" action={ "/laos/" (id) "/comments?lang=" (lang.tag()) } {
                        (visitor.csrf_field())
                        input type="hidden" name="item" value=(comment.item.to_string());
                        button type="submit" name="shown" value="1" { (say("comments-show")) } " "
                        button type="submit" name="shown" value="0" { (say("comments-hide")) }
                    }
                }
            }
        }
        (turn(&ask, comments.len()))
    };
    let title = text(
        lang,
        "comments-title",
        &[("place", lao.name_th.as_str().into())],
    );
    let up = (format!("/laos/{id}/results"), lao.name_th.as_str());
    Ok(visitor.frame(&ask, &title, Some(up), &content))
}

/// `POST`: a comment was read.
pub async fn mark(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Query(ask): Query<Ask>,
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
        "/laos/{id}/comments?lang={}&page={}",
        ask.lang().tag(),
        ask.page
    );
    Ok(Redirect::to(&to).into_response())
}
