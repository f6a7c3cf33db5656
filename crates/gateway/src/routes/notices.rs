//! `GET /v1/notices/current`: the notice a consent must name.

use std::sync::Arc;

use protocol::code::Locale;
use protocol::refusal::Code;
use protocol::routes::NoticeBody;

use super::{RateOf, Route, Who};
use crate::core::Core;
use crate::entry::Call;
use crate::refusal::{Refusal, Reply};

pub(super) const ROUTE: Route =
    Route::get("/v1/notices/current", "notice", "The notice in force", &[(200, "NoticeBody")], |core, call| {
        Box::pin(handle(core, call))
    })
    .who(Who::Anyone)
    .rate(RateOf::Other);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let locale: Locale = call.parameter("locale").unwrap_or("zh-CN").parse().map_err(|_| Code::Malformed)?;
    let notice = core.parts.notices.iter().find(|notice| notice.locale == locale).ok_or(Code::NotFound)?;
    let damaged = |_| Refusal::from(Code::Internal);
    Reply::json(
        200,
        &NoticeBody {
            version: protocol::text::Text::new(notice.version.clone()).map_err(damaged)?,
            locale,
            sha256: notice.sha256(),
            summary: protocol::text::NoticeText::new(notice.summary.clone()).map_err(damaged)?,
            text: protocol::text::NoticeText::new(notice.text.clone()).map_err(damaged)?,
        },
    )
}
