//! `GET /v1/time`: the gateway's time, signed, in answer to the device's own nonce.

use std::sync::Arc;

use protocol::encode::Nonce;
use protocol::json::V1;
use protocol::refusal::Code;
use protocol::routes::TimeBody;
use protocol::server_time::ServerTime;

use super::{RateOf, Route, Who};
use crate::core::Core;
use crate::entry::Call;
use crate::refusal::{Refusal, Reply};

pub(super) const ROUTE: Route =
    Route::get("/v1/time", "time", "Signed time for a nonce of 16 bytes", &[(200, "TimeBody")], |core, call| {
        Box::pin(handle(core, call))
    })
    .who(Who::Anyone)
    .rate(RateOf::Other);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let nonce: Nonce = call.parameter("nonce").and_then(|text| text.parse().ok()).ok_or(Code::Malformed)?;
    let time = ServerTime { v: V1, nonce, now: core.now() }.sign(core.key());
    Reply::json(200, &TimeBody { time })
}
