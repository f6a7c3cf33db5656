//! `GET /v1/banks`: who takes part, and how every bank fares.

use std::sync::Arc;

use protocol::code::Health;
use protocol::routes::{BankHealth, Banks};

use super::{RateOf, Route, Who};
use crate::core::Core;
use crate::refusal::{Refusal, Reply};

pub(super) const ROUTE: Route =
    Route::get("/v1/banks", "banks", "Roots, directory and health of the banks", &[(200, "Banks")], |core, _| {
        Box::pin(handle(core))
    })
    .who(Who::Anyone)
    .rate(RateOf::Other);

async fn handle(core: &Arc<Core>) -> Result<Reply, Refusal> {
    let (roots, directory) = core.parts.directory.published();
    let known = core.store().health().await?;
    let trusted = core.directory()?;
    let health = trusted
        .banks()
        .map(|party| {
            let noted = known.iter().find(|(bank, _)| *bank == party.code).map(|(_, health)| health);
            // A bank nobody has asked yet counts as up: there is nothing against it.
            BankHealth {
                bank: party.code.clone(),
                state: noted.map_or(Health::Up, |health| health.state),
                last_ok: noted.and_then(|health| health.last_ok),
            }
        })
        .collect();
    Reply::json(200, &Banks { roots, directory, health })
}
