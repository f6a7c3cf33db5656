//! The contract as OpenAPI 3.1, made from the one table of routes, so that it cannot say anything else.

use protocol::refusal::Code;
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
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Mingxia federation gateway", "version": "1", "description": "Bodies and order of checks: docs/protocol.md." },
        "paths": paths,
        "components": {
            "securitySchemes": { "signature": { "type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421, label sig, tag mingxia-device-1" } },
            "schemas": {
                "Problem": { "type": "object", "required": ["type", "title", "status", "code", "request_id", "time"],
                    "properties": { "code": { "type": "string", "enum": codes }, "status": { "type": "integer" }, "params": { "type": "object" } } }
            }
        }
    })
}

fn operation(route: &Route) -> Value {
    let mut responses = Map::new();
    for (status, schema) in route.gives {
        let media = match *schema {
            "octets" => "application/octet-stream",
            "events" => "text/event-stream",
            _ => "application/json",
        };
        responses.insert(status.to_string(), json!({ "description": schema, "content": { media: {} } }));
    }
    let problem = json!({ "description": "refusal", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    responses.insert("default".to_owned(), problem);
    let parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut operation = json!({ "operationId": route.operation, "summary": route.summary, "parameters": parameters, "responses": responses });
    if let Some(takes) = route.takes {
        operation["requestBody"] =
            json!({ "required": true, "description": takes, "content": { "application/json": {} } });
        operation["x-max-bytes"] = json!(route.cap);
    }
    if route.who != Who::Anyone {
        operation["security"] = json!([{ "signature": [] }]);
    }
    operation
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
