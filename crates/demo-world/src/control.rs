//! What the phone page and tests may do to the world, as JSON under `/control`:
//!
//! - `GET /control/state`: now, offsets, scenario, face setting, messages, questions of banks' apps, faults
//! - `GET /control/people`, `GET /control/sms`
//! - `POST /control/confirmations/{id}` `{"confirm":true}`
//! - `POST /control/face` `{"outcome":"pass|fail|retry_once"}`
//! - `POST /control/scenario` `{"scenario":"BankIsDown"}`
//! - `POST /control/clock` `{"ms":86400000,"wall_only":false}`
//! - `POST /control/faults` `{"bank":"CCB","fault":"Down"}`, without `fault` the bank is well again

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use protocol::code::PartyCode;
use protocol::id::ConfirmationId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::face::FaceSetting;
use crate::inner::Inner;
use crate::people::Person;
use crate::scenario::{Fault, Scenario};
use crate::world::WorldError;

type World = State<Arc<Inner>>;

pub(crate) fn router(world: Arc<Inner>) -> Router {
    Router::new()
        .route("/control/state", get(state))
        .route("/control/people", get(people))
        .route("/control/sms", get(sms))
        .route("/control/confirmations/{id}", post(confirmation))
        .route("/control/face", post(face))
        .route("/control/scenario", post(scenario))
        .route("/control/clock", post(clock))
        .route("/control/faults", post(faults))
        .with_state(world)
        .layer(middleware::from_fn(own_page_only))
}

/// Another page in the person's browser may not press anything here: neither by its own origin nor by a name that was
/// made to point here.
async fn own_page_only(request: Request, next: Next) -> Response {
    if is_own(request.headers()) { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let local = host.starts_with("127.0.0.1:") || host.starts_with("localhost:");
    local && text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host))
}

async fn state(State(world): World) -> Json<Value> {
    let (now, offsets) = (world.hands.clock().now(), world.hands.offsets());
    let (scenario, faults) = world.memory.read(|state| (state.scenario, state.faults.clone()));
    let banks: Vec<_> = world
        .banks
        .iter()
        .map(|one| json!({"code": one.row.code, "short_zh": one.row.short_zh, "name_en": one.row.name_en}))
        .collect();
    Json(json!({
        "now": now, "offset_ms": offsets.offset_ms, "wall_only_ms": offsets.wall_only_ms,
        "scenario": scenario, "scenarios": Scenario::ALL, "face": world.face.setting(), "faults": faults,
        "messages": world.phone.all(), "questions": world.apps.open_at(now), "banks": banks,
    }))
}

async fn people(State(world): World) -> Json<Value> {
    Json(world.people.all().iter().map(person).collect())
}

fn person(person: &Person) -> Value {
    let cards: Vec<_> = person
        .banks
        .iter()
        .flat_map(|holding| {
            holding
                .cards
                .iter()
                .map(|card| json!({"bank": holding.bank, "number": card.number, "product": card.product}))
        })
        .collect();
    json!({
        "key": person.key, "name": person.name, "id_type": person.id_type, "id_number": person.id_number,
        "mobile": person.mobile, "story_zh": person.story_zh, "story_en": person.story_en,
        "card_number": person.first_card().map(|card| card.number.clone()), "cards": cards,
    })
}

async fn sms(State(world): World) -> Json<Value> {
    Json(json!(world.phone.all()))
}

#[derive(Deserialize)]
struct Press {
    confirm: bool,
}

async fn confirmation(State(world): World, Path(id): Path<String>, Json(press): Json<Press>) -> Response {
    let Ok(id) = id.parse::<ConfirmationId>() else { return StatusCode::NOT_FOUND.into_response() };
    match world.press(id, press.confirm).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error),
    }
}

#[derive(Deserialize)]
struct SetFace {
    outcome: FaceSetting,
}

async fn face(State(world): World, Json(set): Json<SetFace>) -> Response {
    done(world.set_face(set.outcome))
}

#[derive(Deserialize)]
struct SetScenario {
    scenario: Scenario,
}

async fn scenario(State(world): World, Json(set): Json<SetScenario>) -> Response {
    done(world.set_scenario(set.scenario).await)
}

#[derive(Deserialize)]
struct Jump {
    ms: i64,
    #[serde(default)]
    wall_only: bool,
}

/// The furthest one jump goes: 400 days, so that a slip of the hand does not end every key.
const FURTHEST: u64 = 400 * 24 * 3600 * 1000;

async fn clock(State(world): World, Json(jump): Json<Jump>) -> Response {
    if jump.ms.unsigned_abs() > FURTHEST {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    if jump.wall_only {
        return done(world.set_wall(jump.ms));
    }
    // Time that passed does not come back.
    match u64::try_from(jump.ms) {
        Ok(ms) => done(world.pass(Duration::from_millis(ms))),
        Err(_) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}

#[derive(Deserialize)]
struct SetFault {
    bank: PartyCode,
    #[serde(default)]
    fault: Option<Fault>,
}

async fn faults(State(world): World, Json(set): Json<SetFault>) -> Response {
    done(world.set_fault(&set.bank, set.fault))
}

fn done(result: Result<(), WorldError>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &WorldError) -> Response {
    tracing::error!(code = "control", %error, "the world did not do as asked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
