//! A request to the service beside TAXII, from its head to its answer.

use std::sync::Arc;

use demarche_http::{BodyBounds, discard, read_body};
use hyper::body::{Body as _, Incoming};
use hyper::{HeaderMap, StatusCode};
use tokio::time::timeout;

use super::Inner;
use super::answer::Answer;
use super::respond::{ANSWER_PATIENCE, Head, UNWANTED, blocking, busy, not_taken};
use super::service::{Refused, Running};
use super::share::Share;
use crate::store::User;

impl Inner {
    /// Answers a request to the service.
    pub(crate) async fn served(
        self: &Arc<Self>,
        running: &Arc<Running>,
        user: &User,
        head: &Head,
        body: Incoming,
    ) -> Result<Answer, Answer> {
        if let Err(answer) = running.check(user, &head.method, &head.headers) {
            discard(body, UNWANTED);
            return Err(answer);
        }
        let highest = running.service.max_bytes;
        let (bytes, room) = self.body_of(user, &head.headers, body, highest).await?;
        drop(room);
        let turn = timeout(ANSWER_PATIENCE, Arc::clone(&running.turn).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(busy("another request is being answered")) };
        let (running, name) = (Arc::clone(running), user.name.clone());
        let media_type = running.service.media_type;
        let answer = blocking(move || (running.service.respond)(&name, &bytes)).await;
        let answer = answer.map_err(|Refused { status, reason }| {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Answer::error(status, &reason)
        })?;
        Ok(Answer::bytes(answer, media_type, turn))
    }

    /// Reads a body of at most so many bytes, with memory of the user's part for it.
    pub(crate) async fn body_of(
        &self,
        user: &User,
        headers: &HeaderMap,
        body: Incoming,
        highest: u64,
    ) -> Result<(Vec<u8>, Share), Answer> {
        let most = highest.min(self.limits.max_content_length);
        let length = body.size_hint().exact().unwrap_or(most).min(most);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let room = self.room.take(user.number, length, self.limits.body_timeout).await;
        let room = room.ok_or_else(|| busy("too many bodies are being read"))?;
        let bounds = BodyBounds {
            bytes: highest,
            whole: self.limits.body_timeout,
            stall: self.limits.stall_timeout,
        };
        Ok((read_body(body, headers, bounds).await.map_err(not_taken)?, room))
    }
}
