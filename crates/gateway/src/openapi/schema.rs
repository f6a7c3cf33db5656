//! JSON Schema of the wire's bodies, from their declared members. The types of members are checked newtypes, each with
//! one form on the wire; these forms stand here (9-wire sections 1 and 6).

use protocol::code::{BankState, FactorKind, Health, IdType, Locale, QueryState};
use protocol::routes::{FrozenState, ProofState, Shape, VerificationState};
use protocol::text::NoticeText;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A body's schema, and the names of the bodies it is made of.
pub(super) fn of(shape: &Shape) -> (Value, Vec<String>) {
    let mut properties = Map::new();
    let (mut required, mut parts) = (Vec::new(), Vec::new());
    for member in shape.members {
        let ty: String = member.ty.split_whitespace().collect();
        let may_be_absent = inner(&ty, "Option");
        if may_be_absent.is_none() {
            required.push(member.name);
        }
        let mut described = schema(may_be_absent.unwrap_or(&ty), &mut parts);
        described["description"] = member.doc.trim().into();
        properties.insert(member.name.to_owned(), described);
    }
    let body = json!({
        "type": "object", "description": shape.doc.trim(), "required": required, "properties": properties,
        "additionalProperties": !shape.closed,
    });
    (body, parts)
}

/// A body by its name.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn inner<'a>(ty: &'a str, around: &str) -> Option<&'a str> {
    ty.strip_prefix(around)?.strip_prefix('<')?.strip_suffix('>')
}

fn schema(ty: &str, parts: &mut Vec<String>) -> Value {
    if let Some(item) = inner(ty, "Vec") {
        return json!({ "type": "array", "items": schema(item, parts) });
    }
    let leaf = leaf(ty);
    if leaf.is_null() {
        parts.push(ty.to_owned());
        return reference(ty);
    }
    leaf
}

fn words<T: Serialize>(all: &[T]) -> Value {
    json!({ "type": "string", "enum": all })
}

fn matching(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// The form of one value; null for a body.
pub(super) fn leaf(ty: &str) -> Value {
    match ty {
        "V1" => json!({ "const": 1 }),
        "bool" => json!({ "type": "boolean" }),
        "u8" | "u32" => json!({ "type": "integer", "minimum": 0 }),
        "String" => json!({ "type": "string" }),
        "NoticeText" => json!({ "type": "string", "maxLength": NoticeText::MAX }),
        "Timestamp" => matching(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"),
        "Digest" | "Kid" => matching("^[A-Za-z0-9_-]{43}$"),
        "Salt" => matching("^[A-Za-z0-9_-]{22}$"),
        "PartyCode" => matching("^[A-Z0-9]{2,12}$"),
        "PublicKey" => json!({
            "type": "object", "required": ["crv", "kty", "x"], "additionalProperties": false,
            "properties": { "crv": { "const": "Ed25519" }, "kty": { "const": "OKP" }, "x": leaf("Digest") },
        }),
        "AccountId" | "EnrolmentId" | "IdempotencyKey" | "QueryId" | "RequestId" | "TokenId" | "VerificationId" => {
            matching("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        }
        "BankState" => words(BankState::ALL),
        "FactorKind" => words(FactorKind::ALL),
        "FrozenState" => words(FrozenState::ALL),
        "Health" => words(Health::ALL),
        "IdType" => words(IdType::ALL),
        "Locale" => words(Locale::ALL),
        "ProofState" => words(ProofState::ALL),
        "QueryState" => words(QueryState::ALL),
        "VerificationState" => words(VerificationState::ALL),
        text => {
            let longest = inner(text, "Text").and_then(|longest| longest.parse::<u32>().ok());
            longest.map_or(Value::Null, |longest| json!({ "type": "string", "maxLength": longest }))
        }
    }
}
