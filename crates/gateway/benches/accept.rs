//! The gateway's door: how many queries a second it takes in on SQLite, each with every check of the protocol and one
//! durable transaction. It measures and never judges: `cargo xtask bench`, docs/benchmarks.md.
//!
//! The router is called without a socket; the banks answer 500 to everything, so that what is measured is accepting.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot go on says where, and speaks")]

#[path = "../tests/world/mod.rs"]
mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::key::SigningKey;
use tokio::task::JoinSet;
use world::World;
use world::banks::Do;
use world::device::{Agreed, Device};

/// Persons who ask; half of them one after the other, half all at once.
const PERSONS: usize = 100;
/// As many as one address may enrol in a day.
const A_DAY: usize = 20;
/// Banks of a query.
const BANKS: usize = 28;

#[tokio::main]
async fn main() {
    let codes: Vec<String> = (0..BANKS).map(|place| format!("BANK{place:02}")).collect();
    let codes: Vec<&str> = std::iter::once("ICBC").chain(codes.iter().skip(1).map(String::as_str)).collect();
    let world = Arc::new(World::with(&codes).await);
    let mut devices = Vec::new();
    for place in 0..PERSONS {
        if place % A_DAY == 0 {
            world.pass(Duration::from_secs(24 * 3600));
        }
        let device = person(place);
        assert_eq!(world.enrol(&device).await.status, 200, "a person enrols");
        devices.push(device);
    }
    let mut asking = Vec::new();
    for device in devices {
        let agreed = world.consent(&device, &codes);
        let tokens = world.tokens(&device, &agreed).await;
        asking.push((device, agreed, tokens));
    }
    for code in &codes {
        world.banks.always(code, Do::Status(500));
    }

    let together = asking.split_off(PERSONS / 2);
    let began = Instant::now();
    for (device, agreed, tokens) in &asking {
        accepted(&world, device, agreed, tokens).await;
    }
    let alone = began.elapsed();
    let mut tasks = JoinSet::new();
    let began = Instant::now();
    for (device, agreed, tokens) in together {
        let world = Arc::clone(&world);
        tasks.spawn(async move { accepted(&world, &device, &agreed, &tokens).await });
    }
    let count = tasks.len();
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let crowd = began.elapsed();
    println!("\n| what | queries a second |\n|---|---:|");
    println!("| accepted one after the other, {BANKS} banks each | {:.0} |", rate(asking.len(), alone));
    println!("| accepted {count} at once, {BANKS} banks each | {:.0} |", rate(count, crowd));
}

async fn accepted(world: &World, device: &Device, agreed: &Agreed, tokens: &[String]) {
    assert_eq!(world.apply(device, agreed, tokens).await.status, 201, "what was measured was accepted");
}

#[expect(clippy::cast_precision_loss, reason = "a hundred persons at most")]
fn rate(count: usize, span: Duration) -> f64 {
    count as f64 / span.as_secs_f64()
}

/// One of many made-up persons, of a region that nobody lives in.
fn person(place: usize) -> Device {
    let digits = format!("00000019900101{place:03}");
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize];
    Device {
        key: SigningKey::generate(),
        name: "张三",
        id_number: String::leak(format!("{digits}{check}")),
        mobile: String::leak(format!("100{place:08}")),
        lost: false,
    }
}

/// Weights of GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
