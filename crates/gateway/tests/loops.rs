//! The loops beside the listener: what fails for one query fails for that one alone, and no loop ends unseen.

mod world;

use gateway::ServeError;
use world::failing::{Failing, Fault};
use world::{World, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_that_ends_by_itself_ends_the_gateway() {
    let mut world = World::still().await;
    Failing::under(&mut world).next("lease", Fault::Panic);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = world.gateway.clone();
    let serving = tokio::spawn(async move { gateway.serve(listener, std::future::pending()).await });
    until("nobody serves without asking banks", || async { serving.is_finished() }).await;
    assert!(matches!(serving.await.unwrap(), Err(ServeError::Loop)), "and it is said why");
}
