//! The contract as OpenAPI 3.1, made from the one table of routes and the types of their bodies, so that it cannot say
//! anything else.

mod schema;

use protocol::refusal::Code;
use protocol::routes::{REQUESTS, RESPONSES};
use serde_json::{Map, Value, json};

use crate::routes::{ROUTES, Route, Who};

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.to_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Mingxia federation gateway", "version": "1", "description": "Signatures, signed payloads and the order of checks: docs/protocol.md." },
        "paths": paths,
        "components": {
            "securitySchemes": { "signature": { "type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421, label sig, tag mingxia-device-1" } },
            "schemas": schemas(),
        }
    })
}

/// Every body a route names, what they are made of, and the refusal.
fn schemas() -> Map<String, Value> {
    let named =
        ROUTES.iter().flat_map(|route| route.takes.into_iter().chain(route.gives.iter().map(|(_, body)| *body)));
    let mut wanted: Vec<String> = named.map(str::to_owned).collect();
    let mut schemas = Map::from_iter([("Problem".to_owned(), problem())]);
    while let Some(name) = wanted.pop() {
        let Some(shape) = REQUESTS.iter().chain(RESPONSES).find(|shape| shape.name == name) else { continue };
        if !schemas.contains_key(&name) {
            let (described, parts) = schema::of(shape);
            schemas.insert(name, described);
            wanted.extend(parts);
        }
    }
    schemas
}

fn problem() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "type": "object",
        "description": "RFC 9457. The codes are a closed list; erase comes with device_retired when the device is to erase.",
        "required": ["type", "title", "status", "code", "params", "request_id", "time"],
        "properties": {
            "type": { "type": "string", "pattern": "^urn:mingxia:problem:" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "enum": codes },
            "params": { "type": "object" },
            "request_id": schema::leaf("RequestId"),
            "time": schema::leaf("Timestamp"),
            "erase": { "type": "string", "description": "JWS" },
        }
    })
}

fn operation(route: &Route) -> Value {
    let content = |media: &str, schema: Value| json!({ media: { "schema": schema } });
    let mut responses = Map::new();
    for (status, body) in route.gives {
        let content = match *body {
            "octets" => content("application/octet-stream", json!({ "type": "string", "format": "binary" })),
            "events" => content("text/event-stream", json!({ "type": "string" })),
            body => content("application/json", schema::reference(body)),
        };
        responses.insert(status.to_string(), json!({ "description": body, "content": content }));
    }
    let refused = content("application/problem+json", schema::reference("Problem"));
    responses.insert("default".to_owned(), json!({ "description": "refusal", "content": refused }));
    let mut operation = json!({
        "operationId": route.operation, "summary": route.summary, "parameters": parameters(route), "responses": responses,
    });
    if let Some(takes) = route.takes {
        operation["requestBody"] =
            json!({ "required": true, "content": content("application/json", schema::reference(takes)) });
        operation["x-max-bytes"] = json!(route.cap);
    }
    if route.who != Who::Anyone {
        operation["security"] = json!([{ "signature": [] }]);
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let parameter = |name: &str, place: &str, required: bool, schema: Value| json!({ "name": name, "in": place, "required": required, "schema": schema });
    let text = || json!({ "type": "string" });
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<_> = in_path.map(|name| parameter(name, "path", true, text())).collect();
    if route.method == "POST" {
        all.push(parameter("Idempotency-Key", "header", true, schema::leaf("IdempotencyKey")));
    }
    match route.operation {
        "notice" => all.push(parameter("locale", "query", false, schema::leaf("Locale"))),
        "time" => all.push(parameter("nonce", "query", true, schema::leaf("Salt"))),
        "section" => all.push(parameter("round", "query", false, schema::leaf("u8"))),
        "events" => all.push(parameter("Last-Event-ID", "header", false, text())),
        _ => {}
    }
    all
}

/// The same for people: one line an operation, no script.
#[must_use]
pub fn page() -> String {
    let rows: String = ROUTES
        .iter()
        .map(|route| {
            format!("<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>", route.method, route.path, route.summary)
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mingxia gateway</title><h1>Routes</h1>\
         <p>Machine-readable: <a href=\"/openapi.json\">openapi.json</a></p><table>{rows}</table></html>"
    )
}
